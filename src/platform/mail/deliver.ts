import type { Task } from 'graphile-worker';
import { createTransport, type Transporter } from 'nodemailer';
import type { Dependencies } from '../dependencies.ts';
import { renderMessage } from './render.ts';

/** An SMTP connection whose silences end: a server that hangs must not hold up the queue. */
export function createMailTransport(smtpUrl: string): Transporter {
  return createTransport({
    url: smtpUrl,
    // One connection for many e-mails: a burst would spend its time on greetings.
    pool: true,
    maxConnections: 1,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 20_000,
  });
}

/**
 * The task that delivers one queued e-mail and then forgets its content.
 * An e-mail is marked as sent right after the server took it; were the process killed between the two,
 * it would go out again under the same Message-ID.
 */
export function deliverEmailTask(
  { db, mail, clock, config, log }: Dependencies,
  transport: Transporter,
): Task {
  return async (payload) => {
    const { emailId } = payload as { emailId: number };
    const email = await db('emails').where({ id: emailId }).whereNot({ status: 'sent' }).first();
    if (!email) return;
    try {
      const message = mail.open(email.sealed_content);
      const { html, text } = await renderMessage(message, config.publicUrl);
      await transport.sendMail({
        from: config.mailFrom,
        to: email.recipient,
        subject: message.subject,
        messageId: email.message_id,
        headers: { 'Auto-Submitted': 'auto-generated' },
        html,
        text,
        attachments: message.attachments,
      });
    } catch (error) {
      await db('emails')
        .where({ id: emailId })
        .update({
          status: 'failing',
          attempts: db.raw('attempts + 1'),
          last_error: String((error as Error).message).slice(0, 500),
        });
      log.warn({ emailId, attempt: email.attempts + 1 }, 'e-mail not delivered');
      throw error;
    }
    await db('emails')
      .where({ id: emailId })
      .update({
        status: 'sent',
        sent_at: clock.now(),
        sealed_content: null,
        last_error: null,
        attempts: db.raw('attempts + 1'),
      });
  };
}
