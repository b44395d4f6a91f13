import { recordAudit } from '#audit/service.ts';
import { transactionAt } from '#enrolment/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { hashToken, newToken } from '#platform/security/secrets.ts';
import { append, lockChain } from '../signatures/repository.ts';
import { evidenceOf, type From, SignatureRefused } from '../signatures/service.ts';
import { statementOf } from '../signatures/statements.ts';
import { findSigningSlot } from '../windows/repository.ts';
import { signingState } from '../windows/rules.ts';
import type { Runner, SigningSlot } from '../windows/service.ts';
import { type FactsToCountersign, findFactsToConfirm, findFactsToCountersign } from './facts.ts';
import * as repository from './repository.ts';
import { lockChainFor } from './still-good.ts';

export type { GoodLink, TrainerLink } from './repository.ts';
export { findLinks } from './repository.ts';

/** As many links as one session has at a time. */
const MOST_LINKS = 20;
const DAY_MS = 24 * 60 * 60_000;
/** A link is good until so long after the session: the late ones are confirmed by then. */
const GOOD_AFTER_MS = 7 * DAY_MS;

/** For whom a link is, and of which half-days. */
export interface NewLink {
  trainerName: string;
  slotIds: readonly number[];
}

type Session = Pick<SigningSlot, 'sessionId' | 'actionId'>;

/**
 * Gives a trainer without account a link to half-days of a session.
 * @returns its token, which is kept nowhere
 * @throws Conflict beyond {@link MOST_LINKS}, or where none of these half-days is there any more
 */
export async function giveLink(
  deps: Dependencies,
  { sessionId, actionId }: Session,
  userId: number,
  { trainerName, slotIds }: NewLink,
): Promise<string> {
  const token = newToken();
  await transactionAt(deps, actionId, async (trx) => {
    await lockChain(trx, sessionId);
    if ((await repository.countLinks(trx, sessionId)) >= MOST_LINKS) {
      throw new Conflict(`Une session a ${MOST_LINKS} liens au plus\u00a0: retirez-en un d’abord.`);
    }
    const at = deps.clock.now();
    const tokenHash = hashToken(token);
    const link = { sessionId, trainerName, tokenHash, at, by: userId, slotIds };
    if ((await repository.insertLink(trx, link)) === 0) {
      throw new Conflict('Ces demi-journées viennent de changer\u00a0: choisissez-les de nouveau.');
    }
    await recordAudit(trx, {
      action: 'attendance.trainer_link_given',
      at,
      actorId: userId,
      subject: { kind: 'session', id: sessionId },
      details: { half_days: slotIds.length },
    });
  });
  return token;
}

/** Revokes a link at once. @throws NotFound when the session has none of this number that is good */
export async function revokeLink(
  deps: Dependencies,
  { sessionId, linkId, userId }: { sessionId: number; linkId: number; userId: number },
): Promise<void> {
  await deps.db.transaction(async (trx) => {
    // Whatever is done by the link holds the chain: it comes before, or is refused.
    await lockChain(trx, sessionId);
    const at = deps.clock.now();
    if (!(await repository.revoke(trx, { sessionId, linkId, at }))) throw new NotFound();
    await recordAudit(trx, {
      action: 'attendance.trainer_link_revoked',
      at,
      actorId: userId,
      subject: { kind: 'session', id: sessionId },
    });
  });
}

/** The link of a token; undefined for one that is wrong, revoked or over: the answer is the same. */
export function linkOf({ db, clock }: Pick<Dependencies, 'db' | 'clock'>, token: string) {
  return repository.findLink(db, hashToken(token), new Date(clock.now().getTime() - GOOD_AFTER_MS));
}

const signerOf = ({ userId, link }: Runner) =>
  link
    ? { userId: null, linkId: link.id, method: 'link' as const }
    : { userId, linkId: null, method: 'account' as const };

/** The name that a half-day is signed under: that of the link, or what the action says. */
const trainerOf = ({ trainer }: SigningSlot, { link }: Runner): string => link?.trainerName ?? trainer;

/**
 * The trainer counter-signs a half-day that has begun, that somebody signed and whose marks were noted. Nobody does where
 * they have a place.
 * @returns whether it was kept now; false where it was signed already
 * @throws SignatureRefused with the reason; NotFound for a half-day that is there no more
 */
