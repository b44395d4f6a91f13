import type { Knex } from 'knex';
import { type Audited, recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { RequestDecided, requireManager } from './deciders.ts';
import { endRequest, findRequest } from './repository.ts';
import type { Asked, Decision, DecisionInput, Done, RequestKind } from './request.ts';

export { endRequest, findRequest, findRequests } from './repository.ts';

/** @throws NotFound when the kind has no decision of this name */
export function decisionOf<R extends Asked, F>(kind: RequestKind<R, F>, name: string): Decision<R, F> {
  const decision = Object.hasOwn(kind.decisions, name) ? kind.decisions[name] : undefined;
  if (!decision) throw new NotFound();
  return decision;
}

/**
 * A request that waits for its decision.
 * @throws NotFound when there is none of this number, or it is of another structure; RequestDecided when it waits no more,
 *   naming by whom and when
 */
export async function getPending<R extends Asked, F>(
  db: Knex,
  kind: RequestKind<R, F>,
  { requestId, structureId }: Pick<DecisionInput, 'requestId' | 'structureId'>,
): Promise<R> {
  const request = await findOf(db, kind, { requestId, structureId });
  if (!request) throw new NotFound();
  if (request.state === 'pending') return request;
  throw alreadyDecided(kind, request);
}

/** @returns undefined when there is none of this number, or it is of another structure */
async function findOf<R extends Asked, F>(
  db: Knex,
  kind: RequestKind<R, F>,
  { requestId, structureId }: Pick<DecisionInput, 'requestId' | 'structureId'>,
): Promise<R | undefined> {
  const request = await findRequest<R>(db, kind, requestId);
  return structureId === undefined || request?.structureId === structureId ? request : undefined;
}

/** That a request waits no more, in the words of its kind. */
export function alreadyDecided<R extends Asked, F>(kind: RequestKind<R, F>, request: R): RequestDecided {
  const subject = (kind.decidedSubject ?? kind.subject)(request);
  const { label, past = label?.toLowerCase() } = kind.outcomes[request.state] ?? {};
  const { deciderName: by, endedAt: at } = request;
  return new RequestDecided(subject.charAt(0).toUpperCase() + subject.slice(1), { decision: past, by, at });
}

/**
 * Decides a request, once: prepared, found, locked, read again, authorised, then applied, ended and noted in the journal, in one
 * transaction.
 * @returns what was done, and of which request
 * @throws NotFound, RequestDecided as {@link getPending}; Forbidden when this person may not decide it; what a rule of the
 *   kind stands against it with
 */
export async function decide<R extends Asked, F>(
  deps: Dependencies,
  kind: RequestKind<R, F>,
  name: string,
  input: DecisionInput,
): Promise<Done & { request: R }> {
  const decision = decisionOf(kind, name);
  const { requestId, userId, reason = '', parameters = {} } = input;
  await decision.prepare?.();
  return deps.db.transaction(async (trx) => {
    const request = await lockPending(trx, kind, input);
    const facts = await authorise(trx, kind, request, userId);
    const at = deps.clock.now();
    const done = await decision.apply({
      ...{ deps: { ...deps, db: trx }, trx, at, request, facts },
      ...{ requestId, userId, reason, parameters },
    });
    const { state } = decision;
    await endRequest(trx, kind, requestId, { state, at, userId, reason, columns: done.columns });
    await noteEnd(trx, kind, request, { state, at, userId }, done);
    return { ...done, request };
  });
}

// A kind that says nothing else is decided by the agency: its `Facts` are none.
const authorise = <R extends Asked, F>(
  trx: Knex.Transaction,
  kind: RequestKind<R, F>,
  request: R,
  userId: number,
): Promise<F> =>
  kind.authorise?.(trx, request, userId) ?? (requireManager(trx, userId, request) as Promise<F>);

/**
 * Takes a request back, under the same locks as its decision.
 * @throws NotFound, RequestDecided as {@link getPending}, and for somebody else's; Forbidden as the kind says
 */
export async function withdraw<R extends Asked, F>(
  deps: Dependencies,
  kind: RequestKind<R, F>,
  input: DecisionInput,
): Promise<R> {
  const { withdrawal } = kind;
  if (!withdrawal) throw new NotFound();
  const { userId } = input;
  return deps.db.transaction(async (trx) => {
    const mayBeTheirs = (found: R) => withdrawal.authorise !== undefined || found.userId === userId;
    const request = await lockPending(trx, kind, input, mayBeTheirs);
    await withdrawal.authorise?.(trx, request, userId);
    await takeBack(deps, trx, kind, request, input);
    return request;
  });
}

/**
 * Takes a request back that is known to wait, under the locks that the transaction holds.
 * @param by left out where the application does it, for somebody who is gone
 */
export async function takeBack<R extends Asked, F>(
  deps: Dependencies,
  trx: Knex.Transaction,
  kind: RequestKind<R, F>,
  request: R,
  by?: Pick<DecisionInput, 'userId' | 'parameters'>,
): Promise<void> {
  const at = deps.clock.now();
  const { userId = null, parameters = {} } = by ?? {};
  const taken = { deps: { ...deps, db: trx }, trx, at, requestId: request.id, request, userId, parameters };
  await kind.withdrawal?.tell(taken);
  // Whoever takes back what is about themself has decided nothing.
  await endRequest(trx, kind, request.id, {
    state: 'withdrawn',
    at,
    userId: kind.isAboutPerson ? null : userId,
  });
  await noteEnd(trx, kind, request, { state: 'withdrawn', at, userId: userId ?? undefined });
}

// Locked first and read after: of two who end it at once, the second finds what the first did.
async function lockPending<R extends Asked, F>(
  trx: Knex.Transaction,
  kind: RequestKind<R, F>,
  input: DecisionInput,
  mayBeTheirs: (found: R) => boolean = () => true,
): Promise<R> {
  const found = await findOf(trx, kind, input);
  // Before anything is said of it, or held for it: somebody else's does not exist.
  if (!found || !mayBeTheirs(found)) throw new NotFound();
  await lock(trx, kind.lock(found, input));
  return getPending(trx, kind, input);
}

/** Notes in the journal how a request ended. */
export function noteEnd<R extends Asked, F>(
  trx: Knex.Transaction,
  kind: RequestKind<R, F>,
  request: R,
  { state, at, userId }: { state: string; at: Date; userId?: number },
  { personId, structureId }: Partial<Done> = {},
): Promise<void> {
  return recordAudit(trx, {
    ...endOf(kind, request, state),
    at,
    actorId: userId,
    personId: personId ?? ((kind.isAboutPerson && request.userId) || undefined),
    structureId: structureId ?? request.structureId ?? undefined,
    subject: { kind: kind.kind, id: request.id },
  });
}

/** What the journal says of a request that ended in this state. */
export const endOf = <R extends Asked, F>(
  { kind, audited }: RequestKind<R, F>,
  request: R,
  state: string,
): Audited => audited?.(request)[state] ?? ({ action: `${kind}.${state}` } as Audited);
