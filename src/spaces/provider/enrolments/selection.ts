import type { Doer } from '#enrolment/doer.ts';
import { decideSeveral, type Outcome, readTicked } from '#enrolment/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';

/** As many requests as are decided at once: more than a page shows. */
export const LARGEST_SELECTION = 50;

/** A request of the session, by its number. */
export interface Selected {
  id: number;
  personName: string;
}

/** What became of one request of a selection. */
export interface SelectionOutcome extends Selected {
  done: boolean;
  /** Why nothing was done; empty where it was. */
  why: string;
}

/** The boxes of a form, as they came. */
export const readSelection = (ticked: string | readonly string[] | undefined): number[] =>
  readTicked(ticked, LARGEST_SELECTION);

/**
 * Accepts or refuses several requests.
 * @param reason why they are refused; null accepts them
 */
export async function decideSelection(
  deps: Dependencies,
  by: Doer,
  selection: readonly Selected[],
  reason: string | null,
): Promise<SelectionOutcome[]> {
  const event = reason === null ? 'accept' : 'refuse_by_provider';
  const ids = selection.map(({ id }) => id);
  const outcomes = await decideSeveral(deps, ids, { event, by, reason });
  return selection.map((one) => {
    const outcome = outcomes.get(one.id) as Outcome;
    return 'why' in outcome ? { ...one, done: false, why: outcome.why } : { ...one, done: true, why: '' };
  });
}
