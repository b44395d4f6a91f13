import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Asked, RequestKind } from './request.ts';

/** SQL of an {@link Asked}, of the row `q` of a kind's `source` and whoever decided it, `d`. */
export const ASKED = `
  q.id, q.state, q.since, q.ended_at as "endedAt", q.refusal_reason as "refusalReason", q.user_id as "userId",
  q.first_name as "firstName", q.last_name as "lastName", cast(q.email as text) as email,
  q.structure_id as "structureId", q.structure_name as "structureName", q.siret, q.city,
  q.has_referent as "hasReferent", q.details, full_name(d) as "deciderName"`;

/**
 * The requests of a kind, oldest first.
 * @param where SQL about the row `q` of its `source`
 */
export function findRequests<R extends Asked>(
  db: Knex,
  { source }: Pick<RequestKind<R>, 'source'>,
  where: string,
  bindings: Readonly<Record<string, unknown>>,
): Promise<R[]> {
  return query<R[]>(
    db,
    `select ${ASKED} from (${source}) q left join users d on d.id = q.decided_by where ${where} order by q.since, q.id`,
    bindings,
  );
}

/** @returns undefined when the kind has none of this number */
export async function findRequest<R extends Asked>(
  db: Knex,
  kind: Pick<RequestKind<R>, 'source'>,
  id: number,
): Promise<R | undefined> {
  const [request] = await findRequests<R>(db, kind, 'q.id = :id', { id });
  return request;
}

/** How a request ends. */
export interface Ending {
  state: string;
  at: Date;
  /** Null where the application did it. */
  userId: number | null;
  reason?: string;
  columns?: Readonly<Record<string, unknown>>;
}

export async function endRequest(
  trx: Knex.Transaction,
  { table, endedAt = 'decided_at' }: Pick<RequestKind, 'table' | 'endedAt'>,
  id: number,
  { state, at, userId, reason, columns }: Ending,
): Promise<void> {
  await trx(table)
    .where({ id })
    .update({ state, [endedAt]: at, decided_by: userId, refusal_reason: reason || null, ...columns });
}
