import type { Knex } from 'knex';
import { deciders } from '../../access/recipients.ts';
import { rightsOnAcceptance } from '../../access/rights.ts';
import { recordAudit } from '../../audit/service.ts';
import { lock } from '../../platform/database/locks.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { Conflict, Forbidden, NotFound } from '../../platform/errors.ts';
import { parisDay } from '../../platform/french/time.ts';
import { deName } from '../../platform/french/words.ts';
import { decideOnce, RequestDecided } from '../../requests/deciders.ts';
import { mayDecide } from '../account-requests/rules.ts';
import { attachPerson, readDecisionFacts } from '../account-requests/service.ts';
import {
  acceptedMessage,
  acknowledgedMessage,
  refusedMessage,
  toDecideMessage,
  withdrawnMessage,
} from './mails.ts';
import type { AffiliationRequest } from './repository.ts';
import * as repository from './repository.ts';
import { mayAsk } from './rules.ts';

export type { AffiliationRequest } from './repository.ts';

/**
 * Asks to belong to another structure (domain.md §4). The person and whoever decides are told.
 * @returns the new request
 * @throws NotFound for an unknown structure; Conflict with the reason when a rule stands against it
 */
export async function requestAffiliation(
  deps: Dependencies,
  input: { userId: number; structureId: number },
): Promise<AffiliationRequest> {
  const { db, clock, mail, config } = deps;
  const { userId, structureId } = input;
  return db.transaction(async (trx) => {
    await lock(trx, { people: [userId], structures: [structureId] });
    const now = clock.now();
    const structure = await trx('structures')
      .where({ id: structureId })
      .first<{ closed_on: string | null } | undefined>(trx.raw('cast(closed_on as text) as closed_on'));
    if (!structure) throw new NotFound();
    const facts = await repository.readRequestFacts(trx, userId, structureId);
    const verdict = mayAsk({ ...facts, isOpen: isOpenOn(structure.closed_on, now) });
    if (verdict !== true) throw new Conflict(verdict);
    const id = await repository.insertRequest(trx, userId, structureId, now);
    const request = (await repository.findById(trx, id)) as AffiliationRequest;
    const subject = { kind: 'affiliation_request', id };
    await recordAudit(trx, {
      action: 'affiliation_request.created',
      at: now,
      personId: userId,
      structureId,
      subject,
    });
    const told = await deciders(trx, structureId);
    const hasReferent = told.some(({ isReferent }) => isReferent);
    await mail.enqueue(trx, acknowledgedMessage(request, hasReferent, config));
    for (const decider of told) {
      // Somebody of the agency who asks is not told to decide their own request.
      if (decider.email !== request.email) await mail.enqueue(trx, toDecideMessage(decider, request));
    }
    return request;
  });
}

/**
 * Takes back one's own request, while nobody has decided it.
 * @throws NotFound when it is not this person's; Conflict when it is decided already
 */
export async function withdrawAffiliationRequest(
  { db, clock, mail }: Dependencies,
  input: { requestId: number; userId: number },
): Promise<AffiliationRequest> {
  const { requestId, userId } = input;
  return decideOnce(
    { db },
    {
      find: (any) => repository.findById(any, requestId),
      lock: lockRequest,
      pending: (request) => {
        if (request?.userId !== userId) throw new NotFound();
        return pendingOf(request);
      },
      authorise: async () => undefined,
    },
    async (trx, request) => {
      const at = clock.now();
      await repository.endRequest(trx, request.id, { state: 'withdrawn', ended_at: at });
      await recordAudit(trx, {
        action: 'affiliation_request.withdrawn',
        at,
        personId: request.userId,
        structureId: request.structureId,
        subject: { kind: 'affiliation_request', id: request.id },
      });
      for (const decider of await deciders(trx, request.structureId)) {
        if (decider.email !== request.email) await mail.enqueue(trx, withdrawnMessage(decider, request));
      }
      return request;
    },
  );
}

/**
 * Takes back every request of a person whose account is closed; whoever would have decided is told. Called within the
 * transaction that closes it, which holds the locks of the person.
 */
export async function withdrawAllOf(
  { clock, mail }: Dependencies,
  trx: Knex.Transaction,
  { userId }: { userId: number },
): Promise<void> {
  for (const id of await repository.findPendingIds(trx, userId)) {
    const request = (await repository.findById(trx, id)) as AffiliationRequest;
    await lockRequest(trx, request);
    const at = clock.now();
    await repository.endRequest(trx, id, { state: 'withdrawn', ended_at: at });
    await recordAudit(trx, {
      action: 'affiliation_request.withdrawn',
      at,
      personId: userId,
      structureId: request.structureId,
      subject: { kind: 'affiliation_request', id },
    });
    for (const decider of await deciders(trx, request.structureId)) {
      if (decider.email !== request.email) await mail.enqueue(trx, withdrawnMessage(decider, request));
    }
  }
}

