import type { Knex } from 'knex';

/** An e-mail as the queue has it, before it is sent and after. */
export interface MailRow {
  id: number;
  kind: string;
  recipient: string;
  subject: string;
  status: 'queued' | 'failing' | 'undeliverable' | 'sent';
  sealed_content: string | null;
  attempts: number;
  last_error: string | null;
  server_unreachable: boolean;
  claimed_job: string | null;
  claimed_by: string | null;
}

/** All e-mails, or those of a kind, to somebody…; oldest first. */
export const mailsIn = (db: Knex, of: Partial<MailRow> = {}): PromiseLike<MailRow[]> =>
  db('emails').where(of).orderBy('id');

export async function forgetMails(db: Knex, of: Partial<MailRow> = {}): Promise<void> {
  await db('emails').where(of).delete();
}

export async function setMail(db: Knex, id: number, fields: Partial<MailRow>): Promise<void> {
  await db('emails').where({ id }).update(fields);
}

/** Changes all e-mails, or those of a kind, to somebody…. */
export async function setMails(db: Knex, fields: Partial<MailRow>, of: Partial<MailRow> = {}): Promise<void> {
  await db('emails').where(of).update(fields);
}

/** An e-mail that was tried in vain, with nothing that could be sent. */
export async function createFailedMail(db: Knex, recipient: string, at: Date): Promise<void> {
  await db('emails').insert({
    kind: 'essai',
    recipient,
    subject: 'Sujet',
    sealed_content: 'x',
    message_id: recipient,
    status: 'failing',
    attempts: 3,
    last_error: 'connect ECONNREFUSED 127.0.0.1:25',
    created_at: at,
  });
}

/** Takes the jobs away that would deliver e-mails: nothing is tried any more. */
export async function stopDelivery(db: Knex, of: Partial<MailRow> = {}): Promise<void> {
  for (const { id } of await mailsIn(db, of))
    await db.raw('select graphile_worker.remove_job(?)', [`email:${id}`]);
}
