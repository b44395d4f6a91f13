import type { Knex } from 'knex';
import { lock } from '../../../platform/database/locks.ts';
import { query } from '../../../platform/database/query.ts';
import type { DeletionFacts } from './rules.ts';

/** A request to delete an account, with whose it is. */
export interface DeletionRequest {
  id: number;
  userId: number;
  state: 'pending' | 'withdrawn' | 'refused' | 'carried_out';
  requestedAt: Date;
  email: string;
  firstName: string;
  lastName: string;
  structures: string | null;
  endedAt: Date | null;
  deciderName: string | null;
}

// The request `d` of the person `u`.
const REQUEST = `
  d.id, d.user_id as "userId", d.state, d.requested_at as "requestedAt", u.email, u.first_name as "firstName",
  u.last_name as "lastName",
  (select string_agg(s.name, ', ' order by s.name) from affiliations a join structures s on s.id = a.structure_id
    where a.user_id = u.id) as structures,
  d.ended_at as "endedAt", (select m.first_name || ' ' || m.last_name from users m where m.id = d.decided_by)
    as "deciderName"`;

export async function findRequest(db: Knex, id: number): Promise<DeletionRequest | undefined> {
  const rows = await query<DeletionRequest[]>(
    db,
    `select ${REQUEST} from deletion_requests d join users u on u.id = d.user_id where d.id = ?`,
    [id],
  );
  return rows[0];
}

/** What stands against deleting this person, and when they asked for it if they did. */
export async function readFacts(
  db: Knex,
  userId: number,
  now: Date,
): Promise<DeletionFacts & { requestedAt: Date | null }> {
  const { rows } = await db.raw(
    `select (select d.requested_at from deletion_requests d
              where d.user_id = :userId and d.state = 'pending') as "requestedAt",
            coalesce((
              select json_agg(json_build_object('id', s.id, 'name', s.name) order by s.name, s.id)
                from affiliations a
                join affiliation_rights r on r.affiliation_id = a.id and r."right" = 'referent'
                join structures s on s.id = a.structure_id
               where a.user_id = :userId
                 and exists (select 1 from affiliations o join users v on v.id = o.user_id and v.closed_at is null
                              where o.structure_id = s.id and o.user_id <> :userId)
                 and not exists (
                   select 1 from affiliations o
                     join affiliation_rights x on x.affiliation_id = o.id and x."right" = 'referent'
                    where o.structure_id = s.id and o.user_id <> :userId)), '[]') as "soleReferentOf",
            coalesce((
              select json_agg(json_build_object('title', ac.title, 'startsAt', se.starts_at) order by se.starts_at, e.id)
                from enrolments e
                join sessions se on se.id = e.session_id
                join actions ac on ac.id = e.action_id
               where e.user_id = :userId and e.state in ('preregistered', 'enrolled')
                 and se.ends_at > :now and se.cancelled_at is null), '[]') as seats,
            (select u.is_agency_manager from users u where u.id = :userId)
              and not exists (select 1 from users o where o.is_agency_manager and o.id <> :userId)
              as "isOnlyAgencyManager"`,
    { userId, now },
  );
  return rows[0];
}

export async function insertRequest(trx: Knex.Transaction, userId: number, at: Date): Promise<void> {
  await trx('deletion_requests').insert({ user_id: userId, requested_at: at });
}

/** Ends the pending request of a person. @returns how many: none when there is none */
export async function endRequest(
  trx: Knex.Transaction,
  userId: number,
  end: { state: 'withdrawn' | 'refused' | 'carried_out'; at: Date; decidedBy?: number; reason?: string },
): Promise<number> {
  return trx('deletion_requests')
    .where({ user_id: userId, state: 'pending' })
    .update({
      state: end.state,
      ended_at: end.at,
      decided_by: end.decidedBy ?? null,
      refusal_reason: end.reason ?? null,
    });
}

/**
 * Locks what the person belongs to or waits for, in the one order of the application: structures, actions, sessions
 * (the person is locked already). Counting comes after.
 */
export async function lockSurroundings(trx: Knex.Transaction, userId: number): Promise<void> {
  const bindings = { userId };
  const live = `from enrolments where user_id = :userId
                   and state in ('requested', 'waitlisted', 'preregistered', 'enrolled')`;
  const actions = { sql: `select action_id ${live}`, bindings };
  const structures = `select structure_id from affiliations where user_id = :userId union select structure_id ${live}`;
  await lock(trx, { structures: { sql: structures, bindings }, actions, sessionsOf: actions });
}
