import type { Task } from 'graphile-worker';
import type { Knex } from 'knex';
import { createTransport, type Transporter } from 'nodemailer';
import type { Dependencies } from '../dependencies.ts';
import { checkEmailAddress } from './address.ts';
import { failureKind, Undeliverable } from './failures.ts';
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
    const email = await db('emails').where({ id: emailId }).whereIn('status', ['queued', 'failing']).first();
    if (!email) return;
    try {
      const message = mail.open(email.sealed_content);
      const { html, text } = await renderMessage(message, config.publicUrl);
      await transport.sendMail({
        from: config.mailFrom,
        to: carriedAddress(email.recipient),
        subject: message.subject,
        messageId: email.message_id,
        headers: { 'Auto-Submitted': 'auto-generated' },
        html,
        text,
        replyTo: message.replyTo,
        attachments: message.attachments,
      });
    } catch (error) {
      const kind = failureKind(error);
      await db('emails')
        .where({ id: emailId })
        .update({
          status: kind === 'permanent' ? 'undeliverable' : 'failing',
          attempts: db.raw('attempts + 1'),
          last_error: String((error as Error).message).slice(0, 500),
          server_unreachable: kind === 'connection',
        });
      log.warn({ emailId, attempt: email.attempts + 1, kind }, 'e-mail not delivered');
      // The agency sees it, and can have it sent again; until then the job has nothing left to do.
      if (kind === 'permanent') return;
      throw error;
    }
    await db('emails')
      .where({ id: emailId })
      .update({
        status: 'sent',
        sent_at: clock.now(),
        sealed_content: null,
        last_error: null,
        server_unreachable: false,
        attempts: db.raw('attempts + 1'),
      });
    await hurryUnreachable(db);
  };
}

// nodemailer hands a server without SMTPUTF8 whatever it is given, and the server says it took it.
function carriedAddress(recipient: string): string {
  const checked = checkEmailAddress(recipient);
  if ('problem' in checked) throw new Undeliverable(checked.problem);
  return checked.address;
}

// The queue waits longer and longer between tries, hours in the end. Once one e-mail has left, the server is back:
// those that only waited for it need not wait longer (a link in them may be valid for an hour only).
async function hurryUnreachable(db: Knex): Promise<void> {
  const waiting: number[] = await db('emails').where({ server_unreachable: true }).limit(500).pluck('id');
  if (waiting.length === 0) return;
  await db.raw(
    `select graphile_worker.reschedule_jobs(
       array(select id from graphile_worker.jobs
              where key = any(cast(? as text[])) and locked_at is null and run_at > now()), run_at := now())`,
    [waiting.map((id) => `email:${id}`)],
  );
}
