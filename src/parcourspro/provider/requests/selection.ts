import type { Dependencies } from '../../../platform/dependencies.ts';
import { DomainError } from '../../../platform/errors.ts';
import { parseRowId } from '../../../platform/web/forms/fields.ts';
import type { Doer } from '../../enrolment/repository.ts';
import { decideEnrolment } from '../../enrolment/service.ts';

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

/**
 * Reads the boxes of a form, each once, in their order; whatever is no number is left out.
 * @param ticked the field as it came
 */
export function readSelection(ticked: string | readonly string[] | undefined): number[] {
  const values = typeof ticked === 'string' ? [ticked] : (ticked ?? []);
  const ids = values.slice(0, LARGEST_SELECTION * 4).map(parseRowId);
  return [...new Set(ids.filter((id) => id !== undefined))].slice(0, LARGEST_SELECTION);
}

/**
 * Accepts or refuses several requests, each in its own transaction: one that cannot be decided (decided meanwhile, one's
 * own, the session begun) stops none of the others. The rules are checked for each, under its own locks.
 * @param reason why they are refused; null accepts them
 */
export async function decideSelection(
  deps: Dependencies,
  by: Doer,
  selection: readonly Selected[],
  reason: string | null,
): Promise<SelectionOutcome[]> {
  const outcomes: SelectionOutcome[] = [];
  for (const selected of selection) {
    try {
      await decideEnrolment(
        deps,
        selected.id,
        reason === null ? { event: 'accept', by } : { event: 'refuse_by_provider', by, reason },
      );
      outcomes.push({ ...selected, done: true, why: '' });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      outcomes.push({ ...selected, done: false, why: error.message });
    }
  }
  return outcomes;
}
