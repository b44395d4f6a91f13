import { setTimeout as delay } from 'node:timers/promises';
import type { JobHelpers, Task } from 'graphile-worker';
import type { Logger } from 'pino';
import type { Dependencies } from '../dependencies.ts';
import { checkEmailAddress } from './address.ts';
import { carriedFiles } from './attachments.ts';
import { type ClaimedEmail, claimEmail, noteFailure, noteSent } from './claims.ts';
import { failureKind, Undeliverable } from './failures.ts';
import { renderMessage } from './render.ts';
import type { MailTransport } from './transport.ts';
import { unsubscribeHeaders } from './unsubscribe.ts';

/** Longer than any honest answer takes; a server that sends a sign now and then would otherwise never end. */
const LONGEST_MS = 15 * 60_000;
/** How often, and how many seconds apart, it is noted that the server took an e-mail, should the database be away. */
const NOTE_AFTER_S = [0, 1, 2, 4, 8, 15, 30];

/**
 * The task that delivers one queued e-mail and then forgets its content. Its row is claimed before anything is sent,
 * so that of two workers that have it only one sends it. The server's « yes » is noted right after it came; were the
 * process killed between the two, the e-mail would go out again, under the same Message-ID.
 */
export function deliverEmailTask(deps: Dependencies, transport: MailTransport): Task {
  const { db, clock, log } = deps;
  return async (payload, helpers) => {
    const { emailId } = payload as { emailId: number };
    const { job } = helpers;
    const email = await claimEmail(db, emailId, { jobId: String(job.id), worker: String(job.locked_by) });
    if (email === 'gone' || email === 'waiting') return;
    if (email === 'taken') throw new Error('another job is sending this e-mail');
    try {
      await send(deps, transport, email, helpers);
    } catch (error) {
      const { kind, isServerAway } = await explain(error, transport);
      // An absent server says nothing of an e-mail: its tries are counted anew once the server is back.
      const isLastTry = kind === 'temporary' && !isServerAway && job.attempts >= job.max_attempts;
      await noteFailure(db, emailId, {
        status: kind === 'permanent' || isLastTry ? 'undeliverable' : 'failing',
        error: String((error as Error).message),
        isServerAway,
      });
      log.warn({ emailId, attempt: email.attempts + 1, kind, isServerAway }, 'e-mail not delivered');
      // Given up, it waits for the agency; with the server away, for the server. Neither is this job's to try again.
      if (kind === 'permanent' || isServerAway) return;
      throw error;
    }
    await persist(() => noteSent(db, emailId, clock.now()), log);
  };
}

async function send(
  deps: Dependencies,
  transport: MailTransport,
  email: ClaimedEmail,
  { abortSignal }: JobHelpers,
): Promise<void> {
  const { mail, config } = deps;
  const message = mail.open(email.sealedContent);
  const { html, text } = renderMessage(message, config.publicUrl);
  await transport.send({
    from: config.mailFrom,
    to: carriedAddress(email.recipient),
    subject: message.subject,
    messageId: email.messageId,
    headers: { 'Auto-Submitted': 'auto-generated', ...unsubscribeHeaders(message, config.publicUrl) },
    html,
    text,
    replyTo: message.replyTo,
    attachments: await carriedFiles(deps, message),
    signal: AbortSignal.any([AbortSignal.timeout(LONGEST_MS), ...(abortSignal ? [abortSignal] : [])]),
  });
}

// nodemailer hands a server without SMTPUTF8 whatever it is given, and the server says it took it.
function carriedAddress(recipient: string): string {
  const checked = checkEmailAddress(recipient);
  if ('problem' in checked) throw new Undeliverable(checked.problem);
  return checked.address;
}

// A conversation that broke off says nothing of whose fault it was: an e-mail at which the server hangs up each time
// must not pass for an absent server, and hold up all others.
async function explain(
  error: unknown,
  transport: MailTransport,
): Promise<{ kind: 'permanent' | 'temporary'; isServerAway: boolean }> {
  const kind = failureKind(error);
  if (kind !== 'connection') return { kind, isServerAway: false };
  return { kind: 'temporary', isServerAway: !(await transport.answers()) };
}

async function persist(note: () => Promise<void>, log: Logger): Promise<void> {
  for (const [tries, seconds] of NOTE_AFTER_S.entries()) {
    await delay(seconds * 1000);
    try {
      return await note();
    } catch (error) {
      log.warn({ err: error }, 'sent e-mail not noted yet');
      if (tries === NOTE_AFTER_S.length - 1) throw error;
    }
  }
}
