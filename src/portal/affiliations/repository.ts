import type { Knex } from 'knex';
import { query } from '../../platform/database/query.ts';

/** The states of a request for another structure. */
export type AffiliationRequestState = 'pending' | 'accepted' | 'refused' | 'withdrawn';

/** A request with what its pages and messages say of it. */
export interface AffiliationRequest {
  id: number;
  state: AffiliationRequestState;
  userId: number;
  civility: string;
  firstName: string;
  lastName: string;
  email: string;
  jobTitle: string | null;
  structureId: number;
  structureName: string;
  siret: string;
  closedOn: string | null;
  createdAt: Date;
  endedAt: Date | null;
  /** Who decided; null when nobody has, or when their account is gone. */
  deciderName: string | null;
}

export async function findById(db: Knex, id: number): Promise<AffiliationRequest | undefined> {
  const rows = await query<AffiliationRequest[]>(
    db,
    `select q.id, q.state, u.id as "userId", u.civility, u.first_name as "firstName", u.last_name as "lastName",
            u.email, u.job_title as "jobTitle", s.id as "structureId", s.name as "structureName", s.siret,
            cast(s.closed_on as text) as "closedOn", q.created_at as "createdAt", q.ended_at as "endedAt",
            full_name(d) as "deciderName"
       from affiliation_requests q
       join users u on u.id = q.user_id
       join structures s on s.id = q.structure_id
       left join users d on d.id = q.decided_by
      where q.id = ?`,
    [id],
  );
  return rows[0];
}

/** The pending requests of a person, in the order in which their structures are locked. */
export function findPendingIds(db: Knex, userId: number): Promise<number[]> {
  return db('affiliation_requests')
    .where({ user_id: userId, state: 'pending' })
    .orderBy('structure_id')
    .pluck('id');
}

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

/** How a request ends. */
export interface Ending {
  state: Exclude<AffiliationRequestState, 'pending'>;
  ended_at: Date;
  decided_by?: number;
  refusal_reason?: string;
}

export async function endRequest(trx: Knex.Transaction, id: number, ending: Ending): Promise<void> {
  await trx('affiliation_requests').where({ id }).update(ending);
}
