import { z } from 'zod';
import { parisMoment } from '#platform/french/time.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { optionalDay, parseRowId, searchText } from '#platform/web/forms/fields.ts';
import { type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';

/** Which sessions the page is about: the first is what it opens with. */
export const views = {
  'a-venir': 'En cours et à venir',
  'a-traiter': 'À traiter',
  passees: 'Passées',
  toutes: 'Toutes',
} as const;
export type View = keyof typeof views;

/** « État » of a session, in the filter. */
export const states = {
  places: 'Avec des places',
  completes: 'Complètes',
  attente: 'Avec une liste d’attente',
  sureffectif: 'En sureffectif',
  annulees: 'Annulées',
} as const;
export type SessionState = keyof typeof states;

/** What the list is narrowed to; the whole of it is in the address. */
export interface SessionFilter {
  view: View;
  search: string;
  state: SessionState | null;
  /** One action, where all its sessions are asked for. */
  actionId: number | null;
  /** Sessions that end on that moment or later. */
  from: Date | null;
  /** Sessions that begin before that moment. */
  until: Date | null;
}

const filterForm = z.object({
  q: searchText(120),
  etat: searchText(20),
  du: optionalDay(),
  au: optionalDay(),
});

const isOneOf = <T extends object>(list: T, key: string): key is keyof T & string => Object.hasOwn(list, key);

/**
 * Reads the filter from the address; a view, a state or an action that it does not know is none.
 * @returns the form to show, with what is wrong with its dates, and the filter, which then leaves them out
 */
export function readFilter(query: Fields): { filter: SessionFilter; form: FormState } {
  const read = readForm(filterForm, query);
  const errors: Record<string, string> = { ...read.form.errors };
  const days = read.ok ? read.data : { du: null, au: null };
  if (days.du && days.au && days.au < days.du) errors.au = 'Le dernier jour vient avant le premier.';
  const view = firstOf(query.vue);
  const state = firstOf(query.etat);
  const isSound = Object.keys(errors).length === 0;
  const dayAfter = (day: string) => Temporal.PlainDate.from(day).add({ days: 1 });
  return {
    form: { values: read.form.values, errors },
    filter: {
      view: isOneOf(views, view) ? view : 'a-venir',
      search: searchText(120).parse(query.q),
      state: isOneOf(states, state) ? state : null,
      actionId: parseRowId(firstOf(query.action)) ?? null,
      from: isSound && days.du ? parisMoment(days.du, '00:00') : null,
      until: isSound && days.au ? parisMoment(dayAfter(days.au), '00:00') : null,
    },
  };
}

/** Whether anything but the view narrows the list. */
export const isNarrowed = ({ search, state, actionId, from, until }: SessionFilter): boolean =>
  search !== '' || state !== null || actionId !== null || from !== null || until !== null;

/** The address of the page with the same filter and another view. */
export function hrefOfView(query: Fields, view: View): string {
  const address = new URLSearchParams();
  for (const name of ['q', 'etat', 'du', 'au', 'action']) {
    if (firstOf(query[name])) address.set(name, firstOf(query[name]));
  }
  if (view !== 'a-venir') address.set('vue', view);
  return `/parcourspro/prestataire${address.size > 0 ? `?${address}` : ''}`;
}
