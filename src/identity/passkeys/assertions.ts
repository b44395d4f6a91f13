import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Config } from '#platform/config.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { deriveKey, hashToken } from '#platform/security/secrets.ts';
import { challengeIn, requestOptions, verifyUse } from './ceremonies.ts';
import { type Asked, CHALLENGE_MS, makeChallenge, readChallenge } from './challenges.ts';
import { copiedMessage } from './mails.ts';
import * as repository from './repository.ts';

/** Why an answer was not taken; the reasons that would tell a stranger something are one. */
export interface Refused {
  refused: 'expired' | 'refused';
}

const challengeKey = (config: Config) => deriveKey(config.secret, 'passkey challenges');

/** A challenge for one use in one browser. */
export const newChallenge = ({ config, clock }: Dependencies, asked: Asked): Buffer =>
  makeChallenge(challengeKey(config), asked, clock.now());

/**
 * What the browser needs to use a passkey.
 * @param userId whose passkeys; left out where nobody is known yet, and then the answer depends on nobody
 */
export async function optionsToUse(deps: Dependencies, asked: Asked, userId?: number) {
  const known = userId === undefined ? [] : await repository.findPasskeys(deps.db, userId);
  return requestOptions(deps.config, known, newChallenge(deps, asked));
}

/** Whether an answer comes in time and for what was asked. @returns undefined when it does */
export function refusalOf(
  { config, clock }: Dependencies,
  asked: Asked,
  answer: { response: { clientDataJSON: string } },
): Refused | undefined {
  const standing = readChallenge(challengeKey(config), asked, challengeIn(answer), clock.now());
  if (standing === 'good') return undefined;
  return { refused: standing === 'expired' ? 'expired' : 'refused' };
}

/** Uses up the challenge of an answer, whatever then becomes of it. @returns whether it was there to be used */
export function spendChallenge(
  trx: Knex.Transaction,
  answer: { response: { clientDataJSON: string } },
  now: Date,
): Promise<boolean> {
  const expiresAt = new Date(now.getTime() + CHALLENGE_MS);
  return repository.spendChallenge(trx, hashToken(challengeIn(answer)), expiresAt);
}

/**
 * Takes the answer of a passkey, once. A count of signatures that does not grow tells of a copy: refused, the owner is
 * told and the journal too.
 * @param expectedUserId the person signed in, whose passkey it must be; left out at sign-in
 * @returns whose passkey it is, and which one
 */
export async function takeAnswer(
  deps: Dependencies,
  asked: Asked,
  answer: AuthenticationResponseJSON,
  expectedUserId?: number,
): Promise<{ userId: number; generation: number; passkeyId: number } | Refused> {
  const { db, clock, config, mail } = deps;
  const refused = refusalOf(deps, asked, answer);
  if (refused) return refused;
  const now = clock.now();
  const no: Refused = { refused: 'refused' };
  return db.transaction(async (trx) => {
    if (!(await spendChallenge(trx, answer, now))) return no;
    const found = await repository.lockByCredential(trx, answer.id);
    if (!found) return no;
    const { key, owner } = found;
    if (expectedUserId !== undefined && owner.id !== expectedUserId) return no;
    // Who is not known yet must be named by the passkey itself (WebAuthn §7.2, step 6).
    const handle = answer.response.userHandle;
    if (handle === undefined ? expectedUserId === undefined : handle !== owner.handle.toString('base64url')) {
      return no;
    }
    const use = await verifyUse(config, answer, key);
    if (!use) return no;
    const counts = use.signCount > 0 || key.signCount > 0;
    if (counts && use.signCount <= key.signCount) {
      await mail.enqueue(trx, copiedMessage(owner, key.name, now, config));
      await recordAudit(trx, {
        action: 'session.refused',
        at: now,
        personId: owner.id,
        subject: { kind: 'passkey', id: key.id },
        details: { because: 'passkey_counter' },
      });
      return no;
    }
    await repository.noteUse(trx, key.id, { ...use, at: now });
    return { userId: owner.id, generation: owner.generation, passkeyId: key.id };
  });
}

/** Forgets the challenges that have run out. A scheduled job. */
export async function forgetOldChallenges({ db, clock }: Dependencies): Promise<void> {
  await repository.deleteChallenges(db, clock.now());
}
