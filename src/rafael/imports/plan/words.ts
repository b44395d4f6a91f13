import { readLheoDate } from '../../lheo/dates.ts';
import { dictionaries } from '../../lheo/shape/dictionaries.ts';
import { shapes } from '../../lheo/shape/shape.ts';
import { tokenOf } from '../../lheo/values.ts';

/** What people call the elements of LHÉO, where the name alone would not do. */
const words: Readonly<Record<string, string>> = Object.freeze({
  formation: 'Formation',
  action: 'Action',
  session: 'Session',
  'domaine-formation': 'Domaine',
  'intitule-formation': 'Intitulé',
  'objectif-formation': 'Objectif',
  'resultats-attendus': 'Résultats attendus',
  'contenu-formation': 'Contenu',
  certifiante: 'Formation certifiante',
  'contact-formation': 'Contact de la formation',
  'parcours-de-formation': 'Parcours',
  'code-niveau-entree': 'Niveau d’entrée',
  'code-niveau-sortie': 'Niveau de sortie',
  'objectif-general-formation': 'Objectif général',
  'code-type-formation': 'Type de formation',
  'url-formation': 'Site de la formation',
  'organisme-formation-responsable': 'Organisme responsable',
  'sous-modules': 'Sous-modules',
  'modules-prerequis': 'Modules prérequis',
  'rythme-formation': 'Rythme',
  'code-public-vise': 'Publics visés',
  'info-public-vise': 'Précisions sur le public',
  'niveau-entree-obligatoire': 'Niveau d’entrée obligatoire',
  'modalites-alternance': 'Modalités de l’alternance',
  'modalites-enseignement': 'Modalités d’enseignement',
  'conditions-specifiques': 'Conditions d’accès',
  'prise-en-charge-frais-possible': 'Prise en charge possible',
  'lieu-de-formation': 'Lieu de formation',
  'modalites-entrees-sorties': 'Entrées et sorties',
  'url-action': 'Site de l’action',
  'duree-cycle': 'Durée du cycle',
  'adresse-information': 'Adresse d’information',
  'date-information': 'Date d’information',
  hebergement: 'Hébergement',
  'acces-handicapes': 'Accès des personnes handicapées',
  'langue-formation': 'Langues',
  'modalites-recrutement': 'Modalités de recrutement',
  'modalites-pedagogiques': 'Modalités pédagogiques',
  'code-modalite-pedagogique': 'Modalités pédagogiques (codes)',
  equipement: 'Équipement',
  'prix-horaire-TTC': 'Prix horaire TTC',
  'prix-total-TTC': 'Prix total TTC',
  'duree-indicative': 'Durée indicative',
  'nombre-heures-centre': 'Heures en centre',
  'nombre-heures-entreprise': 'Heures en entreprise',
  'nombre-heures-total': 'Heures en tout',
  'detail-conditions-prise-en-charge': 'Conditions de prise en charge',
  conventionnement: 'Action conventionnée',
  'duree-conventionnee': 'Durée conventionnée',
  'organisme-formateur': 'Organisme formateur',
  'organisme-financeur': 'Financeur',
  'code-financeur': 'Financeur',
  'nb-places-financees': 'Places financées',
  periode: 'Période',
  debut: 'Début',
  'adresse-inscription': 'Adresse d’inscription',
  'modalites-inscription': 'Modalités d’inscription',
  'periode-inscription': 'Période d’inscription',
  'etat-recrutement': 'État du recrutement',
  recrutement: 'Réunion ou recrutement',
  'modalite-recrutement': 'Modalité de recrutement',
  'url-session': 'Site de la session',
  'contact-session': 'Contact de la session',
  'reference-certification': 'Référence d’une certification',
  'blocs-competences': 'Blocs de compétences',
  'bloc-competences': 'Bloc de compétences',
  'effectif-minimal': 'Effectif minimal',
  'capacite-simultanee': 'Places',
  'capacite-cumulee': 'Places sur l’année',
  'nb-places': 'Places',
  'a-distance': 'À distance',
  'heure-debut': 'Heure de début',
  'heure-fin': 'Heure de fin',
  'numero-activite': 'Numéro de déclaration d’activité',
  'SIRET-organisme-formation': 'SIRET de l’organisme',
  'SIRET-formateur': 'SIRET du formateur',
  'SIRET-lieu-formation': 'SIRET du lieu',
  'nom-organisme': 'Nom de l’organisme',
  'coordonnees-organisme': 'Coordonnées de l’organisme',
  'contact-organisme': 'Contact de l’organisme',
  'contact-formateur': 'Contact du formateur',
  'raison-sociale-formateur': 'Raison sociale du formateur',
  'renseignements-specifiques': 'Renseignements particuliers',
  'type-contact': 'Sorte de contact',
  coordonnees: 'Coordonnées',
  civilite: 'Civilité',
  prenom: 'Prénom',
  ligne: 'Adresse',
  adresse: 'Adresse',
  denomination: 'Dénomination',
  codepostal: 'Code postal',
  departement: 'Département',
  region: 'Région',
  geolocalisation: 'Position',
  telfixe: 'Téléphone',
  portable: 'Portable',
  numtel: 'Numéro',
  courriel: 'E-mail',
  web: 'Site',
  urlweb: 'Adresse du site',
  'code-FORMACODE': 'Formacodes',
  'code-NSF': 'Codes NSF',
  'code-ROME': 'Codes ROME',
  extras: 'Compléments',
});

/** What people call an element; one that has no word of ours by its own name, « code-UAI » as « code UAI ». */
export const wordOf = (name: string): string =>
  words[name] ?? `${name[0]?.toUpperCase() ?? ''}${name.slice(1).replaceAll('-', ' ')}`;

const MONTHS = new Intl.DateTimeFormat('fr-FR', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** A date AAAAMMJJ as people write it: « 01/04/2027 », « avril 2027 », « 2027 », « non connue ». */
function dateInWords(raw: string): string {
  const read = readLheoDate(tokenOf(raw), 'first');
  if (!read) return raw;
  const [year = '', month = '', day = ''] = read.day?.split('-') ?? [];
  if (read.precision === 'unknown') return 'non connue';
  if (read.precision === 'year') return year;
  if (read.precision === 'month') return MONTHS.format(Date.UTC(Number(year), Number(month) - 1));
  return `${day}/${month}/${year}`;
}

/** The value of a leaf as people read it: the meaning of its code, its date. */
export function valueInWords(name: string, text: string): string {
  const value = shapes.get(name)?.value;
  if (value?.kind === 'date') return dateInWords(text);
  if (value?.kind === 'code') return dictionaries[value.dictionary].get(tokenOf(text)) ?? text;
  return text;
}
