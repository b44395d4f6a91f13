import { lockedBy } from '../database/locks.ts';
import { query } from '../database/query.ts';
import type { Dependencies } from '../dependencies.ts';
import { DELIVER_EMAIL, MAX_ATTEMPTS } from './queue.ts';
import type { MailTransport } from './transport.ts';

/** The job, once a minute, that looks whether a mail server that did not answer is back. */
export const PROBE_MAIL_SERVER = 'probe_mail_server';

/**
 * While e-mails wait for the server, none is tried, by any process: this one look a minute decides for all. Once the
 * server answers, those that waited leave at once, oldest first, with their tries counted anew.
 */
export async function probeMailServer(
  { db, log }: Pick<Dependencies, 'db' | 'log'>,
  transport: MailTransport,
): Promise<void> {
  const waiting = await db('emails').where({ server_unreachable: true }).first('id');
  if (!waiting || !(await transport.answers())) return;
  const rows = await query<{ id: number }[]>(
    db,
    `with back as (
       update emails set server_unreachable = false
        where id in (select id from emails where server_unreachable ${lockedBy('id')})
       returning id
     )
     select id, graphile_worker.add_job(:task, payload := json_build_object('emailId', id), job_key := 'email:' || id,
                                        max_attempts := :attempts) as job
       from (select id from back order by id) due`,
    { task: DELIVER_EMAIL, attempts: MAX_ATTEMPTS },
  );
  log.warn({ emails: rows.length }, 'the mail server answers again');
}
