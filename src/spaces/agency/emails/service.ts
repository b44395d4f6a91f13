import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { scheduleDelivery } from '#platform/mail/queue.ts';
import { deleteSent, deleteUndelivered, lockEmail, markQueued } from './repository.ts';

/** An e-mail that waits longer than this is shown to the agency, even before its first failure. */
const LATE_AFTER_MINUTES = 15;
/** How long it can still be told to whom an e-mail was sent. */
const SENT_KEPT_DAYS = 30;
/** How long the agency can see to an e-mail that does not leave: what it tells is then of no use to anybody. */
const UNDELIVERED_KEPT_DAYS = 90;

/** Before which moment a queued e-mail should have left. */
export const lateBefore = (now: Date): Date => new Date(now.getTime() - LATE_AFTER_MINUTES * 60_000);

/**
 * Sends an e-mail again at once (domain.md §9), with its retries counted anew.
 * @throws NotFound when there is no such e-mail
 * @throws Conflict when it has left meanwhile
 */
export async function sendAgain({ db, clock }: Dependencies, id: number): Promise<{ recipient: string }> {
  return db.transaction(async (trx) => {
    const email = await lockEmail(trx, id);
    if (!email) throw new NotFound();
    if (email.status === 'sent') {
      throw new Conflict(
        'Cet e-mail est parti entre-temps\u00a0: il n’est pas envoyé une seconde fois.',
        'E-mail déjà envoyé',
      );
    }
    await markQueued(trx, id);
    await scheduleDelivery(trx, id);
    await recordAudit(trx, {
      action: 'email.sent_again',
      at: clock.now(),
      subject: { kind: 'email', id },
    });
    return { recipient: email.recipient };
  });
}

/** Forgets the e-mails that were sent long ago, and those that never will be: to whom, and what. A scheduled job. */
export async function forgetOldEmails({ db, clock }: Dependencies): Promise<void> {
  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * 24 * 3_600_000);
  await deleteSent(db, daysAgo(SENT_KEPT_DAYS));
  await deleteUndelivered(db, daysAgo(UNDELIVERED_KEPT_DAYS));
}
