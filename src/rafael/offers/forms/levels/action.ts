import type { Parts } from '../fields/fields.ts';
import { address, choice, codes, listed, price, short, whole, words } from '../fields/kinds.ts';
import { leaf, own } from '../fields/places.ts';
import { addressFields } from './addresses.ts';

/** The form of an action, without its sessions. */
export const actionParts: Parts = [
  {
    legend: 'Public',
    fields: [
      {
        name: 'publics',
        label: 'Publics visés (Formacode)',
        hint: 'Dix au plus, séparés par des virgules\u00a0: des codes (80056) ou leurs mots (tout public).',
        at: leaf('code-public-vise'),
        kind: codes({ most: 10, pattern: /^\d{5}$/, example: '80056', takesWords: true }),
        lookup: 'public',
        missing: 'Indiquez au moins un public visé.',
      },
      {
        name: 'niveau_obligatoire',
        label: 'Le niveau à l’entrée est-il obligatoire\u00a0?',
        at: leaf('niveau-entree-obligatoire'),
        kind: choice('niveau-entree-obligatoire'),
        missing: 'Dites si le niveau à l’entrée est obligatoire.',
      },
      {
        name: 'conditions',
        label: 'Conditions d’accès',
        hint: 'Prérequis, âge, permis… ou «\u00a0Aucune\u00a0».',
        at: leaf('conditions-specifiques'),
        kind: words('conditions-specifiques', 3),
        missing: 'Dites les conditions d’accès, ou «\u00a0Aucune\u00a0».',
      },
    ],
    more: [
      {
        name: 'precisions_public',
        label: 'Précisions sur le public',
        at: leaf('info-public-vise'),
        kind: words('info-public-vise'),
      },
      {
        name: 'recrutement',
        label: 'Modalités de recrutement',
        at: leaf('modalites-recrutement'),
        kind: words('modalites-recrutement', 3),
      },
    ],
  },
  {
    legend: 'Déroulement',
    fields: [
      {
        name: 'rythme',
        label: 'Rythme',
        hint: 'Par exemple\u00a0: temps plein, en semaine.',
        at: leaf('rythme-formation'),
        kind: words('rythme-formation', 2),
        missing: 'Dites le rythme.',
      },
      {
        name: 'modalite',
        label: 'Présence ou distance',
        at: leaf('modalites-enseignement'),
        kind: choice('modalites-enseignement'),
        missing: 'Choisissez\u00a0: en présence, à distance ou mixte.',
      },
      {
        name: 'entrees',
        label: 'Entrées et sorties',
        at: leaf('modalites-entrees-sorties'),
        kind: choice('modalites-entrees-sorties'),
        missing: 'Choisissez\u00a0: à dates fixes ou permanentes.',
      },
      {
        name: 'alternance',
        label: 'Alternance',
        hint: 'Comment elle se fait, ou «\u00a0Sans alternance\u00a0».',
        at: leaf('modalites-alternance'),
        kind: words('modalites-alternance', 2),
        missing: 'Dites comment se fait l’alternance, ou «\u00a0Sans alternance\u00a0».',
      },
      {
        name: 'heures',
        label: 'Durée totale, en heures',
        at: leaf('nombre-heures-total'),
        kind: whole('nombre-heures-total'),
      },
    ],
    more: [
      {
        name: 'heures_centre',
        label: 'Heures en centre',
        at: leaf('nombre-heures-centre'),
        kind: whole('nombre-heures-centre'),
      },
      {
        name: 'heures_entreprise',
        label: 'Heures en entreprise',
        at: leaf('nombre-heures-entreprise'),
        kind: whole('nombre-heures-entreprise'),
      },
      {
        name: 'duree',
        label: 'Durée indicative',
        hint: 'En mots, par exemple\u00a0: six mois.',
        at: leaf('duree-indicative'),
        kind: words('duree-indicative'),
      },
      {
        name: 'pedagogie',
        label: 'Modalités pédagogiques',
        at: leaf('modalites-pedagogiques'),
        kind: words('modalites-pedagogiques', 2),
      },
      {
        name: 'langues',
        label: 'Langues',
        hint: 'Codes de deux lettres, séparés par des virgules\u00a0: fr, en…',
        at: leaf('langue-formation'),
        kind: codes({ most: 5, pattern: /^[a-z]{2}$/, example: 'fr', isLowerCase: true }),
      },
      { name: 'site', label: 'Page de l’action', at: leaf('url-action', 'urlweb'), kind: address },
    ],
  },
  {
    legend: 'Lieu',
    intro: 'Où la formation a lieu. Laissez vide si elle est entièrement à distance.',
    fields: [
      ...addressFields(['lieu-de-formation', 'coordonnees', 'adresse'], { prefix: 'lieu' }),
      {
        name: 'acces',
        label: 'Accès des personnes handicapées',
        at: leaf('acces-handicapes'),
        kind: words('acces-handicapes', 2),
      },
    ],
    more: [
      { name: 'transport', label: 'Transports', at: leaf('transport'), kind: words('transport', 2) },
      {
        name: 'restauration',
        label: 'Restauration',
        at: leaf('restauration'),
        kind: words('restauration', 2),
      },
      { name: 'hebergement', label: 'Hébergement', at: leaf('hebergement'), kind: words('hebergement', 2) },
    ],
  },
  {
    legend: 'Prix et financement',
    fields: [
      {
        name: 'prise_en_charge',
        label: 'Les frais peuvent-ils être pris en charge\u00a0?',
        at: leaf('prise-en-charge-frais-possible'),
        kind: choice('prise-en-charge-frais-possible'),
        missing: 'Dites si les frais peuvent être pris en charge.',
      },
      {
        name: 'conventionnee',
        label: 'Action conventionnée',
        hint: 'Les prescripteurs ne préinscrivent qu’à des actions conventionnées.',
        at: leaf('conventionnement'),
        kind: choice('conventionnement'),
      },
      {
        name: 'programme',
        label: 'Programme',
        hint: 'Ce que la Région ou l’agence achète ou finance.',
        at: own('programme'),
        kind: listed,
      },
      { name: 'marche', label: 'Marché', at: own('market'), kind: short(60) },
      { name: 'lot', label: 'Lot', at: own('lot'), kind: short(60) },
    ],
    more: [
      {
        name: 'prix',
        label: 'Prix total TTC, en euros',
        at: leaf('prix-total-TTC'),
        kind: price('prix-total-TTC'),
      },
      {
        name: 'prix_horaire',
        label: 'Prix horaire TTC, en euros',
        at: leaf('prix-horaire-TTC'),
        kind: price('prix-horaire-TTC'),
      },
      {
        name: 'reste',
        label: 'Frais qui restent',
        at: leaf('frais-restants'),
        kind: words('frais-restants'),
      },
      {
        name: 'conditions_financement',
        label: 'Conditions de prise en charge',
        at: leaf('detail-conditions-prise-en-charge'),
        kind: words('detail-conditions-prise-en-charge', 3),
      },
    ],
    moreRows: {
      name: 'financeur',
      element: 'organisme-financeur',
      label: 'Financeur',
      addLabel: 'Ajouter un financeur',
      fields: [
        {
          name: 'code',
          label: 'Financeur',
          at: leaf('code-financeur'),
          kind: choice('code-financeur', '2 4 7 8 9 3 11 12 13 16 17 18 19 20 5 10 15 14 0'.split(' ')),
          missing: 'Choisissez le financeur.',
        },
        {
          name: 'places',
          label: 'Places financées',
          at: leaf('nb-places-financees'),
          kind: whole('nb-places-financees'),
        },
      ],
      blank: 1,
    },
  },
];
