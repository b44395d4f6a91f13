import { LIVE_STATES } from '#enrolment/states.ts';
import { parisDay, parisMoment } from '#platform/french/time.ts';
import type { Deciders, Step } from './histories.ts';
import type { Booking } from './ledger.ts';
import { finalState } from './outcomes.ts';

/** What the move of a session left in an enrolment. */
interface Move {
  steps: Step[];
  askedAt: Date | null;
  confirmedAt: Date | null;
}

const UNMOVED: Move = { steps: [], askedAt: null, confirmedAt: null };

/**
 * Yesterday morning a session was moved: whoever was in it already has been told, and those with a seat are asked to
 * confirm. One has, so that both can be seen.
 */
export function moveOf(
  { session, outcome, person }: Booking,
  history: readonly Step[],
  deciders: Deciders,
  now: Date,
): Move {
  const state = finalState(outcome);
  const yesterday = parisDay(now).subtract({ days: 1 });
  const at = parisMoment(yesterday, '10:10');
  const last = history.at(-1);
  if (!session.plan.moved || !LIVE_STATES.includes(state) || !last || last.at >= at) return UNMOVED;
  const step = { from: state, to: state, way: 'page' as const };
  const told: Step = {
    ...step,
    at,
    role: 'provider',
    person: deciders.provider(session.provider),
    reason: 'La salle n’était plus libre à la date prévue.',
  };
  if (state !== 'enrolled' && state !== 'preregistered') return { ...UNMOVED, steps: [told] };
  if (state !== 'enrolled' || person.login === 'beneficiaire') {
    return { steps: [told], askedAt: at, confirmedAt: null };
  }
  const confirmedAt = parisMoment(yesterday, '17:45');
  const confirmed: Step = { ...step, at: confirmedAt, role: 'beneficiary', person, reason: null };
  return { steps: [told, confirmed], askedAt: at, confirmedAt };
}