export async function countersign(
  deps: Dependencies,
  { id: slotId, sessionId, actionId }: SigningSlot,
  by: Runner,
  from: From,
): Promise<boolean> {
  return transactionAt(deps, actionId, async (trx) => {
    await lockChainFor(trx, sessionId, by.link?.id ?? null);
    const facts = await findFactsToCountersign(trx, { slotId, userId: by.userId });
    if (!facts) throw new NotFound();
    if (facts.isCountersigned) return false;
    const now = deps.clock.now();
    const refusal = whyNotCountersigned(facts, now);
    if (refusal) throw new SignatureRefused(refusal);
    await append(trx, facts, {
      sessionId,
      kind: 'trainer',
      startsAt: facts.startsAt,
      endsAt: facts.endsAt,
      enrolmentId: null,
      ...signerOf(by),
      signedAt: now,
      statement: statementOf(facts, 'trainer'),
      evidence: evidenceOf(from, trainerOf(facts, by)),
    });
    await recordAudit(trx, {
      action: 'attendance.countersigned',
      at: now,
      actorId: by.userId,
      subject: { kind: 'session', id: sessionId },
      details: { by_link: by.link !== null },
    });
    return true;
  });
}

/** Why a half-day cannot be counter-signed; undefined where it can. */
export function whyNotCountersigned(
  slot: SigningSlot & Pick<FactsToCountersign, 'signed' | 'isRecorded' | 'isOwnSession'>,
  now: Date,
): string | undefined {
  const state = signingState(slot, now);
  if (state === 'cancelled') return 'Cette session est annulée.';
  if (state === 'validated') return 'La feuille de présence est validée\u00a0: elle ne se signe plus.';
  if (slot.startsAt > now) return 'Cette demi-journée n’a pas commencé.';
  if (slot.signed === 0) {
    return 'Personne n’a signé cette demi-journée\u00a0: il n’y a rien à contresigner.';
  }
  if (!slot.isRecorded) {
    return 'Les présences de cette demi-journée ne sont pas enregistrées\u00a0: notez-les, puis contresignez.';
  }
  return slot.isOwnSession
    ? 'Qui est inscrit à cette session ne la contresigne pas, ni par un lien de sa part\u00a0: une autre personne de l’organisme le fait.'
    : undefined;
}

/**
 * Confirms that somebody who signed late was there. Nobody confirms their own.
 * @returns whether it was kept now; false where it was confirmed already
 * @throws SignatureRefused with the reason; NotFound where nothing was signed late
 */
export async function confirmLate(
  deps: Dependencies,
  { slot, enrolmentId, by, from }: { slot: SigningSlot; enrolmentId: number; by: Runner; from: From },
): Promise<boolean> {
  const { sessionId } = slot;
  return transactionAt(deps, slot.actionId, async (trx) => {
    await lockChainFor(trx, sessionId, by.link?.id ?? null);
    const now = deps.clock.now();
    const facts = await findFactsToConfirm(trx, { slotId: slot.id, enrolmentId });
    if (!facts) throw new NotFound();
    if (facts.isConfirmed) return false;
    if (facts.isClosed)
      throw new SignatureRefused('La feuille de présence est validée\u00a0: corrigez-la d’abord.');
    if (facts.isCancelled) throw new SignatureRefused('Cette session est annulée.');
    if (facts.startsAt > now) throw new SignatureRefused('Cette demi-journée n’a pas commencé.');
    if (facts.personId === by.userId) {
      throw new SignatureRefused('C’est votre propre signature\u00a0: une autre personne la confirme.');
    }
    await append(trx, facts, {
      sessionId,
      kind: 'confirmation',
      startsAt: facts.startsAt,
      endsAt: facts.endsAt,
      enrolmentId,
      ...signerOf(by),
      signedAt: now,
      statement: statementOf(facts, 'confirmation'),
      evidence: evidenceOf(from, trainerOf(facts, by)),
    });
    await recordAudit(trx, {
      action: 'attendance.late_signature_confirmed',
      at: now,
      actorId: by.userId,
      personId: facts.personId,
      subject: { kind: 'session', id: sessionId },
      details: { by_link: by.link !== null },
    });
    return true;
  });
}

/** The half-day of a link or a session by its number. @throws NotFound for any other */
export async function slotOfSession(
  deps: Pick<Dependencies, 'db'>,
  slotId: number,
  isTheirs: (slot: SigningSlot) => boolean,
): Promise<SigningSlot> {
  const slot = await findSigningSlot(deps.db, slotId);
  if (!slot || !isTheirs(slot)) throw new NotFound();
  return slot;
}
