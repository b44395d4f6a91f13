import { randomBytes } from 'node:crypto';
import { recordAudit } from '#audit/service.ts';
import { transactionAt } from '#enrolment/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import type { Ticket } from '../room/ticket.ts';
import { findSigningSlot } from '../windows/repository.ts';
import { signingState, whyNotOpen } from '../windows/rules.ts';
import type { Evidence } from './chain.ts';
import { append, findFactsToSign, lockChain } from './repository.ts';
import { statementOf } from './statements.ts';

/** The signature is refused, and the message says why and what to do. Nothing was kept. */
export class SignatureRefused extends Conflict {
  override name = 'SignatureRefused';
  constructor(message: string) {
    super(message, 'Signature refusée');
  }
}

/** By what a signature came; the page reads it from the request. */
export interface From {
  ip: string;
  userAgent: string;
}

/** The evidence of a signature, with a nonce of its own. */
export const evidenceOf = (
  { ip, userAgent }: From,
  trainer: string,
  { reason = '', strokes = '' }: { reason?: string; strokes?: string } = {},
): Evidence => ({
  nonce: randomBytes(16).toString('hex'),
  ip: ip.slice(0, 45),
  // A lone half of a pair cannot be stored.
  userAgent: userAgent.slice(0, 400).toWellFormed().replaceAll('\0', ''),
  reason,
  strokes,
  trainer: trainer.slice(0, 400).toWellFormed(),
});

/** Somebody's own signature: in the room with its ticket, or late with a reason. */
export interface OwnSignature {
  userId: number;
  slotId: number;
  shown: { ticket: Ticket } | { reason: string };
  strokes: string;
  from: From;
}

/**
 * Signs a half-day by the person themself, at the server's time. Sent twice, it is kept once.
 * @returns whether it was kept now; false where this person had signed already
 * @throws SignatureRefused when the half-day is not signed at this moment or in this way, when the person has no confirmed
 *   place in its session, or when the ticket has served somebody else; NotFound for a half-day that is there no more
 */
export async function signPresence(deps: Dependencies, own: OwnSignature): Promise<boolean> {
  const { slotId, userId, shown } = own;
  const known = await findSigningSlot(deps.db, slotId);
  if (!known) throw new NotFound();
  const ticket = 'ticket' in shown ? shown.ticket : undefined;
  return transactionAt(deps, known.actionId, async (trx) => {
    await lockChain(trx, known.sessionId);
    const now = deps.clock.now();
    const facts = await findFactsToSign(trx, { slotId, userId, ticketSha256: ticket?.sha256 ?? null });
    if (!facts) throw new NotFound();
    const { enrolmentId, sessionId, startsAt, endsAt } = facts;
    if (enrolmentId === null) {
      throw new SignatureRefused(
        'Votre compte n’a pas de place confirmée dans cette session. Signez avec le compte de votre inscription, ou adressez-vous à l’organisme de formation.',
      );
    }
    if (facts.hasSigned) return false;
    if (facts.isTicketUsed) {
      throw new SignatureRefused(
        'Ce code a déjà servi à signer avec un autre compte. Chaque personne scanne le code affiché dans la salle\u00a0: scannez-le de nouveau.',
      );
    }
    // Whoever scanned in time has the time to sign in: the ticket says when they were in the room.
    const state = signingState(facts, ticket ? ticket.at : now);
    if (signingState(facts, now) === 'validated' || signingState(facts, now) === 'cancelled') {
      throw new SignatureRefused(whyNotOpen(facts, now) as string);
    }
    if (ticket && state !== 'open') throw new SignatureRefused(whyNotOpen(facts, ticket.at) as string);
    if (!ticket && state !== 'late') throw new SignatureRefused(whyNotLate(facts, now));
    await append(trx, facts, {
      sessionId,
      kind: 'participant',
      startsAt,
      endsAt,
      enrolmentId,
      userId,
      linkId: null,
      method: ticket?.method ?? 'late',
      signedAt: now,
      statement: statementOf(facts, ticket ? 'participant' : 'late'),
      evidence: evidenceOf(own.from, facts.trainer, {
        reason: 'reason' in shown ? shown.reason : '',
        strokes: own.strokes,
      }),
      ticketSha256: ticket?.sha256,
    });
    await recordAudit(trx, {
      action: 'attendance.signed',
      at: now,
      actorId: userId,
      personId: userId,
      subject: { kind: 'session', id: sessionId },
      details: { late: !ticket },
    });
    return true;
  });
}

function whyNotLate(facts: Parameters<typeof whyNotOpen>[0], now: Date): string {
  return signingState(facts, now) === 'open'
    ? 'La signature est ouverte dans la salle\u00a0: scannez le code affiché, ou saisissez ses six chiffres.'
    : (whyNotOpen(facts, now) as string);
}