/** Who decides which request. */
export interface AffiliationDecision {
  requestId: number;
  /** Where the request must belong; left out by the agency, which decides everywhere. */
  structureId?: number;
  decider: { userId: number };
}

/**
 * A request that waits for its decision, for the page that decides it.
 * @throws NotFound when it does not exist or is not of this structure
 * @throws Conflict when it is decided already, naming by whom and when
 */
export async function getPendingAffiliation(
  { db }: Pick<Dependencies, 'db'>,
  { requestId, structureId }: Pick<AffiliationDecision, 'requestId' | 'structureId'>,
): Promise<AffiliationRequest> {
  return pendingOf(await repository.findById(db, requestId), structureId);
}

/**
 * Accepts a request: the affiliation with its rights (domain.md §2), and the e-mail that tells the person.
 * @throws NotFound, Conflict as {@link getPendingAffiliation}; Conflict too for a structure closed meanwhile
 * @throws Forbidden when this person may not decide it
 */
export async function acceptAffiliation(
  deps: Dependencies,
  input: AffiliationDecision,
): Promise<{ userId: number; structureId: number; name: string }> {
  const { clock, mail } = deps;
  return decide(deps, input, async (trx, request, peopleCount) => {
    const now = clock.now();
    const { userId, structureId } = request;
    if (!isOpenOn(request.closedOn, now)) {
      throw new Conflict('Cette structure est fermée\u00a0: la demande ne peut qu’être refusée.');
    }
    const isFirst = peopleCount === 0;
    await attachPerson(trx, {
      userId,
      structureId,
      rights: rightsOnAcceptance(isFirst),
      at: now,
      grantedBy: input.decider.userId,
    });
    await repository.endRequest(trx, request.id, {
      state: 'accepted',
      ended_at: now,
      decided_by: input.decider.userId,
    });
    await recordDecision(trx, 'affiliation_request.accepted', request, input, now);
    await mail.enqueue(trx, acceptedMessage(request, isFirst));
    return { userId, structureId, name: `${request.firstName} ${request.lastName}` };
  });
}

/**
 * Refuses a request; the reason is sent to the person.
 * @throws as {@link acceptAffiliation}
 */
export async function refuseAffiliation(
  deps: Dependencies,
  input: AffiliationDecision & { reason: string },
): Promise<{ name: string }> {
  const { clock, mail, config } = deps;
  return decide(deps, input, async (trx, request) => {
    const now = clock.now();
    await repository.endRequest(trx, request.id, {
      state: 'refused',
      ended_at: now,
      decided_by: input.decider.userId,
      refusal_reason: input.reason,
    });
    await recordDecision(trx, 'affiliation_request.refused', request, input, now);
    await mail.enqueue(trx, refusedMessage(request, input.reason, config));
    return { name: `${request.firstName} ${request.lastName}` };
  });
}

const recordDecision = (
  trx: Knex.Transaction,
  action: 'affiliation_request.accepted' | 'affiliation_request.refused',
  { id, userId, structureId }: AffiliationRequest,
  { decider }: AffiliationDecision,
  at: Date,
): Promise<void> =>
  recordAudit(trx, {
    action,
    at,
    actorId: decider.userId,
    personId: userId,
    structureId,
    subject: { kind: 'affiliation_request', id },
  });

function decide<T>(
  deps: Dependencies,
  { requestId, structureId, decider }: AffiliationDecision,
  apply: (trx: Knex.Transaction, request: AffiliationRequest, peopleCount: number) => Promise<T>,
): Promise<T> {
  return decideOnce(
    deps,
    {
      find: (db) => repository.findById(db, requestId),
      lock: lockRequest,
      pending: (request) => pendingOf(request, structureId),
      async authorise(trx, request) {
        const facts = await readDecisionFacts(trx, request, decider.userId);
        const verdict = mayDecide(facts);
        if (verdict !== true) throw new Forbidden(verdict);
        return facts.peopleCount;
      },
    },
    apply,
  );
}

// The person and the structure of a request never change, and whatever ends it holds their locks: these two are enough.
const lockRequest = (trx: Knex.Transaction, { userId, structureId }: AffiliationRequest): Promise<void> =>
  lock(trx, { people: [userId], structures: [structureId] });

const isOpenOn = (closedOn: string | null, now: Date): boolean =>
  closedOn === null || closedOn > parisDay(now).toString();

function pendingOf(request: AffiliationRequest | undefined, structureId?: number): AffiliationRequest {
  if (!request || (structureId !== undefined && request.structureId !== structureId)) throw new NotFound();
  if (request.state === 'pending') return request;
  const decision = { accepted: 'acceptée', refused: 'refusée', withdrawn: 'annulée' }[request.state];
  const { firstName, lastName, deciderName: by, endedAt: at } = request;
  throw new RequestDecided(`La demande ${deName(`${firstName} ${lastName}`)}`, { decision, by, at });
}
