import { z } from 'zod';
import {
  choice,
  optionalLongText,
  optionalText,
  rowId,
  searchText,
  text,
} from '#platform/web/forms/fields.ts';

/** As long as a description may be, in characters. */
export const LONGEST_TEXT = 10_000;
/** As long as the agency's own reference may be. */
export const LONGEST_REFERENCE = 60;
/** The longest action of the catalogue, in days. */
const MOST_DAYS = 400;

const duration = text('Saisissez la durée en jours, par exemple 1,5.', 10).transform((value, context) => {
  const days = /^\d{1,3}([.,]\d)?$/.test(value) ? Number(value.replace(',', '.')) : 0;
  if (days > 0 && days <= MOST_DAYS) return days;
  context.addIssue({
    code: 'custom',
    message: `Saisissez une durée en jours, de 0,1 à ${MOST_DAYS}, par exemple 1,5.`,
  });
  return z.NEVER;
});

/** An action's page, as the agency writes it. */
export const actionForm = z.object({
  titre: text('Donnez un titre à l’action.', 150),
  type: rowId('Choisissez un type d’action.'),
  theme: rowId('Choisissez un thème.'),
  modalite: choice(['in_person', 'remote', 'mixed'], 'Choisissez une modalité.'),
  duree: duration,
  intervenant: optionalText(150),
  objectifs: optionalLongText(LONGEST_TEXT),
  public: optionalLongText(LONGEST_TEXT),
  prerequis: optionalLongText(LONGEST_TEXT),
  programme: optionalLongText(LONGEST_TEXT),
  reference: optionalText(LONGEST_REFERENCE),
});

/** The names of the fields, as comparisons say them. */
export const actionLabels = Object.freeze({
  titre: 'Titre',
  duree: 'Durée, en jours',
  intervenant: 'Intervenant',
  objectifs: 'Objectifs',
  public: 'Public',
  prerequis: 'Prérequis',
  programme: 'Programme',
  reference: 'Référence',
});

/** The states that the list is filtered by, in the address. */
export const stateFilters = { brouillons: 'draft', publiees: 'published', archivees: 'archived' } as const;

/** The filter of the list; whatever it does not know is left out. */
export const listQuery = z.object({
  q: searchText(120),
  etat: searchText(20).transform((value) =>
    value in stateFilters ? (value as keyof typeof stateFilters) : '',
  ),
  type: searchText(12),
  theme: searchText(12),
});
