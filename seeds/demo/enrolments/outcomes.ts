import type { State } from '#enrolment/states.ts';
import type { Kind } from '../actions.ts';
import type { Outcome } from '../sessions.ts';

/** The states that each outcome goes through where both approvals are needed. */
const routes: Readonly<Record<Outcome, State[]>> = {
  requested: ['requested'],
  waitlisted: ['requested', 'waitlisted'],
  preregistered: ['requested', 'preregistered'],
  enrolled: ['requested', 'preregistered', 'enrolled'],
  promoted: ['requested', 'waitlisted', 'preregistered', 'enrolled', 'attended'],
  attended: ['requested', 'preregistered', 'enrolled', 'attended'],
  absent: ['requested', 'preregistered', 'enrolled', 'absent'],
  refused_by_hr: ['requested', 'refused_by_hr'],
  approval_withdrawn: ['requested', 'preregistered', 'refused_by_hr'],
  refused_by_provider: ['requested', 'preregistered', 'refused_by_provider'],
  withdrawn: ['requested', 'preregistered', 'enrolled', 'withdrawn'],
  withdrawn_late: ['requested', 'preregistered', 'enrolled', 'withdrawn'],
  withdrawn_before_approval: ['requested', 'withdrawn'],
  session_cancelled: ['requested', 'preregistered', 'session_cancelled'],
  expired: ['requested', 'expired'],
};

/** The states that lead to an outcome, without the approvals that this kind of action does not need (domain.md §7). */
export function routeTo(outcome: Outcome, kind: Kind): State[] {
  return routes[outcome].filter(
    (state) =>
      (state !== 'requested' || kind.needs_hr_approval) &&
      (state !== 'preregistered' || kind.needs_provider_approval),
  );
}

/** Where the enrolment ends. */
export const finalState = (outcome: Outcome): State => routes[outcome].at(-1) as State;

/** Whether a seat was held at some time by somebody who asked in the first place, not from the queue. */
export const tookSeat = (outcome: Outcome): boolean =>
  outcome !== 'promoted' && routes[outcome].includes('preregistered');
