import type { Knex } from 'knex';
import { z } from 'zod';
import { parisMoment } from '#platform/french/time.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { optionalDay, parseRowId, searchText } from '#platform/web/forms/fields.ts';
import { type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';

/** What is looked for in one of the lists, all of it in the address. */
export const filterForm = z
  .object({
    q: searchText(120),
    type: z.unknown().transform((value) => parseRowId(firstOf(value as string))),
    /** What the list understands by it; anything else is its first choice. */
    etat: searchText(40),
    du: optionalDay(),
    au: optionalDay(),
  })
  .superRefine(({ du, au }, context) => {
    if (du && au && au < du) {
      context.addIssue({ code: 'custom', path: ['au'], message: 'La fin est avant le début.' });
    }
  });

/** The filter in the terms of SQL. */
export interface HrFilter {
  /** Each of its words must be found in the name of the person or in the title of the action. */
  search: string;
  kindId: number | null;
  state: string;
  from: Date | null;
  /** Excluded. */
  until: Date | null;
}

/** A filter that is understood, or the form that says what is not. */
export type ReadFilter = { ok: true; form: FormState; filter: HrFilter } | { ok: false; form: FormState };

/** Reads the filter of a list from its address, or from the form that exports it. */
export function readFilter(fields: unknown): ReadFilter {
  const read = readForm(filterForm, fields as Fields);
  if (!read.ok) return read;
  const { q, type, etat, du, au } = read.data;
  return {
    ok: true,
    form: read.form,
    filter: {
      search: q,
      kindId: type ?? null,
      state: etat,
      from: du ? parisMoment(du, '00:00') : null,
      until: au ? parisMoment(Temporal.PlainDate.from(au).add({ days: 1 }), '00:00') : null,
    },
  };
}

/** Whether a text holds every word of `:search`, whatever the accents; where none is searched it is not even looked at. */
export const holdsWords = (text: string): string =>
  `(cast(:search as text) = '' or findable_words(${text}) like all (word_patterns(:search)))`;

/** The rows of a person `u`, an action `a` and a moment that the filter lets through. */
export const filtered = (moment: { first: string; last: string }): string => `
  ${holdsWords(`u.first_name || ' '' ' || u.last_name || ' '' ' || a.title`)}
  and (cast(:kindId as int) is null or a.kind_id = :kindId)
  and (cast(:from as timestamptz) is null or ${moment.last} >= :from)
  and (cast(:until as timestamptz) is null or ${moment.first} < :until)`;

/** The kinds of action to choose from. */
export function findKinds(db: Knex): Promise<{ value: number; label: string }[]> {
  return db('action_kinds').orderBy(['position', 'id']).select({ value: 'id', label: 'label' });
}
