import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import type { Doer } from '#enrolment/doer.ts';
import { changeSession } from '#enrolment/session-changes/change.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { parisDay, parisMoment } from '#platform/french/time.ts';
import { emailTo } from './mails.ts';
import type { WholeMessage } from './repository.ts';
import * as repository from './repository.ts';
import { MOST_RECIPIENTS, whyTooMany } from './rules.ts';

export type { Addressee, ListedMessage, WholeMessage } from './repository.ts';
export { findAddressees, findMessages } from './repository.ts';

const DAY = 24 * 3_600_000;
/** For how long the words of a message are kept. */
const KEPT_MONTHS = 12;

/** No more may leave today: nothing was sent. */
export class TooManyMessages extends Conflict {
  override name = 'TooManyMessages';
}

/** What somebody writes to whom. */
export interface NewMessage {
  subject: string;
  body: string;
  enrolmentIds: readonly number[];
  /** Of the form: sent twice, it is one message. */
  formKey: string;
}

/**
 * Writes to people of a session, one e-mail each, whose answers go to the author; who wrote what to whom is kept.
 * Those who have left the session since they were chosen are left out.
 * @returns the message's number and how many it went to; undefined when this form has sent it already
 * @throws TooManyMessages beyond the limits of a day; Conflict when nobody is left; NotFound and Forbidden as every
 *   change of a session
 */
export async function sendMessage(
  deps: Dependencies,
  sessionId: number,
  by: Doer,
  message: NewMessage,
): Promise<{ id: number; people: number } | undefined> {
  return deps.db.transaction(async (trx) => {
    // What they send is counted over all sessions: one message of theirs at a time.
    await lock(trx, { people: [by.userId] });
    return changeSession({ ...deps, db: trx }, sessionId, by, (inside) =>
      writeAndSend(deps, inside, { sessionId, authorId: by.userId as number, ...message }),
    );
  });
}

async function writeAndSend(
  deps: Dependencies,
  trx: Knex.Transaction,
  {
    sessionId,
    authorId,
    subject,
    body,
    enrolmentIds,
    formKey,
  }: NewMessage & {
    sessionId: number;
    authorId: number;
  },
): Promise<{ id: number; people: number } | undefined> {
  const at = deps.clock.now();
  const message = { sessionId, authorId, at, subject, body, formKey };
  const id = await repository.insertMessage(trx, message);
  if (id === undefined) return undefined;
  const recipients = await repository.findRecipients(trx, sessionId, enrolmentIds.slice(0, MOST_RECIPIENTS));
  if (recipients.length === 0) {
    throw new Conflict('Plus aucune de ces personnes n’est dans la session\u00a0: rien n’a été envoyé.');
  }
  // The message itself is counted already.
  const { ofSession, ofAuthor } = await repository.countSince(
    trx,
    sessionId,
    authorId,
    new Date(at.getTime() - DAY),
  );
  const refusal = whyTooMany({ ofSession: ofSession - 1, ofAuthor: ofAuthor - 1 });
  if (refusal) throw new TooManyMessages(refusal, 'Trop de messages aujourd’hui');
  await repository.insertRecipients(
    trx,
    id,
    recipients.map(({ enrolmentId }) => enrolmentId),
  );
  const context = await repository.findContext(trx, sessionId, authorId);
  for (const one of recipients) await deps.mail.enqueue(trx, emailTo(one, context, { subject, body }, at));
  await recordAudit(trx, {
    action: 'training_session.message_sent',
    at,
    actorId: authorId,
    subject: { kind: 'session_message', id },
    details: { people: recipients.length },
  });
  return { id, people: recipients.length };
}

/**
 * A message with its words and who got it.
 * @param sessionId the session that it must belong to; null for whoever reads them all
 * @throws NotFound for any other
 */
export async function getMessage(db: Knex, id: number, sessionId: number | null): Promise<WholeMessage> {
  const message = await repository.findMessage(db, id, sessionId);
  if (!message) throw new NotFound();
  return message;
}

/** Forgets the words of the messages of a year ago. A scheduled job. */
export const forgetOldMessages = ({ db, clock }: Pick<Dependencies, 'db' | 'clock'>): Promise<void> =>
  repository.forgetWords(db, parisMoment(parisDay(clock.now()).subtract({ months: KEPT_MONTHS }), '00:00'));
