import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { SessionData } from 'express-session';
import { findLastProfile } from '#access/last-profile.ts';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { datedProofs, type Proof, saveSession } from '#platform/web/session.ts';
import { rememberDevice } from '../account/browser-sessions/service.ts';
import { admit, type Proved, recordRefusal } from './service.ts';

/**
 * Signs the person in: a new session, whose limits are counted from now, on a device that « Mon compte » lists. The
 * session tells what was given: that is what opens the agency's pages, not what the account has.
 * @param given to prove who they are, just now
 * @param kept what else the session is to hold, with what was proved before
 * @returns false when the account may not be signed in to, which the journal then tells: nothing was opened
 */
export async function openSession(
  deps: Dependencies,
  req: Request,
  proved: Proved,
  given: Proof[],
  kept: Partial<SessionData> = {},
): Promise<boolean> {
  const { userId, generation } = proved;
  const now = deps.clock.now();
  const actor = await admit(deps, proved);
  if (!actor) {
    await recordRefusal(deps, userId, 'account');
    return false;
  }
  const proofs = { ...datedProofs(now, given), ...kept.proofs };
  // Before the session, which is no part of a transaction: none is open that the journal does not tell of.
  await recordAudit(deps.db, {
    action: 'session.opened',
    at: now,
    actorId: userId,
    personId: userId,
    details: {
      second_factor: Object.keys(proofs).some((proof) => !['password', 'proconnect'].includes(proof)),
      ...('proconnect' in proofs ? { by: 'proconnect' } : {}),
    },
  });
  const profile = await findLastProfile(deps.db, userId);
  await new Promise<void>((resolve, reject) => {
    req.logIn(actor, (failure) => {
      if (failure) return reject(failure);
      Object.assign(req.session, {
        signedInAt: now.getTime(),
        signInId: randomUUID(),
        generation,
        ...kept,
        proofs,
        ...(profile ? { profile } : {}),
      });
      saveSession(req).then(resolve, reject);
    });
  });
  await rememberDevice(deps, req, userId);
  return true;
}

/**
 * Notes in a new session that the password was right and that a code is still to come. Nobody is signed in.
 * @param mark of the password at that moment: another password ends the wait
 * @param before what was given instead of the password, and what the session is to hold once it is open
 */
export function awaitCode(
  req: Request,
  proved: Proved,
  mark: string,
  now: Date,
  before: { given?: Proof[]; kept?: Partial<SessionData> } = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    req.session.regenerate((failure) => {
      if (failure) return reject(failure);
      req.session.secondStep = { ...proved, mark, since: now.getTime(), ...before };
      saveSession(req).then(resolve, reject);
    });
  });
}
