import type { StructureUpdateState } from '../../portal/structure-updates/service.ts';

/** A request's state in words, with the tone and the glyph of its badge. */
export const stateLabels: Readonly<
  Record<StructureUpdateState, { label: string; tone: string; glyph: string }>
> = Object.freeze({
  pending: { label: 'En attente', tone: 'info', glyph: 'hourglass-split' },
  accepted: { label: 'Acceptée', tone: 'success', glyph: 'check-circle-fill' },
  refused: { label: 'Refusée', tone: 'danger', glyph: 'x-circle-fill' },
  withdrawn: { label: 'Retirée', tone: 'neutral', glyph: 'slash-circle' },
});

/** A choice of « État », as the address names it. */
export interface Filter {
  value: string;
  label: string;
  /** Undefined for all states. */
  state?: StructureUpdateState;
}

const waiting: Filter = { value: '', label: 'En attente', state: 'pending' };

/** The choices of « État »; the first is what the queue opens with. */
export const filters: readonly Filter[] = [
  waiting,
  { value: 'acceptees', label: 'Acceptées', state: 'accepted' },
  { value: 'refusees', label: 'Refusées', state: 'refused' },
  { value: 'retirees', label: 'Retirées', state: 'withdrawn' },
  { value: 'toutes', label: 'Toutes' },
];

/** The filter that the address names; anything else is what waits. */
export const filterOf = (value: string): Filter => filters.find((one) => one.value === value) ?? waiting;
