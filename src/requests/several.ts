import type { Dependencies } from '#platform/dependencies.ts';
import { DomainError, TemporaryFailure } from '#platform/errors.ts';
import { decide } from './decide.ts';
import type { DecisionInput, RequestKind } from './request.ts';

/** One request among several, with what is decided of it. */
export interface OneOf extends DecisionInput {
  kind: RequestKind;
}

/** What became of one of them. */
export interface Outcome {
  done: boolean;
  /** Whom it was about, or why nothing was done. */
  text: string;
  /** Whose account it is about. */
  userId?: number;
}

/**
 * Decides several requests, each in its own transaction: one that cannot be decided stops none of the others. Who may is
 * checked for each, under its own locks.
 * @returns what became of each, in their order
 */
export async function decideEach(
  deps: Dependencies,
  name: string,
  several: readonly OneOf[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let failure: TemporaryFailure | undefined;
  for (const { kind, ...input } of several) {
    if (failure) {
      outcomes.push({ done: false, text: failure.message });
      continue;
    }
    try {
      const { request, personId = request.userId ?? undefined } = await decide(deps, kind, name, input);
      outcomes.push({ done: true, text: kind.heading(request), userId: personId });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // Each of those left would wait as long for the same answer.
      if (error instanceof TemporaryFailure) failure = error;
      outcomes.push({
        done: false,
        text: error.status === 404 ? 'Cette demande n’existe pas ou plus.' : error.message,
      });
    }
  }
  return outcomes;
}
