import type { Dependencies } from '../../platform/dependencies.ts';
import { DomainError, TemporaryFailure } from '../../platform/errors.ts';
import { parseRowId } from '../../platform/web/forms/fields.ts';
import { acceptAccountRequest, refuseAccountRequest } from '../account-requests/service.ts';
import { acceptAffiliation, refuseAffiliation } from './service.ts';

/** As many requests as are decided at once: what « Mes structures » shows. */
export const LARGEST_SELECTION = 25;

/** One box ticked in the list: which sort of request, of which structure, and its number. */
export interface Selected {
  kind: 'account' | 'affiliation';
  structureId: number;
  requestId: number;
}

/** The value of the box of a request. */
export const selectionValue = ({ kind, structureId, requestId }: Selected): string =>
  `${kind}:${structureId}:${requestId}`;

/**
 * Reads the boxes of a form, each once; whatever is no box of ours is left out.
 * @param ticked the field as it came
 */
export function readSelection(ticked: string | readonly string[] | undefined): Selected[] {
  const values = typeof ticked === 'string' ? [ticked] : (ticked ?? []);
  return [...new Set(values)].slice(0, LARGEST_SELECTION).flatMap((value) => {
    const [kind, structure, request, ...rest] = value.split(':');
    const structureId = parseRowId(structure);
    const requestId = parseRowId(request);
    if ((kind !== 'account' && kind !== 'affiliation') || rest.length > 0) return [];
    return structureId === undefined || requestId === undefined ? [] : [{ kind, structureId, requestId }];
  });
}

/** What became of one request of a selection. */
export interface SelectionOutcome {
  selected: Selected;
  done: boolean;
  /** Whom it was about, or why nothing was done. */
  text: string;
  /** The person who has joined the structure: their rights are what comes next. */
  userId?: number;
}

/**
 * Decides several requests, each in its own transaction: one that cannot be decided stops none of the others.
 * The rights are checked for each, under its own lock.
 * @param reason why they are refused; null accepts them
 */
export async function decideSelection(
  deps: Dependencies,
  decider: { userId: number },
  selection: readonly Selected[],
  reason: string | null,
): Promise<SelectionOutcome[]> {
  const outcomes: SelectionOutcome[] = [];
  let failure: TemporaryFailure | undefined;
  for (const selected of selection) {
    if (failure) {
      outcomes.push({ selected, done: false, text: failure.message });
      continue;
    }
    const { kind, structureId, requestId } = selected;
    const decision = { structureId, requestId, decider };
    try {
      const accept = kind === 'account' ? acceptAccountRequest : acceptAffiliation;
      const refuse = kind === 'account' ? refuseAccountRequest : refuseAffiliation;
      if (reason === null) {
        const { name, userId } = await accept(deps, decision);
        outcomes.push({ selected, done: true, text: name, userId });
      } else {
        const { name } = await refuse(deps, { ...decision, reason });
        outcomes.push({ selected, done: true, text: name });
      }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // Each of those left would wait as long for the same answer.
      if (error instanceof TemporaryFailure) failure = error;
      const text = error.status === 404 ? 'Cette demande n’existe pas ou plus.' : error.message;
      outcomes.push({ selected, done: false, text });
    }
  }
  return outcomes;
}
