import type { Knex } from 'knex';
import { rightsOnAcceptance } from '../../access/rights.ts';
import { recordAudit } from '../../audit/service.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { Conflict, Forbidden, NotFound } from '../../platform/errors.ts';
import { formatDateTime, parisDay } from '../../platform/time.ts';
import { deName } from '../../platform/words.ts';
import { mayDecide } from '../account-requests/rules.ts';
import { attachPerson, findDeciders, readDecisionFacts } from '../account-requests/service.ts';
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
 * Asks to belong to another structure (DOMAIN §4). The person and whoever decides are told.
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
    await repository.lockPersonAndStructure(trx, userId, structureId);
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
    const deciders = await findDeciders(trx, structureId);
    const hasReferent = deciders.some(({ isReferent }) => isReferent);
    await mail.enqueue(trx, acknowledgedMessage(request, hasReferent, config));
    for (const decider of deciders) {
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
  return db.transaction(async (trx) => {
    const request = await lockRequest(trx, input.requestId);
    if (request.userId !== input.userId) throw new NotFound();
    if (request.state !== 'pending') throw alreadyDecided(request);
    const at = clock.now();
    await repository.endRequest(trx, request.id, { state: 'withdrawn', ended_at: at });
    await recordAudit(trx, {
      action: 'affiliation_request.withdrawn',
      at,
      personId: request.userId,
      structureId: request.structureId,
      subject: { kind: 'affiliation_request', id: request.id },
    });
    for (const decider of await findDeciders(trx, request.structureId)) {
      if (decider.email !== request.email) await mail.enqueue(trx, withdrawnMessage(decider, request));
    }
    return request;
  });
}

/**
 * Takes back every request of a person whose account is closed; whoever would have decided is told. Called within the
 * transaction that closes it, which holds the locks of the person.
 */
export async function withdrawAllOf(
  { clock, mail }: Dependencies,
  trx: Knex.Transaction,
  userId: number,
): Promise<void> {
  for (const id of await repository.findPendingIds(trx, userId)) {
    const request = await lockRequest(trx, id);
    await repository.endRequest(trx, id, { state: 'withdrawn', ended_at: clock.now() });
    for (const decider of await findDeciders(trx, request.structureId)) {
      if (decider.email !== request.email) await mail.enqueue(trx, withdrawnMessage(decider, request));
    }
  }
}

/** Who decides which request. */
export interface AffiliationDecision {
  requestId: number;
  /** Where the request must belong; left out by the agency, which decides everywhere. */
  structureId?: number;
  decider: { userId: number; email: string };
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
  const request = await repository.findById(db, requestId);
  if (!request || (structureId !== undefined && request.structureId !== structureId)) throw new NotFound();
  if (request.state !== 'pending') throw alreadyDecided(request);
  return request;
}

/**
 * Accepts a request: the affiliation with its rights (DOMAIN §2), and the e-mail that tells the person.
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
    await repository.endRequest(trx, request.id, {
      state: 'refused',
      ended_at: clock.now(),
      decided_by: input.decider.userId,
      refusal_reason: input.reason,
    });
    await mail.enqueue(trx, refusedMessage(request, input.reason, config));
    return { name: `${request.firstName} ${request.lastName}` };
  });
}

async function decide<T>(
  { db }: Dependencies,
  { requestId, structureId, decider }: AffiliationDecision,
  apply: (trx: Knex.Transaction, request: AffiliationRequest, peopleCount: number) => Promise<T>,
): Promise<T> {
  return db.transaction(async (trx) => {
    await lockRequest(trx, requestId);
    const request = await getPendingAffiliation({ db: trx }, { requestId, structureId });
    const facts = await readDecisionFacts(trx, request.structureId, decider.userId);
    const { peopleCount, isReferent, isAgencyManager } = facts;
    const verdict = mayDecide({
      decider: { email: decider.email, isAgencyManager, isReferent },
      request,
      peopleCount,
    });
    if (verdict !== true) throw new Forbidden(verdict);
    return apply(trx, request, peopleCount);
  });
}

// The person and the structure of a request never change, and whatever ends it holds their locks: these two are
// enough, and the request is read again once they are held.
async function lockRequest(trx: Knex.Transaction, requestId: number): Promise<AffiliationRequest> {
  const found = await repository.findById(trx, requestId);
  if (!found) throw new NotFound();
  await repository.lockPersonAndStructure(trx, found.userId, found.structureId);
  return (await repository.findById(trx, requestId)) ?? found;
}

const isOpenOn = (closedOn: string | null, now: Date): boolean =>
  closedOn === null || closedOn > parisDay(now).toString();

function alreadyDecided(request: AffiliationRequest): Conflict {
  const name = `${request.firstName} ${request.lastName}`;
  const at = request.endedAt ? ` le ${formatDateTime(request.endedAt)}` : '';
  const by = request.deciderName ? ` par ${request.deciderName}` : '';
  const how = { accepted: 'acceptée', refused: 'refusée', withdrawn: 'annulée', pending: 'traitée' }[
    request.state
  ];
  return new Conflict(
    `La demande ${deName(name)} est déjà ${how}${by}${at}. Rien n’a été changé.`,
    'Demande déjà traitée',
  );
}
