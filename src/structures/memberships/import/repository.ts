import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';
import { query } from '#platform/database/query.ts';
import type { KnownStructure } from './rules.ts';

/**
 * The structures that have these SIRETs, with the years they are members.
 * @param today `YYYY-MM-DD`: closed on that day or before is closed
 * @param userId who imports: their own requests are told
 */
export async function findBySirets(
  db: Knex,
  sirets: readonly string[],
  { today, userId }: { today: string; userId: number },
): Promise<KnownStructure[]> {
  return query<KnownStructure[]>(
    db,
    `select s.id, s.siret, s.name, coalesce(s.closed_on <= cast(:today as date), false) as "isClosed",
            coalesce((select json_agg(m.year) from memberships m where m.structure_id = s.id), '[]') as "memberYears",
            coalesce((select json_agg(r.year) from membership_requests r
                       where r.structure_id = s.id and r.state = 'pending' and r.requested_by = :userId), '[]') as "ownYears"
       from structures s where s.siret = any(cast(:sirets as char(14)[]))`,
    { sirets, today, userId },
  );
}

/** Locks structures, in the order of their ids: their memberships then change by this transaction only. */
export async function lockStructures(trx: Knex.Transaction, sirets: readonly string[]): Promise<void> {
  const sql = 'select id from structures where siret = any(cast(:sirets as char(14)[]))';
  await lock(trx, { structures: { sql, bindings: { sirets } } });
}
