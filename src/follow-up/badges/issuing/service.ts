import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { newCode } from '#platform/security/codes.ts';
import { payloadOf } from '#platform/security/signing-keys.ts';
import { issuedMessage, revokedMessage } from '../mails.ts';
import { issuableAt } from './addresses.ts';
import { credentialOf, type ModelVersion } from './credential.ts';
import { identityHash, newSalt } from './identity.ts';
import { presentKey, signCredential } from './keys.ts';
import type { Cause, IssuedBadge } from './repository.ts';
import * as repository from './repository.ts';

type Work = Pick<Dependencies, 'db' | 'clock' | 'config'>;

/** What the agency may say when it revokes a badge. */
export const AGENCY_CAUSES = ['mistake', 'unmet', 'asked'] as const satisfies readonly Cause[];
export type AgencyCause = (typeof AGENCY_CAUSES)[number];

/** A badge to give. */
export interface Award {
  requestId: number;
  model: ModelVersion;
  email: string;
  certificate: string | null;
  awardedAt: Date;
  /** Null where the application does it. */
  by: number | null;
  /** The badge in whose place this one comes. */
  replaces?: string;
}

/**
 * Signs a badge and keeps it, within the transaction that decides it.
 * @returns its code
 * @throws Conflict where none can be issued at the public address of the application
 */
export async function issueBadge(deps: Work, trx: Knex.Transaction, award: Award): Promise<string> {
  const issuable = issuableAt(deps.config);
  if (issuable.kind === 'refused') throw new Conflict(issuable.why, 'Aucun badge ne peut être délivré');
  const { publicUrl } = deps.config;
  const at = deps.clock.now();
  const key = await presentKey(deps, trx);
  const place = await repository.nextPlace(trx);
  const salt = newSalt();
  const badge = {
    ...award.model,
    ...place,
    code: newCode(),
    subject: `urn:uuid:${randomUUID()}`,
    salt,
    identityHash: identityHash(award.email, salt),
    awardedAt: award.awardedAt,
    issuedAt: at,
    certificate: award.certificate,
  };
  await repository.insertBadge(trx, {
    ...badge,
    requestId: award.requestId,
    kid: key.kid,
    issuedBy: award.by,
    replacesCode: award.replaces ?? null,
    jws: signCredential(publicUrl, key, credentialOf(publicUrl, badge)),
  });
  return badge.code;
}

/**
 * Takes a badge back for good, and tells its holder why; of somebody who has been forgotten, nothing of it is left.
 * @param words to the person; the cause alone is public, and of words to somebody forgotten none are kept
 * @returns whether the person is told
 * @throws NotFound when there is none of this code; Conflict when it is revoked already
 */
export async function revokeBadge(
  deps: Dependencies,
  code: string,
  { userId: by, cause, words }: { userId: number; cause: AgencyCause; words: string },
): Promise<boolean> {
  const { db, clock, mail } = deps;
  const found = await getBadge(db, code);
  return db.transaction(async (trx) => {
    await lock(trx, { people: [found.userId] });
    const at = clock.now();
    if (!(await repository.insertRevocation(trx, { code, at, by, cause }))) {
      throw new Conflict('Ce badge est déjà révoqué.');
    }
    if ((await repository.findReach(trx, found.userId)) === 'forgotten')
      await repository.deleteContents(trx, found.userId);
    else await repository.keepRevocationWords(trx, found.requestId, words);
    const holder = await repository.findHolder(trx, found.userId);
    if (holder) await mail.enqueue(trx, revokedMessage(holder, found, cause, words));
    await recordAudit(trx, {
      action: 'badge.revoked',
      at,
      actorId: by,
      personId: found.userId,
      subject: { kind: 'badge_request', id: found.requestId },
      details: { cause },
    });
    return holder !== undefined;
  });
}

/** Whether a badge bears another address than that of its holder today, and can be issued again. */
export const bearsFormerAddress = (
  { salt, identityHash: hash, revokedAt }: Pick<IssuedBadge, 'salt' | 'identityHash' | 'revokedAt'>,
  email: string,
): boolean => revokedAt === null && salt !== null && identityHash(email, salt) !== hash;

/**
 * Issues somebody's badge again for the address that they have now: the same achievement, awarded when it was; the former
 * one is revoked, as an address in what is signed cannot be changed.
 * @returns the code of the new one
 * @throws NotFound for somebody else's; Conflict where nothing would change, or it is revoked
 */
export async function reissueBadge(deps: Dependencies, code: string, userId: number): Promise<string> {
  const { db, clock, mail } = deps;
  return db.transaction(async (trx) => {
    await lock(trx, { people: [userId] });
    const badge = await getBadge(trx, code);
    const holder = await repository.findHolder(trx, userId);
    if (badge.userId !== userId || !holder) throw new NotFound();
    if (badge.revokedAt) throw new Conflict('Ce badge est révoqué.');
    if (!bearsFormerAddress(badge, holder.email)) {
      throw new Conflict('Ce badge porte déjà votre adresse e-mail\u00a0: rien n’a changé.');
    }
    const at = clock.now();
    const renewed = await issueBadge({ ...deps, db: trx }, trx, {
      requestId: badge.requestId,
      model: badge,
      email: holder.email,
      certificate: certificateOf(badge),
      awardedAt: badge.awardedAt,
      by: null,
      replaces: code,
    });
    await repository.insertRevocation(trx, { code, at, by: null, cause: 'reissued' });
    await mail.enqueue(trx, issuedMessage(holder, { ...badge, code: renewed }, 'reissued'));
    await recordAudit(trx, {
      action: 'badge.reissued',
      at,
      actorId: userId,
      personId: userId,
      subject: { kind: 'badge_request', id: badge.requestId },
    });
    return renewed;
  });
}

/** How what is said of a badge reaches its holder. */
export const reachOf = (db: Knex, { userId }: Pick<IssuedBadge, 'userId'>): Promise<repository.Reach> =>
  repository.findReach(db, userId);

/** @throws NotFound when there is none of this code */
export async function getBadge(db: Knex, code: string): Promise<IssuedBadge> {
  const badge = await repository.findBadge(db, code);
  if (!badge) throw new NotFound();
  return badge;
}

/** The document that a badge names, if its holder wished so. */
export function certificateOf({ jws }: Pick<IssuedBadge, 'jws'>): string | null {
  const [evidence] = (jws ? (payloadOf(jws).evidence as { id: string }[] | undefined) : undefined) ?? [];
  return evidence?.id ?? null;
}
