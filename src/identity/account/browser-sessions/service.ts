import type { Request } from 'express';
import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { emit } from '#platform/events.ts';
import { ABSOLUTE_MS } from '#platform/web/session.ts';
import { endSessions } from '../../credentials.ts';
import { deviceOf, UNKNOWN_DEVICE } from './device.ts';
import type { OpenSession } from './repository.ts';
import * as repository from './repository.ts';

/** Where the person is signed in, the present browser first. */
export async function listSessions(
  { db, clock }: Dependencies,
  userId: number,
  presentSid: string,
): Promise<(OpenSession & { device: string })[]> {
  const signedInAfter = new Date(clock.now().getTime() - ABSOLUTE_MS);
  const sessions = await repository.findSessions(db, { userId, presentSid, signedInAfter });
  return sessions.map((one) => ({ ...one, device: one.device ?? UNKNOWN_DEVICE }));
}

/**
 * Notes with which browser and system the session of a request was opened. No address and no version are kept, and
 * nothing goes into the session itself, which holds who the person is, what they gave and under which profile.
 */
export async function rememberDevice({ db }: Dependencies, req: Request, userId: number): Promise<void> {
  const device = deviceOf(req.get('user-agent'));
  const { signInId = '' } = req.session;
  await db.transaction((trx) => repository.noteDevice(trx, { userId, signInId, device }));
}

/**
 * Ends one session of the person.
 * @param ref as listed by {@link listSessions}
 * @throws NotFound when it is not one of theirs, or already over
 */
export async function endSession(deps: Dependencies, userId: number, ref: string): Promise<void> {
  const isRef = /^[0-9a-f]{64}$/.test(ref);
  const end = async (trx: Knex.Transaction) => {
    const ended = await repository.deleteSession(trx, userId, ref);
    await emit(deps, trx, 'sessions.ended', { userId });
    return ended;
  };
  if (!isRef || (await endAndRecord(deps, userId, end)) === 0) {
    throw new NotFound('Cette session est déjà fermée, ou n’existe pas.');
  }
}

/**
 * Signs the person out: ends the session of a request by its sign-in, as another request of it may be giving it another
 * id at this moment. The request still holds what it read of it.
 */
export async function closeSession(deps: Dependencies, req: Request, userId: number): Promise<void> {
  const { db, clock } = deps;
  const { signInId = '' } = req.session;
  await db.transaction(async (trx) => {
    await repository.deleteSignIn(trx, userId, signInId);
    if (signInId) await emit(deps, trx, 'session.closed', { userId, signInId });
    await recordAudit(trx, { action: 'session.closed', at: clock.now(), personId: userId });
  });
}

/**
 * Ends every session of the person but the present one, which must then be renewed.
 * @returns how many
 */
export function endOtherSessions(deps: Dependencies, userId: number, presentSid: string): Promise<number> {
  return endAndRecord(deps, userId, (trx) => endSessions(deps, trx, userId, presentSid));
}

async function endAndRecord(
  { db, clock }: Dependencies,
  userId: number,
  end: (trx: Knex.Transaction) => Promise<number>,
): Promise<number> {
  return db.transaction(async (trx) => {
    const count = await end(trx);
    if (count > 0) {
      await recordAudit(trx, {
        action: 'session.ended',
        at: clock.now(),
        personId: userId,
        details: { sessions: count },
      });
    }
    return count;
  });
}
