import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';
import type { DeletionFacts } from './rules.ts';

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
               where e.user_id = :userId and is_expected(e.state)
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

/**
 * Locks what the person belongs to or waits for, in the one order of the application: structures, actions, sessions
 * (the person is locked already). Counting comes after.
 */
export async function lockSurroundings(trx: Knex.Transaction, userId: number): Promise<void> {
  const bindings = { userId };
  const live = `from enrolments where user_id = :userId
                   and is_live(state)`;
  const actions = { sql: `select action_id ${live}`, bindings };
  const structures = `select structure_id from affiliations where user_id = :userId union select structure_id ${live}`;
  await lock(trx, { structures: { sql: structures, bindings }, actions, sessionsOf: actions });
}
