import type { Knex } from 'knex';
import { CONFIRMED_STATES } from '#enrolment/states.ts';
import { query } from '#platform/database/query.ts';
import { datedSlots, type SessionSlot, SLOTS_OF_SESSION } from '../slots.ts';

/** Somebody with a confirmed seat. */
export interface PrintedPerson {
  name: string;
  jobTitle: string | null;
  structureName: string;
  email: string;
  phone: string | null;
}

/** What the lists of a session print. */
export interface PrintedSession {
  providerName: string;
  trainer: string;
  slots: SessionSlot[];
  people: PrintedPerson[];
  total: number;
}

/** Reads what is printed of a session, in one statement: people by name. */
export async function findPrinted(
  db: Knex,
  sessionId: number,
  page: { offset: number; limit: number },
): Promise<PrintedSession> {
  const rows = await query<[PrintedSession]>(
    db,
    `select pr.name as "providerName", a.trainer,
            ${SLOTS_OF_SESSION} as slots,
            (select count(*) from enrolments e
              where e.session_id = s.id and e.state = any(cast(:roster as text[]))) as total,
            (select coalesce(json_agg(p), '[]') from (
               select u.last_name || ' ' || u.first_name as name, u.job_title as "jobTitle",
                      st.name as "structureName", cast(u.email as text) as email,
                      coalesce(u.mobile, u.phone) as phone
                 from enrolments e
                 join users u on u.id = e.user_id
                 join structures st on st.id = e.structure_id
                where e.session_id = s.id and e.state = any(cast(:roster as text[]))
                order by u.last_name, u.first_name, e.id offset :offset limit :limit) p) as people
       from sessions s
       join actions a on a.id = s.action_id
       join structures pr on pr.id = a.provider_id
      where s.id = :sessionId`,
    { sessionId, roster: [...CONFIRMED_STATES], offset: page.offset, limit: page.limit },
  );
  const [found] = rows;
  return { ...found, slots: datedSlots(found.slots) };
}
