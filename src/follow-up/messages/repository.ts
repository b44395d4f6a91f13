import type { Knex } from 'knex';
import type { State } from '#enrolment/states.ts';
import { execute, query } from '#platform/database/query.ts';
import type { Recipient } from '#platform/mail/recipient.ts';

/** Somebody of a session who may be written to: their employer has approved, and their account is open. */
export interface Addressee {
  enrolmentId: number;
  name: string;
  structureName: string;
  state: State;
  mustConfirm: boolean;
}

/** Whom a training body may write to. */
export const ADDRESSEE_STATES: readonly State[] = Object.freeze([
  'waitlisted',
  'preregistered',
  'enrolled',
  'attended',
  'absent',
]);

const REACHABLE = `e.state = any(cast(:states as text[])) and u.closed_at is null`;

/** The people of a session by name, as many as `most`. */
export async function findAddressees(db: Knex, sessionId: number, most: number): Promise<Addressee[]> {
  return query<Addressee[]>(
    db,
    `select e.id as "enrolmentId", full_name(u) as name, st.name as "structureName", e.state,
            e.confirmation_asked_at is not null and e.confirmed_at is null
              and is_expected(e.state) as "mustConfirm"
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
      where e.session_id = :sessionId and ${REACHABLE}
      order by u.last_name, u.first_name, e.id limit :most`,
    { sessionId, states: [...ADDRESSEE_STATES], most },
  );
}

/** A message about to leave. */
export interface Addressee extends Recipient {
  enrolmentId: number;
}

/** Of these enrolments, those who may still be written to. */
export async function findRecipients(
  trx: Knex,
  sessionId: number,
  enrolmentIds: readonly number[],
): Promise<Addressee[]> {
  return query<Addressee[]>(
    trx,
    `select e.id as "enrolmentId", cast(u.email as text) as email, u.first_name as "firstName", u.last_name as "lastName"
       from enrolments e join users u on u.id = e.user_id
      where e.session_id = :sessionId and e.id = any(cast(:ids as int[])) and ${REACHABLE}
      order by e.id`,
    { sessionId, ids: [...enrolmentIds], states: [...ADDRESSEE_STATES] },
  );
}

/** Messages sent since a moment, of a session and of an author. */
export async function countSince(
  trx: Knex,
  sessionId: number,
  authorId: number,
  since: Date,
): Promise<{ ofSession: number; ofAuthor: number }> {
  const rows = await query<[{ ofSession: number; ofAuthor: number }]>(
    trx,
    `select (select count(*) from session_messages where session_id = :sessionId and sent_at > :since) as "ofSession",
            (select count(*) from session_messages where author_id = :authorId and sent_at > :since) as "ofAuthor"`,
    { sessionId, authorId, since },
  );
  return rows[0];
}

/** @returns undefined when this form has sent its message already */
export async function insertMessage(
  trx: Knex.Transaction,
  message: { sessionId: number; authorId: number; at: Date; subject: string; body: string; formKey: string },
): Promise<number | undefined> {
  const [row] = await trx('session_messages')
    .insert({
      session_id: message.sessionId,
      author_id: message.authorId,
      sent_at: message.at,
      subject: message.subject,
      body: message.body,
      form_key: message.formKey,
    })
    .onConflict('form_key')
    .ignore()
    .returning('id');
  return row?.id;
}

export async function insertRecipients(
  trx: Knex.Transaction,
  messageId: number,
  enrolmentIds: readonly number[],
): Promise<void> {
  await execute(
    trx,
    `insert into session_message_recipients (message_id, enrolment_id)
     select :messageId, id from unnest(cast(:ids as int[])) id`,
    { messageId, ids: [...enrolmentIds] },
  );
}

/** What the e-mails of a session say of it, and who writes. */
export interface MessageContext {
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
  providerName: string;
  authorName: string;
  authorEmail: string;
}

export async function findContext(trx: Knex, sessionId: number, authorId: number): Promise<MessageContext> {
  const rows = await query<[MessageContext]>(
    trx,
    `select a.title as "actionTitle", s.starts_at as "startsAt", s.ends_at as "endsAt", pr.name as "providerName",
            full_name(u) as "authorName", cast(u.email as text) as "authorEmail"
       from sessions s join actions a on a.id = s.action_id join structures pr on pr.id = a.provider_id
       cross join users u
      where s.id = :sessionId and u.id = :authorId`,
    { sessionId, authorId },
  );
  return rows[0];
}

/** A message as lists show it. */
export interface ListedMessage {
  id: number;
  sessionId: number;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
  providerName: string;
  authorName: string;
  sentAt: Date;
  subject: string;
  recipients: number;
  total: number;
}

const LISTED = `
  m.id, m.session_id as "sessionId", a.title as "actionTitle", s.starts_at as "startsAt", s.ends_at as "endsAt",
  pr.name as "providerName", full_name(u) as "authorName", m.sent_at as "sentAt", m.subject,
  (select count(*) from session_message_recipients r where r.message_id = m.id) as recipients`;

const LISTED_TABLES = `
  session_messages m
  join sessions s on s.id = m.session_id
  join actions a on a.id = s.action_id
  join structures pr on pr.id = a.provider_id
  join users u on u.id = m.author_id`;

/** Messages, the latest first: those of a session, or all. */
export async function findMessages(
  db: Knex,
  sessionId: number | null,
  page: { offset: number; limit: number },
): Promise<ListedMessage[]> {
  return query<ListedMessage[]>(
    db,
    `select ${LISTED},
            (select count(*) from session_messages c ${sessionId === null ? '' : 'where c.session_id = :sessionId'}) as total
       from ${LISTED_TABLES} ${sessionId === null ? '' : 'where m.session_id = :sessionId'}
      order by m.sent_at desc, m.id desc offset :offset limit :limit`,
    { ...(sessionId === null ? {} : { sessionId }), offset: page.offset, limit: page.limit },
  );
}

/** A message with its words and who got it. */
export interface WholeMessage extends Omit<ListedMessage, 'total'> {
  body: string;
  people: { name: string; structureName: string }[];
}

/** @param sessionId the session that it must belong to; null for any */
export async function findMessage(
  db: Knex,
  id: number,
  sessionId: number | null,
): Promise<WholeMessage | undefined> {
  const rows = await query<WholeMessage[]>(
    db,
    `select ${LISTED}, m.body,
            (select coalesce(json_agg(json_build_object('name', full_name(p),
                                                        'structureName', st.name)
                             order by p.last_name, p.first_name, p.id), '[]')
               from session_message_recipients r
               join enrolments e on e.id = r.enrolment_id
               join users p on p.id = e.user_id
               join structures st on st.id = e.structure_id
              where r.message_id = m.id) as people
       from ${LISTED_TABLES}
      where m.id = :id and (cast(:sessionId as int) is null or m.session_id = :sessionId)`,
    { id, sessionId },
  );
  return rows[0];
}

/** Forgets the words of the messages sent before a moment; that they were sent, when and to whom stays. */
export async function forgetWords(db: Knex, before: Date): Promise<void> {
  await db('session_messages')
    .where('sent_at', '<', before)
    .whereNot({ body: '' })
    .update({ subject: 'Objet effacé', body: '' });
}
