import type { Knex } from 'knex';
import { rightsOnAcceptance } from '../../access/rights.ts';
import { recordAudit } from '../../audit/service.ts';
import { lock } from '../../platform/database/locks.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { Conflict, Forbidden, NotFound } from '../../platform/errors.ts';
import { deName } from '../../platform/french/words.ts';
import { decideOnce, RequestDecided } from '../../requests/deciders.ts';
import { acceptedMessage, refusedMessage, toDecideMessage } from './mails.ts';
import type { RequestState, StoredRequest } from './repository.ts';
import * as repository from './repository.ts';
import { mayDecide } from './rules.ts';

/** Who decides which request. */
export interface DecisionInput {
  requestId: number;
  /** Where the request must belong; left out by the agency, which decides everywhere. */
  structureId?: number;
  decider: { userId: number };
}

/**
 * A request that waits for its decision, for the page that decides it.
 * @throws NotFound when it does not exist, is not of this structure, or its e-mail was never confirmed
 * @throws Conflict when it is decided already, naming by whom and when
 */
export async function getPendingRequest(
  { db }: Pick<Dependencies, 'db'>,
  { requestId, structureId }: Pick<DecisionInput, 'requestId' | 'structureId'>,
): Promise<StoredRequest> {
  return pendingOf(await repository.findById(db, requestId), structureId);
}

/**
 * Accepts a request (domain.md §2–3): the account with the chosen password, the affiliation, the rights
 * (guide 002 §1: the first person of a structure runs it), and the e-mail that tells the person. The first one is
 * also told of the other requests that wait there: only the agency was, and now they are a référent's to decide.
 * @returns whom and where, for the screen of their rights
 * @throws NotFound, Conflict as {@link getPendingRequest}; Conflict too when an account took the e-mail meanwhile
 * @throws Forbidden when this person may not decide it
 */
export async function acceptAccountRequest(
  deps: Dependencies,
  input: DecisionInput,
): Promise<{ userId: number; structureId: number; name: string }> {
  const { clock, mail } = deps;
  return decide(deps, input, async (trx, request, peopleCount) => {
    const now = clock.now();
    const userId = await repository.createUser(trx, request, now);
    if (userId === undefined) {
      throw new Conflict(
        'Un compte existe maintenant avec cette adresse e-mail. Refusez cette demande\u00a0: la personne garde son compte et demande à rejoindre votre structure.',
      );
    }
    const isFirst = peopleCount === 0;
    await repository.affiliate(trx, {
      userId,
      structureId: request.structureId,
      rights: rightsOnAcceptance(isFirst),
      at: now,
      grantedBy: input.decider.userId,
    });
    await repository.endRequest(trx, request.id, {
      state: 'accepted',
      decided_at: now,
      decided_by: input.decider.userId,
      user_id: userId,
    });
    await recordAudit(trx, {
      action: 'account_request.accepted',
      at: now,
      actorId: input.decider.userId,
      personId: userId,
      structureId: request.structureId,
      subject: { kind: 'account_request', id: request.id },
    });
    await mail.enqueue(trx, acceptedMessage(request, isFirst));
    for (const other of isFirst ? await repository.findPendingOf(trx, request.structureId) : []) {
      await mail.enqueue(trx, toDecideMessage({ ...request, isReferent: true }, other, other.confirmedAt));
    }
    return {
      userId,
      structureId: request.structureId,
      name: `${request.firstName} ${request.lastName}`,
    };
  });
}

/**
 * Refuses a request; the reason is sent to the person.
 * @throws as {@link acceptAccountRequest}
 */
export async function refuseAccountRequest(
  deps: Dependencies,
  input: DecisionInput & { reason: string },
): Promise<{ name: string }> {
  const { clock, mail, config } = deps;
  return decide(deps, input, async (trx, request) => {
    const now = clock.now();
    await repository.endRequest(trx, request.id, {
      state: 'refused',
      decided_at: now,
      decided_by: input.decider.userId,
      refusal_reason: input.reason,
    });
    await recordAudit(trx, {
      action: 'account_request.refused',
      at: now,
      actorId: input.decider.userId,
      structureId: request.structureId,
      subject: { kind: 'account_request', id: request.id },
    });
    await mail.enqueue(trx, refusedMessage(request, input.reason, config));
    return { name: `${request.firstName} ${request.lastName}` };
  });
}

// The structure is locked before the request, always in that order: two first persons accepted at the same moment
// would both run it, and a référent who loses the right at the same moment would still decide.
function decide<T>(
  deps: Dependencies,
  { requestId, structureId, decider }: DecisionInput,
  apply: (trx: Knex.Transaction, request: StoredRequest, peopleCount: number) => Promise<T>,
): Promise<T> {
  return decideOnce(
    deps,
    {
      find: (db) => repository.findById(db, requestId),
      async lock(trx, found) {
        await lock(trx, { structures: [found.structureId] });
        await lock(trx, { accountRequests: [requestId] });
      },
      pending: (request) => pendingOf(request, structureId),
      async authorise(trx, request) {
        const facts = await repository.readDecisionFacts(trx, request, decider.userId);
        const verdict = mayDecide(facts);
        if (verdict !== true) throw new Forbidden(verdict);
        return facts.peopleCount;
      },
    },
    apply,
  );
}

function pendingOf(request: StoredRequest | undefined, structureId: number | undefined): StoredRequest {
  if (!request || (structureId !== undefined && request.structureId !== structureId)) throw new NotFound();
  if (request.state === 'email_unconfirmed') throw new NotFound();
  if (request.state === 'pending') return request;
  const decisions: Partial<Record<RequestState, string>> = { accepted: 'acceptée', refused: 'refusée' };
  throw new RequestDecided(`La demande ${deName(`${request.firstName} ${request.lastName}`)}`, {
    decision: decisions[request.state],
    by: request.deciderName,
    at: request.decidedAt,
  });
}
