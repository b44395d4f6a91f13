import { recordAudit } from '../../audit/service.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { Conflict, NotFound } from '../../platform/errors.ts';
import { scheduleDelivery } from '../../platform/mail/queue.ts';
import { deleteSent, lockEmail } from './repository.ts';

/** An e-mail that waits longer than this is shown to the agency, even before its first failure. */
const LATE_AFTER_MINUTES = 15;
/** How long it can still be told to whom an e-mail was sent. */
const SENT_KEPT_DAYS = 30;

/** Before which moment a queued e-mail should have left. */
export const lateBefore = (now: Date): Date => new Date(now.getTime() - LATE_AFTER_MINUTES * 60_000);

/**
 * Sends an e-mail again at once (DOMAIN §9), with its retries counted anew.
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
    await scheduleDelivery(trx, id);
    await recordAudit(trx, {
      action: 'email.sent_again',
      at: clock.now(),
      subject: { kind: 'email', id },
    });
    return { recipient: email.recipient };
  });
}

/** Forgets the e-mails that were sent long ago: to whom, and with which subject. A scheduled job. */
export async function forgetSentEmails({ db, clock }: Dependencies): Promise<void> {
  await deleteSent(db, new Date(clock.now().getTime() - SENT_KEPT_DAYS * 24 * 3_600_000));
}
