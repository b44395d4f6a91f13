import type { Knex } from 'knex';
import { deciders } from '#access/recipients.ts';
import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { findRequest, findRequests, takeBack, withdraw } from '#requests/decide.ts';
import { acknowledgedMessage, toDecideMessage } from './mails.ts';
import * as repository from './repository.ts';
import { affiliationRequest } from './request.ts';
import { type AffiliationRequest, isOpenOn, mayAsk } from './rules.ts';

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
    const request = (await findRequest<AffiliationRequest>(
      trx,
      affiliationRequest,
      id,
    )) as AffiliationRequest;
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
 * @throws NotFound when it is not this person's; RequestDecided when it waits no more
 */
export const withdrawAffiliationRequest = (
  deps: Dependencies,
  input: { requestId: number; userId: number },
): Promise<AffiliationRequest> => withdraw(deps, affiliationRequest, input);

/**
 * Takes back every request of a person whose account is closed; whoever would have decided is told. Called within the
 * transaction that closes it, which holds the locks of the person.
 */
export async function withdrawAllOf(
  deps: Dependencies,
  trx: Knex.Transaction,
  { userId }: { userId: number },
): Promise<void> {
  const where = `q.user_id = :userId and q.state = 'pending'`;
  const requests = await findRequests<AffiliationRequest>(trx, affiliationRequest, where, { userId });
  await lock(trx, { people: [userId], structures: requests.map(({ structureId }) => structureId) });
  for (const request of requests) await takeBack(deps, trx, affiliationRequest, request);
}
