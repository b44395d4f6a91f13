import type { Knex } from 'knex';
import type { State } from '#enrolment/states.ts';
import { query } from '#platform/database/query.ts';
import { type Paged, paged, type Slice } from '#platform/paged.ts';

/** A place or a rank held in the name of a structure that the person has left, or cannot act for any more. */
export interface KeptPlace {
  id: number;
  state: State;
  personName: string;
  email: string;
  structureName: string;
  /** The person belongs to the structure still, but their account is closed. */
  isClosed: boolean;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
}

// True for an enrolment `e` of the person `u` in the session `s`. Binds `:now`.
const IS_KEPT = `
  is_live(e.state) and s.starts_at > :now
  and (u.closed_at is not null
       or not exists (select from affiliations af
                       where af.user_id = e.user_id and af.structure_id = e.structure_id))`;

// The same that the agency has yet to examine, looked for from both sides: together, the two reasons would have every
// request that lives looked up one by one.
const TO_EXAMINE = `
  to_examine as materialized (
    select e.id
      from (select e.id, e.session_id from enrolments e
             where is_live(e.state) and e.kept_at is null
               and not exists (select from affiliations af
                                where af.user_id = e.user_id and af.structure_id = e.structure_id)
            union
            select e.id, e.session_id from users u join enrolments e on e.user_id = u.id
             where u.closed_at is not null and is_live(e.state) and e.kept_at is null) e
      join sessions s on s.id = e.session_id where s.starts_at > :now
  )`;

/** How many of these places the agency has yet to examine. Binds `:now`. */
export const COUNT_DEPARTURES = `with ${TO_EXAMINE} select count(*) as waiting from to_examine`;

const PLACES = `
     select e.id, e.state, full_name(u) as "personName", u.email,
            st.name as "structureName", u.closed_at is not null as "isClosed", a.title as "actionTitle",
            s.starts_at as "startsAt", s.ends_at as "endsAt",
            count(*) over () as total
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
       join sessions s on s.id = e.session_id
       join actions a on a.id = e.action_id`;

/**
 * Places kept by people who left the structure or whose account is closed, for the agency to examine, the next session
 * first; sessions that have begun are left out.
 */
export async function findKeptPlaces(db: Knex, now: Date, page: Slice): Promise<Paged<KeptPlace>> {
  const rows = await query<(KeptPlace & { total: number })[]>(
    db,
    `with ${TO_EXAMINE} ${PLACES} join to_examine on to_examine.id = e.id
      order by s.starts_at, e.id
      limit :limit offset :offset`,
    { now, ...page },
  );
  return paged(rows);
}

/** One of these places, examined or not. @returns undefined for any other enrolment */
export async function findKeptPlace(db: Knex, now: Date, id: number): Promise<KeptPlace | undefined> {
  const rows = await query<KeptPlace[]>(db, `${PLACES} where ${IS_KEPT} and e.id = :id`, {
    now,
    id,
  });
  return rows[0];
}

/** Marks a place as examined. @returns whose it is; undefined when it is not to be examined, or no longer */
export async function markKept(
  trx: Knex.Transaction,
  mark: { id: number; byUserId: number; now: Date },
): Promise<{ userId: number; structureId: number } | undefined> {
  const rows = await query<{ userId: number; structureId: number }[]>(
    trx,
    `update enrolments e set kept_at = :now, kept_by = :byUserId
       from users u, sessions s
      where e.id = :id and u.id = e.user_id and s.id = e.session_id and e.kept_at is null and ${IS_KEPT}
      returning e.user_id as "userId", e.structure_id as "structureId"`,
    mark,
  );
  return rows[0];
}
