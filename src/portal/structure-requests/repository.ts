import type { Knex } from 'knex';
import { lock } from '../../platform/database/locks.ts';
import { query } from '../../platform/database/query.ts';
import type { StructureRequestInWords } from './mails.ts';

export type StructureRequestState = 'pending' | 'accepted' | 'refused' | 'linked';

/** What happened to a request, in the order of its file. */
export interface HistoryLine {
  at: string;
  event: 'received' | 'repeated' | 'accepted' | 'refused' | 'linked';
  byName: string | null;
}

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

/** A request with all that its file shows. */
export interface StructureRequest extends StructureRequestInWords {
  id: number;
  state: StructureRequestState;
  acronym: string | null;
  brand: string | null;
  apeCode: string | null;
  kind: string;
  address: string;
  postcode: string;
  city: string;
  civility: string;
  phone: string | null;
  createdAt: Date;
  decidedAt: Date | null;
  deciderName: string | null;
  refusalReason: string | null;
  structureId: number | null;
  structureName: string | null;
  /** The structure that has the SIRET by now, whoever added it. */
  sameSiretId: number | null;
  history: HistoryLine[];
}

export async function findRequest(db: Knex, id: number): Promise<StructureRequest | undefined> {
  const rows = await query<StructureRequest[]>(
    db,
    `select r.id, r.state, r.siret, r.name, r.acronym, r.brand, r.ape_code as "apeCode", r.kind, r.address,
            r.postcode, r.city, r.civility, r.last_name as "lastName", r.first_name as "firstName", r.email, r.phone,
            r.created_at as "createdAt", r.decided_at as "decidedAt", r.refusal_reason as "refusalReason",
            full_name(d) as "deciderName", r.structure_id as "structureId",
            s.name as "structureName", (select id from structures x where x.siret = r.siret) as "sameSiretId",
            (select coalesce(json_agg(json_build_object('at', h.at, 'event', h.event,
                                        'byName', full_name(u)) order by h.at, h.id), '[]')
               from (select * from structure_request_history where request_id = r.id order by at desc, id desc limit 50) h
               left join users u on u.id = h.by_user_id) as history
       from structure_requests r
       left join users d on d.id = r.decided_by
       left join structures s on s.id = r.structure_id
      where r.id = ?`,
    [id],
  );
  return rows[0];
}

/** Locks a structure, so that it cannot be closed meanwhile. @returns undefined when there is none */
export async function lockStructure(
  trx: Knex.Transaction,
  id: number,
  today: string,
): Promise<{ id: number; name: string; siret: string; isClosed: boolean } | undefined> {
  await lock(trx, { structures: [id] });
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
}

/** Makes the structure of a request. @returns undefined when the SIRET is in the list already */
export async function createStructure(
  trx: Knex.Transaction,
  request: StructureRequest,
  facts: StructureFacts,
  at: Date,
): Promise<number | undefined> {
  const [row] = await trx('structures')
    .insert({
      siret: request.siret,
      name: request.name,
      acronym: request.acronym,
      brand: request.brand,
      ape_code: request.apeCode,
      kind: facts.kind,
      address: request.address,
      postcode: request.postcode,
      city: request.city,
      department: facts.department,
      is_training_body: facts.isTrainingBody,
      may_preregister: facts.mayPreregister,
      created_at: at,
    })
    .onConflict('siret')
    .ignore()
    .returning('id');
  return row?.id;
}

/** Ends a request, and notes it in its history. */
export async function endRequest(
  trx: Knex.Transaction,
  id: number,
  end: {
    state: 'accepted' | 'refused' | 'linked';
    at: Date;
    byUserId: number;
    reason?: string;
    structureId?: number;
  },
): Promise<void> {
  await trx('structure_requests')
    .where({ id })
    .update({
      state: end.state,
      decided_at: end.at,
      decided_by: end.byUserId,
      refusal_reason: end.reason ?? null,
      structure_id: end.structureId ?? null,
    });
  await trx('structure_request_history').insert({
    request_id: id,
    at: end.at,
    event: end.state,
    by_user_id: end.byUserId,
  });
}
