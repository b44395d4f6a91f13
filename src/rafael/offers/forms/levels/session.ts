import { UNKNOWN_END, UNKNOWN_START } from '../../../lheo/dates.ts';
import { textAt } from '../../../lheo/tree.ts';
import { tokenOf } from '../../../lheo/values.ts';
import { capacity } from '../fields/capacity.ts';
import type { Parts } from '../fields/fields.ts';
import {
  address,
  addressLines,
  choice,
  day,
  hour,
  loosely,
  postcode,
  whole,
  words,
} from '../fields/kinds.ts';
import { boundOf, inAddress, leaf, leaves } from '../fields/places.ts';
import { addressFields } from './addresses.ts';
import { contacts } from './contacts.ts';

const MEETINGS = new Set(['8', '9']);

/** The form of a session. */
export const sessionParts: Parts = [
  {
    legend: 'Dates',
    fields: [
      {
        name: 'debut',
        label: 'Début',
        hint: 'Un jour (04/01/2027), ou un mois (01/2027) si le jour n’est pas encore fixé. Vide\u00a0: pas encore connu.',
        at: leaf('periode', 'debut'),
        kind: loosely(UNKNOWN_START),
      },
      {
        name: 'fin',
        label: 'Fin',
        at: leaf('periode', 'fin'),
        kind: loosely(UNKNOWN_END),
      },
    ],
  },
  {
    legend: 'Places et inscriptions',
    fields: [
      {
        name: 'places',
        label: 'Nombre de places',
        hint: 'Vide\u00a0: «\u00a0non communiqué\u00a0».',
        at: capacity,
        kind: whole('capacite-simultanee'),
      },
      {
        name: 'etat',
        label: 'Recrutement',
        at: leaf('etat-recrutement'),
        kind: choice('etat-recrutement'),
      },
      {
        name: 'inscription_du',
        label: 'Inscriptions à partir du',
        at: boundOf('debut'),
        kind: day,
      },
      {
        name: 'inscription_au',
        label: 'Inscriptions jusqu’au',
        at: boundOf('fin'),
        kind: day,
      },
    ],
    more: [
      {
        name: 'modalites',
        label: 'Comment s’inscrire',
        at: leaf('modalites-inscription'),
        kind: words('modalites-inscription', 2),
      },
      { name: 'site', label: 'Page de la session', at: leaf('url-session', 'urlweb'), kind: address },
    ],
  },
  {
    legend: 'Adresse d’inscription',
    fields: addressFields(['adresse-inscription', 'adresse'], { prefix: 'inscription', isNeeded: true }),
  },
  {
    legend: 'Réunions d’information',
    intro:
      'Informations collectives et entretiens, avant l’entrée en formation. Une ligne sans date est oubliée.',
    fields: [],
    rows: {
      name: 'reunion',
      element: 'recrutement',
      label: 'Réunion',
      addLabel: 'Ajouter des réunions',
      has: (recruitment) => MEETINGS.has(tokenOf(textAt(recruitment, 'modalite-recrutement') ?? '')),
      fields: [
        {
          name: 'sorte',
          label: 'Sorte',
          at: leaf('modalite-recrutement'),
          kind: choice('modalite-recrutement', ['9', '8']),
          preset: '9',
        },
        {
          name: 'date',
          label: 'Date',
          at: leaves(['periode', 'debut'], ['periode', 'fin']),
          kind: day,
        },
        { name: 'de', label: 'De', hint: 'Par exemple 14h30.', at: leaf('heure-debut'), kind: hour },
        { name: 'a', label: 'À', at: leaf('heure-fin'), kind: hour },
        { name: 'places', label: 'Places', at: leaf('nb-places'), kind: whole('nb-places') },
        { name: 'distance', label: 'À distance', at: leaf('a-distance'), kind: choice('a-distance') },
        { name: 'lien', label: 'Lien de connexion', at: leaf('urlweb'), kind: address },
        {
          name: 'adresse',
          label: 'Adresse',
          at: leaf('adresse', 'ligne'),
          kind: addressLines,
          missing: 'Indiquez l’adresse de la réunion.',
        },
        {
          name: 'code_postal',
          label: 'Code postal',
          at: inAddress('adresse', 'codepostal'),
          kind: postcode,
          missing: 'Indiquez le code postal de la réunion.',
        },
        {
          name: 'ville',
          label: 'Ville',
          at: inAddress('adresse', 'ville'),
          kind: words('ville'),
          missing: 'Indiquez la ville de la réunion.',
        },
        { name: 'commentaire', label: 'Précisions', at: leaf('commentaire'), kind: words('commentaire') },
      ],
      blank: 3,
    },
  },
  {
    legend: 'Contacts',
    intro: 'S’ils ne sont pas ceux de la formation.',
    fields: [],
    rows: contacts('contact-session'),
  },
];
