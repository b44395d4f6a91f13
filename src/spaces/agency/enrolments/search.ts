import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';

/** A person as one of a structure, to enrol. */
export interface FoundPerson {
  userId: number;
  structureId: number;
  name: string;
  email: string;
  structureName: string;
  city: string;
}

/** A session to come, in which somebody may be put. */
export interface FoundSession {
  id: number;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
  city: string | null;
  capacity: number;
  seatsHeld: number;
  waiting: number;
}

/** The most rows that a search shows: beyond, a few more letters find sooner. */
export const FOUND_AT_MOST = 15;

/** People whose name or e-mail holds the words, once per structure. */
export async function findPeople(db: Knex, text: string): Promise<FoundPerson[]> {
  return query<FoundPerson[]>(
    db,
    `select u.id as "userId", st.id as "structureId", full_name(u) as name, u.email,
            st.name as "structureName", st.city
       from users u
       join affiliations af on af.user_id = u.id
       join structures st on st.id = af.structure_id
      where person_words(u.first_name, u.last_name, u.email) like words_pattern(:text)
      order by u.last_name, u.first_name, u.id, st.name
      limit :limit`,
    { text, limit: FOUND_AT_MOST },
  );
}

const SESSION_COLUMNS = `
  s.id, a.title as "actionTitle", s.starts_at as "startsAt", s.ends_at as "endsAt", s.city, s.capacity, s.seats_held as "seatsHeld",
  s.waitlisted as waiting`;

/** Sessions to come of published actions whose title holds the words, soonest first; or the one of a number. */
export async function findSessions(db: Knex, wanted: string | number, now: Date): Promise<FoundSession[]> {
  const isNumber = typeof wanted === 'number';
  return query<FoundSession[]>(
    db,
    `select ${SESSION_COLUMNS}
       from sessions s join actions a on a.id = s.action_id
      where ${isNumber ? 's.id = :wanted' : 'a.search_title like words_pattern(:wanted)'}
        and is_public(a, :now) and s.cancelled_at is null and s.starts_at > :now
      order by s.starts_at, s.id
      limit :limit`,
    { wanted, now, limit: FOUND_AT_MOST },
  );
}

/** The other sessions to come of an action. */
export async function findOtherSessions(
  db: Knex,
  actionId: number,
  sessionId: number,
  now: Date,
): Promise<FoundSession[]> {
  return query<FoundSession[]>(
    db,
    `select ${SESSION_COLUMNS}
       from sessions s join actions a on a.id = s.action_id
      where s.action_id = :actionId and s.id <> :sessionId and s.cancelled_at is null and s.starts_at > :now
      order by s.starts_at, s.id`,
    { actionId, sessionId, now },
  );
}
