import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';

/** What stands against a new request, as it is under the locks. */
export interface RequestFacts {
  isAffiliated: boolean;
  hasPending: boolean;
  /** Pending requests of the person, for any structure. */
  pendingCount: number;
}

export async function readRequestFacts(
  trx: Knex.Transaction,
  userId: number,
  structureId: number,
): Promise<RequestFacts> {
  const rows = await query<RequestFacts[]>(
    trx,
    `select exists (select 1 from affiliations where user_id = :userId and structure_id = :structureId)
              as "isAffiliated",
            exists (select 1 from affiliation_requests
                     where user_id = :userId and structure_id = :structureId and state = 'pending') as "hasPending",
            (select count(*) from affiliation_requests where user_id = :userId and state = 'pending')
              as "pendingCount"`,
    { userId, structureId },
  );
  return rows[0] as RequestFacts;
}

/** @returns the new request's id */
export async function insertRequest(
  trx: Knex.Transaction,
  userId: number,
  structureId: number,
  at: Date,
): Promise<number> {
  const [row] = await trx('affiliation_requests').insert(
    { user_id: userId, structure_id: structureId, created_at: at },
    'id',
  );
  return row.id;
}
