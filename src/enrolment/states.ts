/** Where a request for a place stands (domain.md §7, « States »). */
export const STATES = [
  'requested',
  'waitlisted',
  'preregistered',
  'enrolled',
  'attended',
  'absent',
  'refused_by_hr',
  'refused_by_provider',
  'withdrawn',
  'session_cancelled',
  'expired',
] as const;
export type State = (typeof STATES)[number];

/** The states of an enrolment, as `partials/state` names them. */
export const stateLabels: Readonly<Record<State, string>> = Object.freeze({
  requested: 'Demande d’inscription',
  waitlisted: 'Liste d’attente',
  preregistered: 'Préinscrit',
  enrolled: 'Inscrit',
  attended: 'Présent',
  absent: 'Absent',
  refused_by_hr: 'Refusé par l’employeur',
  refused_by_provider: 'Refusé par le prestataire',
  withdrawn: 'Annulé',
  session_cancelled: 'Action annulée',
  expired: 'Sans réponse',
});
/** States that keep somebody else out of a seat. */
export const SEAT_STATES: readonly State[] = Object.freeze([
  'preregistered',
  'enrolled',
  'attended',
  'absent',
]);
/** States in which the person still waits for, or holds, a place to come. */
export const LIVE_STATES: readonly State[] = Object.freeze([
  'requested',
  'waitlisted',
  'preregistered',
  'enrolled',
]);
/** States that use up yearly rights: a refused, withdrawn or cancelled request gives them back. */
export const COUNTED_STATES: readonly State[] = Object.freeze([...LIVE_STATES, 'attended', 'absent']);
/** States of somebody who is expected in a session to come. */
export const EXPECTED_STATES: readonly State[] = Object.freeze(['preregistered', 'enrolled']);
/** States of somebody whose place was confirmed. */
export const CONFIRMED_STATES: readonly State[] = Object.freeze(['enrolled', 'attended', 'absent']);

/** As whom somebody acts on an enrolment. */
export type Role = 'beneficiary' | 'hr_validator' | 'provider' | 'agency' | 'system';

/** Whether somebody in this state keeps a seat. */
export const holdsSeat = (state: State | null): boolean => state !== null && SEAT_STATES.includes(state);

/** An approval taken back, not a request refused: the same state, other words (domain.md §7, « accord retiré »). */
export const isApprovalWithdrawn = (from: State | null, to: State): boolean =>
  to === 'refused_by_hr' && from !== 'requested';
