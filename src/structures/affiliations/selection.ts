import type { Dependencies } from '#platform/dependencies.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import type { RequestKind } from '#requests/request.ts';
import { decideEach, type Outcome } from '#requests/several.ts';
import { accountRequest } from '../account-requests/request.ts';
import { affiliationRequest } from './request.ts';

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

const KINDS = { account: accountRequest, affiliation: affiliationRequest } as const;

/**
 * Decides the requests of a selection, one by one.
 * @param reason why they are refused; null accepts them
 * @returns what became of each; the person who has joined a structure, whose rights are what comes next
 */
export async function decideSelection(
  deps: Dependencies,
  { userId }: { userId: number },
  selection: readonly Selected[],
  reason: string | null,
): Promise<(Outcome & { selected: Selected })[]> {
  const several = selection.map(({ kind, ...request }) => ({
    kind: KINDS[kind] as RequestKind,
    ...{ ...request, userId, reason: reason ?? '' },
  }));
  const outcomes = await decideEach(deps, reason === null ? 'accept' : 'refuse', several);
  return outcomes.map((outcome, i) => ({ ...outcome, selected: selection[i] as Selected }));
}
