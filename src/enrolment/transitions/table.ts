import type { EnrolmentFacts, Refusal } from '../rules.ts';
import { holdsSeat, type Role, type State } from '../states.ts';
import { afterwards } from './afterwards.ts';
import { asking } from './asking.ts';
import type { EnrolmentEvent, Transition } from './types.ts';

export { seatForMe } from './asking.ts';
export type { Audience, EnrolmentEvent, Transition } from './types.ts';

/**
 * Every change of state that exists (domain.md §7). Rows of one event and state are tried in their order: the first
 * whose conditions hold is taken, so a seat comes before the waiting list.
 */
export const transitions: readonly Transition[] = Object.freeze([...asking, ...afterwards]);

/** Whether the transition gives a seat back, so that the queue may move. */
export const releasesSeat = ({ from, to }: Pick<Transition, 'from' | 'to'>): boolean =>
  holdsSeat(from) && !holdsSeat(to);

/** The row to apply, or why none applies. */
export type Choice = { ok: true; transition: Transition } | { ok: false; refusals: Refusal[] };

/**
 * Finds the transition for an event.
 * @param from null for a new request
 * @param to where it must lead, for an event that leads to several states (a session restored)
 * @returns the first row whose conditions hold; otherwise the reasons of the row that comes closest
 *   (for a new request: every rule that stands against it)
 */
export function chooseTransition(
  event: EnrolmentEvent,
  from: State | null,
  by: Role,
  facts: EnrolmentFacts,
  to?: State,
): Choice {
  const rows = transitions.filter(
    (row) =>
      row.event === event && row.from === from && row.by.includes(by) && (to === undefined || row.to === to),
  );
  let refusals: Refusal[] = [{ code: 'not_in_this_state', message: 'Cette demande a déjà changé d’état.' }];
  for (const transition of rows) {
    const against = transition.when.map((condition) => condition(facts)).filter((answer) => answer !== true);
    if (against.length === 0) return { ok: true, transition };
    // That a row is for another kind of action explains nothing to anybody.
    refusals = against.filter(({ code }) => code !== 'other_kind');
  }
  return { ok: false, refusals };
}
