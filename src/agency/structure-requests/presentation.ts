import { parisDay } from '../../platform/time.ts';
import { plural } from '../../platform/words.ts';
import type { StructureRequestState } from '../../portal/structure-requests/service.ts';

/** A request's state in words, with the tone and the glyph of its badge. */
export const stateLabels: Readonly<
  Record<StructureRequestState, { label: string; tone: string; glyph: string }>
> = Object.freeze({
  pending: { label: 'En attente', tone: 'info', glyph: 'hourglass-split' },
  accepted: { label: 'Acceptée', tone: 'success', glyph: 'check-circle-fill' },
  linked: { label: 'Rattachée', tone: 'success', glyph: 'link-45deg' },
  refused: { label: 'Refusée', tone: 'danger', glyph: 'x-circle-fill' },
});

/** A choice of « État », as the address names it. */
export interface Filter {
  value: string;
  label: string;
  /** Undefined for all states. */
  state?: StructureRequestState;
}

const waiting: Filter = { value: '', label: 'En attente', state: 'pending' };

/** The choices of « État »; the first is what the queue opens with. */
export const filters: readonly Filter[] = [
  waiting,
  { value: 'acceptees', label: 'Acceptées', state: 'accepted' },
  { value: 'rattachees', label: 'Rattachées', state: 'linked' },
  { value: 'refusees', label: 'Refusées', state: 'refused' },
  { value: 'toutes', label: 'Toutes' },
];

/** The filter that the address names; anything else is what waits. */
export const filterOf = (value: string): Filter => filters.find((one) => one.value === value) ?? waiting;

/** « aujourd’hui », « 1 jour », « 12 jours »: how long a request has waited, in days of the calendar. */
export function daysWaiting(since: Date, now: Date): string {
  const { days } = parisDay(since).until(parisDay(now), { largestUnit: 'day' });
  return days < 1 ? 'aujourd’hui' : plural(days, 'jour');
}
