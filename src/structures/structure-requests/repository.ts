import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';

/** A structure that has the SIRET already. */
export interface KnownStructure {
  id: number;
  name: string;
  siret: string;
  postcode: string;
  city: string;
  isClosed: boolean;
}

/** @param today `YYYY-MM-DD`: closed on that day or before is closed */
export async function findBySiret(
  db: Knex,
  siret: string,
  today: string,
): Promise<KnownStructure | undefined> {
  return db('structures')
    .where({ siret })
    .first('id', 'name', 'siret', 'postcode', 'city', {
      isClosed: db.raw('coalesce(closed_on <= cast(? as date), false)', [today]),
    });
}

/** The columns that the requester fills in. */
export interface NewStructureRequest {
  siret: string;
  name: string;
  acronym: string | null;
  brand: string | null;
  ape_code: string | null;
  kind: string;
  address: string;
  postcode: string;
  city: string;
  civility: string;
  last_name: string;
  first_name: string;
  email: string;
  phone: string | null;
}

/**
 * Stores a request; one that the same person has pending for the same SIRET stays as it is, and notes the repeat.
 * @returns the request that waits now, and whether it did before
 */
export async function insertOrRepeat(
  trx: Knex.Transaction,
  request: NewStructureRequest,
  at: Date,
): Promise<{ id: number; isRepeat: boolean }> {
  const [inserted] = await trx('structure_requests')
    .insert({ ...request, created_at: at })
    .onConflict(trx.raw(`(siret, email) where state = 'pending'`))
    .ignore()
    .returning('id');
  const rows = await query<{ request_id: number }[]>(
    trx,
    `insert into structure_request_history (request_id, at, event)
     select id, cast(:at as timestamptz), cast(:event as text) from structure_requests
      where siret = :siret and email = cast(:email as citext) and state = 'pending'
     returning request_id`,
    { at, event: inserted ? 'received' : 'repeated', siret: request.siret, email: request.email },
  );
  return { id: rows[0]?.request_id ?? inserted?.id, isRepeat: !inserted };
}

/** A structure to link a request to. @param today `YYYY-MM-DD` @returns undefined when there is none */
export function findStructure(
  trx: Knex.Transaction,
  id: number,
  today: string,
): Promise<{ id: number; name: string; siret: string; isClosed: boolean } | undefined> {
  return trx('structures')
    .where({ id })
    .first('id', 'name', 'siret', {
      isClosed: trx.raw('coalesce(closed_on <= cast(? as date), false)', [today]),
    });
}

/** What the agency adds to the words of the requester. */
export interface StructureFacts {
  kind: string;
  isTrainingBody: boolean;
  mayPreregister: boolean;
  department: string;
  at: Date;
}

/** Makes the structure of a request. @returns undefined when the SIRET is in the list already */
export async function createStructure(
  trx: Knex.Transaction,
  requestId: number,
  facts: StructureFacts,
): Promise<number | undefined> {
  const rows = await query<{ id: number }[]>(
    trx,
    `insert into structures (siret, name, acronym, brand, ape_code, kind, address, postcode, city, department,
                             is_training_body, may_preregister, created_at)
     select siret, name, acronym, brand, ape_code, :kind, address, postcode, city, :department,
            cast(:isTrainingBody as boolean), cast(:mayPreregister as boolean), cast(:at as timestamptz)
       from structure_requests where id = :requestId
     on conflict (siret) do nothing returning id`,
    { ...facts, requestId },
  );
  return rows[0]?.id;
}
