import type { Dependencies } from '#platform/dependencies.ts';
import { DomainError, TemporaryFailure } from '#platform/errors.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import type { State } from '../states.ts';
import { type Decision, decideEnrolment } from './decide.ts';

/**
 * Reads the boxes of a form, each once, in their order; whatever is no number is left out.
 * @param ticked the field as it came
 * @param most as many as are decided at once
 */
export function readTicked(ticked: string | readonly string[] | undefined, most: number): number[] {
  const ids = [ticked ?? []].flat().map(parseRowId);
  return [...new Set(ids.filter((id) => id !== undefined))].slice(0, most);
}

/** Where a request stands after the decision, or why nothing was done. */
export type Outcome = { state: State } | { why: string };

/**
 * Decides several requests in their order, each in its own transaction and under its own locks: one that cannot be
 * decided (decided meanwhile, one's own, the session begun) stops none of the others. Only a database that cannot
 * serve does: each of those left would wait as long for the same answer.
 */
export async function decideSeveral(
  deps: Dependencies,
  ids: readonly number[],
  decision: Decision,
): Promise<Map<number, Outcome>> {
  const outcomes = new Map<number, Outcome>();
  let failure: TemporaryFailure | undefined;
  for (const id of ids) {
    if (failure) {
      outcomes.set(id, { why: failure.message });
      continue;
    }
    try {
      const { state } = await decideEnrolment(deps, id, decision);
      outcomes.set(id, { state });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error instanceof TemporaryFailure) failure = error;
      outcomes.set(id, { why: error.message });
    }
  }
  return outcomes;
}
