import type { Parts } from '../fields/fields.ts';
import { activityNumber, address, choice, codes, words } from '../fields/kinds.ts';
import { leaf } from '../fields/places.ts';
import { contacts } from './contacts.ts';

/** The levels of today; those of the former list are shown where a file brought them. */
const LEVELS = ['0', '1', '11', '12', '13', '14', '15', '16', '17', '18'];

/** The form of a formation, without its actions. */
export const formationParts: Parts = [
  {
    legend: 'Formation',
    fields: [
      {
        name: 'intitule',
        label: 'Intitulé',
        at: leaf('intitule-formation'),
        kind: words('intitule-formation'),
        missing: 'Donnez un intitulé à la formation.',
        isAlwaysNeeded: true,
      },
      {
        name: 'objectif',
        label: 'Objectif',
        at: leaf('objectif-formation'),
        kind: words('objectif-formation', 4),
        missing: 'Dites l’objectif de la formation.',
      },
      {
        name: 'resultats',
        label: 'Résultats attendus',
        hint: 'Ce que la personne saura faire, ou ce qu’elle aura obtenu.',
        at: leaf('resultats-attendus'),
        kind: words('resultats-attendus', 4),
        missing: 'Dites les résultats attendus.',
      },
      {
        // « contenu » is that of the page, to which its first link leads.
        name: 'contenu_formation',
        label: 'Contenu',
        at: leaf('contenu-formation'),
        kind: words('contenu-formation', 8),
        missing: 'Décrivez le contenu de la formation.',
      },
      {
        name: 'formacodes',
        label: 'Domaines (Formacode)',
        hint: 'Cinq au plus, séparés par des virgules\u00a0: des codes (22254) ou leurs mots (maçonnerie).',
        at: leaf('domaine-formation', 'code-FORMACODE'),
        kind: codes({ most: 5, pattern: /^\d{5}$/, example: '22254', takesWords: true }),
        lookup: 'domain',
        missing: 'Indiquez au moins un domaine.',
      },
    ],
    more: [
      {
        name: 'nsf',
        label: 'Spécialités (NSF)',
        hint: 'Trois codes de trois chiffres au plus, séparés par des virgules.',
        at: leaf('domaine-formation', 'code-NSF'),
        kind: codes({ most: 3, pattern: /^\d{3}$/, example: '230' }),
      },
      {
        name: 'rome',
        label: 'Métiers (ROME)',
        hint: 'Cinq codes au plus, séparés par des virgules, par exemple F1703.',
        at: leaf('domaine-formation', 'code-ROME'),
        kind: codes({ most: 5, pattern: /^[A-N]\d{4}$/, example: 'F1703' }),
      },
    ],
  },
  {
    legend: 'Niveau et certification',
    fields: [
      {
        name: 'entree',
        label: 'Niveau à l’entrée',
        at: leaf('code-niveau-entree'),
        kind: choice('code-niveau-entree', LEVELS),
        missing: 'Choisissez le niveau à l’entrée.',
      },
      {
        name: 'certifiante',
        label: 'Formation certifiante',
        at: leaf('certifiante'),
        kind: choice('certifiante'),
        missing: 'Dites si la formation est certifiante.',
      },
    ],
    rows: {
      name: 'certification',
      element: 'certification',
      label: 'Certification',
      addLabel: 'Ajouter une certification',
      fields: [
        { name: 'rncp', label: 'Code RNCP', at: leaf('code-RNCP'), kind: words('code-RNCP') },
        { name: 'rs', label: 'Code RS', at: leaf('code-RS'), kind: words('code-RS') },
        {
          name: 'certifinfo',
          label: 'Code Certifinfo',
          at: leaf('code-CERTIFINFO'),
          kind: words('code-CERTIFINFO'),
        },
        { name: 'cpf', label: 'Code CPF', at: leaf('code-CPF'), kind: words('code-CPF') },
      ],
      blank: 1,
    },
    more: [
      {
        name: 'sortie',
        label: 'Niveau à la sortie',
        at: leaf('code-niveau-sortie'),
        kind: choice('code-niveau-sortie', LEVELS),
      },
      {
        name: 'but',
        label: 'Objectif général',
        at: leaf('objectif-general-formation'),
        kind: choice('objectif-general-formation', ['6', '7', '8', '5', '9', '2', '4']),
      },
    ],
  },
  {
    legend: 'Parcours',
    fields: [
      {
        name: 'parcours',
        label: 'Parcours',
        at: leaf('parcours-de-formation'),
        kind: choice('parcours-de-formation'),
        missing: 'Choisissez le parcours.',
      },
    ],
    more: [
      {
        name: 'positionnement',
        label: 'Positionnement à l’entrée',
        at: leaf('positionnement'),
        kind: choice('positionnement'),
      },
      {
        name: 'site',
        label: 'Page de la formation',
        at: leaf('url-formation', 'urlweb'),
        kind: address,
      },
      {
        name: 'module',
        label: 'Identifiant de module',
        hint: 'Si cette formation est un module d’une autre.',
        at: leaf('identifiant-module'),
        kind: words('identifiant-module'),
      },
    ],
  },
  {
    legend: 'Organisme et contacts',
    fields: [
      {
        name: 'declaration',
        label: 'Numéro de déclaration d’activité',
        hint: 'Onze chiffres.',
        at: leaf('organisme-formation-responsable', 'numero-activite'),
        kind: activityNumber,
        missing: 'Indiquez le numéro de déclaration d’activité de votre organisme.',
      },
    ],
    rows: contacts('contact-formation', 'Indiquez au moins un contact.'),
    more: [
      {
        name: 'organisme',
        label: 'Nom de l’organisme',
        at: leaf('organisme-formation-responsable', 'nom-organisme'),
        kind: words('nom-organisme'),
        missing: 'Indiquez le nom de votre organisme.',
      },
      {
        name: 'raison_sociale',
        label: 'Raison sociale',
        at: leaf('organisme-formation-responsable', 'raison-sociale'),
        kind: words('raison-sociale'),
        missing: 'Indiquez la raison sociale de votre organisme.',
      },
      {
        name: 'renseignements',
        label: 'Renseignements sur l’organisme',
        at: leaf('organisme-formation-responsable', 'renseignements-specifiques'),
        kind: words('renseignements-specifiques', 3),
      },
    ],
  },
];
