import { type Choice, choose, type Machine } from '#platform/workflow/machine.ts';
import type { EnrolmentFacts } from '../rules.ts';
import { holdsSeat, type Role, type State } from '../states.ts';
import { afterwards } from './afterwards.ts';
import { asking } from './asking.ts';
import type { EnrolmentEvent, Transition } from './types.ts';

export { seatForMe } from './asking.ts';
export type { Audience, EnrolmentEvent, Transition } from './types.ts';

/** Every change of state that exists (domain.md §7). A seat comes before the waiting list. */
export const transitions: readonly Transition[] = Object.freeze([...asking, ...afterwards]);

/** The machine of enrolments. */
export const enrolments: Machine<Transition> = Object.freeze({
  rows: transitions,
  nowhere: { code: 'not_in_this_state', message: 'Cette demande a déjà changé d’état.' },
});

/** Whether the transition gives a seat back, so that the queue may move. */
export const releasesSeat = ({ from, to }: Pick<Transition, 'from' | 'to'>): boolean =>
  holdsSeat(from) && !holdsSeat(to);

/**
 * Finds the transition for an event.
 * @param from null for a new request
 * @param to where it must lead, for an event that leads to several states (a session restored)
 */
export const chooseTransition = (
  event: EnrolmentEvent,
  from: State | null,
  by: Role,
  facts: EnrolmentFacts,
  to?: State,
): Choice<Transition> => choose(enrolments, { event, from, by, to }, facts);
