import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Clock } from '../clock.ts';
import { execute, query } from '../database/query.ts';
import { deriveKeys, seal, unseal } from '../security/secrets.ts';
import { packedMessage, unpackedMessage } from './attachments.ts';
import type { DeclaredMail } from './kinds.ts';
import type { Message } from './message.ts';

/** The name of the job that delivers one e-mail. */
export const DELIVER_EMAIL = 'deliver_email';
/** About three days of retries with the queue's exponential delays; then the agency sends it again by hand. */
export const MAX_ATTEMPTS = 25;

/** Puts e-mails in the durable queue and takes them out again. */
export interface MailQueue {
  /**
   * Adds an e-mail within the transaction of the change that it tells of: both happen, or neither.
   * @returns its number, to follow what becomes of it
   * @throws Error for a kind that no capability declares, or for bytes that are to be stored elsewhere ({@link packedMessage})
   */
  enqueue(trx: Knex.Transaction, message: Message): Promise<number>;
  /** {@link enqueue} for all that a change calls for, in one statement. @returns their numbers, in the same order */
  enqueueAll(trx: Knex.Transaction, messages: readonly Message[]): Promise<number[]>;
  /** The content of a queued e-mail. */
  open(sealedContent: string): Message;
}

/**
 * The queue of outgoing e-mails, in the database.
 * @param secrets the application's secret, and those before it that are still read; contents are encrypted at rest because they can hold secret links
 * @param senderDomain the domain of the Message-ID, which stays the same over retries
 * @param kinds those that are declared, and can be seen before they leave ({@link mailKinds})
 */
export function createMailQueue(
  secrets: string | readonly [string, ...string[]],
  senderDomain: string,
  clock: Clock,
  kinds: ReadonlyMap<string, DeclaredMail>,
): MailQueue {
  const keys = deriveKeys(secrets, 'queued e-mails');
  const rowOf = (message: Message) => {
    if (!kinds.has(message.kind)) throw new Error(`no capability declares the e-mail « ${message.kind} »`);
    return {
      kind: message.kind,
      recipient: message.to,
      subject: message.subject,
      sealed_content: seal(keys, packedMessage(message)),
      message_id: `<${randomUUID()}@${senderDomain}>`,
    };
  };
  const enqueueAll: MailQueue['enqueueAll'] = async (trx, messages) => {
    const emails = JSON.stringify(messages.map(rowOf));
    const rows = await query<{ id: number }[]>(trx, ENQUEUE, { emails, at: clock.now() });
    return rows.map(({ id }) => id);
  };
  return {
    enqueueAll,
    enqueue: async (trx, message) => (await enqueueAll(trx, [message]))[0] as number,
    open: (sealedContent) => unpackedMessage(unseal(keys, sealedContent)),
  };
}

/** Schedules the delivery of an e-mail at once, also of one whose retries had been postponed or used up. */
export async function scheduleDelivery(trx: Knex.Transaction, emailId: number): Promise<void> {
  await execute(trx, `select ${DELIVERY} from emails where id = ?`, [emailId]);
}

const DELIVERY = `graphile_worker.add_job('${DELIVER_EMAIL}', payload := json_build_object('emailId', id),
  job_key := 'email:' || id, max_attempts := ${MAX_ATTEMPTS})`;

// They are the last that a change writes, while others wait for its locks.
const ENQUEUE = `
  with kept as (
    insert into emails (kind, recipient, subject, sealed_content, message_id, created_at)
    select kind, recipient, subject, sealed_content, message_id, cast(:at as timestamptz)
      from json_to_recordset(cast(:emails as json))
             as e (kind text, recipient text, subject text, sealed_content text, message_id text)
    returning id)
  select id, ${DELIVERY} from kept order by id`;
