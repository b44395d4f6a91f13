import type { Knex } from 'knex';
import { recordAudit } from '../../../audit/service.ts';
import { lock } from '../../../platform/database/locks.ts';
import type { Dependencies } from '../../../platform/dependencies.ts';
import { Conflict, NotFound } from '../../../platform/errors.ts';
import { emit } from '../../../platform/events.ts';
import { hashPassword } from '../../../platform/security/passwords.ts';
import { newToken } from '../../../platform/security/secrets.ts';
import { decideOnce, RequestDecided, requireManager } from '../../../requests/deciders.ts';
import { anonymise } from './anonymise.ts';
import { deletionDoneMessage, deletionRefusedMessage } from './mails.ts';
import type { DeletionRequest } from './repository.ts';
import * as repository from './repository.ts';
import { deletionBlockers } from './rules.ts';

const outcomes = { withdrawn: 'retirée', refused: 'refusée', carried_out: 'exécutée' } as const;

function pending(request: DeletionRequest | undefined): DeletionRequest {
  if (!request) throw new NotFound();
  if (request.state === 'pending') return request;
  const { state, deciderName: by, endedAt: at } = request;
  throw new RequestDecided('Cette demande de suppression', { decision: outcomes[state], by, at });
}

/**
 * Deletes the account, in one transaction: what the person waits for ends with its notices, then everything that tells
 * who they are goes; enrolments and their history stay.
 * @throws NotFound when it does not exist; RequestDecided when it no longer waits; Conflict with what is in the way today
 * @throws Forbidden when the one who decides may not
 */
export async function carryOutDeletion(
  deps: Dependencies,
  input: { id: number; byUserId: number },
): Promise<void> {
  const { mail, config } = deps;
  const passwordHash = await hashPassword(newToken());
  await decide(deps, input, async (trx, request, now) => {
    await repository.lockSurroundings(trx, request.userId);
    const blockers = deletionBlockers(await repository.readFacts(trx, request.userId, now));
    if (blockers.length > 0) {
      throw new Conflict(
        'Depuis sa demande, la personne est devenue seule référente d’une structure ou a obtenu une place. Rouvrez la demande pour voir le détail.',
      );
    }
    await emit(deps, trx, 'account.erasing', { userId: request.userId, byUserId: input.byUserId });
    await mail.enqueue(trx, deletionDoneMessage(request, now, config));
    await repository.endRequest(trx, request.userId, {
      state: 'carried_out',
      at: now,
      decidedBy: input.byUserId,
    });
    await anonymise(trx, { id: request.userId, email: request.email }, passwordHash, now);
    return 'deleted';
  });
}

/**
 * Refuses the deletion; the reason is sent to the person.
 * @throws as {@link carryOutDeletion}
 */
export async function refuseDeletion(
  deps: Dependencies,
  input: { id: number; byUserId: number; reason: string },
): Promise<void> {
  const { mail, config } = deps;
  await decide(deps, input, async (trx, request, now) => {
    await repository.endRequest(trx, request.userId, {
      state: 'refused',
      at: now,
      decidedBy: input.byUserId,
      reason: input.reason,
    });
    await mail.enqueue(trx, deletionRefusedMessage(request, input.reason, config));
    return 'deletion_refused';
  });
}

function decide(
  deps: Dependencies,
  { id, byUserId }: { id: number; byUserId: number },
  apply: (
    trx: Knex.Transaction,
    request: DeletionRequest,
    now: Date,
  ) => Promise<'deleted' | 'deletion_refused'>,
): Promise<void> {
  return decideOnce(
    deps,
    {
      find: (db) => repository.findRequest(db, id),
      lock: (trx, { userId }) => lock(trx, { people: [userId, byUserId] }),
      pending,
      authorise: (trx, { userId }) => requireManager(trx, byUserId, { userId }),
    },
    async (trx, request) => {
      const at = deps.clock.now();
      const outcome = await apply(trx, request, at);
      await recordAudit(trx, {
        action: `account.${outcome}`,
        at,
        actorId: byUserId,
        personId: request.userId,
        subject: { kind: 'deletion_request', id },
      });
    },
  );
}
