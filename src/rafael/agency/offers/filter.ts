import { oneOf } from '#platform/finding/fields.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { parseRowId, searchText } from '#platform/web/forms/fields.ts';
import { type FormState, firstOf } from '#platform/web/forms/forms.ts';

/** The states of a formation, as the address writes them. */
export const states = Object.freeze({
  publiees: 'published',
  brouillons: 'draft',
  archivees: 'archived',
} as const);

/** Days since the body confirmed a formation, from which on a choice of « Confirmée » takes it. */
export const ages = Object.freeze({ '90': 90, '150': 150, '180': 180, '210': 210 } as const);

/** What the agency looks for among the offers of all bodies. */
export interface OffersFilter {
  words: string;
  state: (typeof states)[keyof typeof states] | null;
  /** Confirmed for the last time so many days ago or more, or never. */
  age: number | null;
  programmeId: number | null;
  /** Only those without a session to come. */
  withoutSession: boolean;
  department: string;
}

const words = searchText(120);
const state = oneOf(['publiees', 'brouillons', 'archivees']);
const age = oneOf(['90', '150', '180', '210']);

/** Reads the filter of the list from its address; what cannot be understood is left out. */
export function readFilter(fields: Fields): { form: FormState; filter: OffersFilter } {
  const given = (name: string) => firstOf(fields[name]);
  const [etat, confirmee] = [state.parse(given('etat')), age.parse(given('confirmee'))];
  const [programmeId, departement] = [parseRowId(given('programme')), given('departement')];
  const filter: OffersFilter = {
    words: words.parse(fields.q),
    state: etat ? states[etat] : null,
    age: confirmee ? ages[confirmee] : null,
    programmeId: programmeId ?? null,
    withoutSession: given('sans_session') === '1',
    department: /^[\dAB]{2,3}$/.test(departement) ? departement : '',
  };
  const values = {
    q: filter.words,
    etat: etat ?? '',
    confirmee: confirmee ?? '',
    programme: programmeId ? String(programmeId) : '',
    sans_session: filter.withoutSession ? '1' : '',
    departement: filter.department,
  };
  return { form: { values, errors: {} }, filter };
}
