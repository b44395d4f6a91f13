import type { Knex } from 'knex';
import { holds, type KnownRecipient, RECIPIENT } from '#access/recipients.ts';
import type { Right } from '#access/rights.ts';
import { query } from '#platform/database/query.ts';
import type { UpdateInWords } from './mails.ts';
import {
  type Change,
  type Corrections,
  FIELDS,
  type Field,
  type Flags,
  type StructureValues,
} from './rules.ts';

export type StructureUpdateState = 'pending' | 'accepted' | 'refused' | 'withdrawn';

/** A request with all that its file shows, and what the structure holds today. */
export interface StructureUpdate extends UpdateInWords {
  id: number;
  state: StructureUpdateState;
  comment: string | null;
  changes: Change[];
  requestedBy: number | null;
  requesterName: string | null;
  requesterEmail: string | null;
  /** Still référent of the structure. */
  requesterIsReferent: boolean;
  requestedAt: Date;
  deciderName: string | null;
  decidedAt: Date | null;
  refusalReason: string | null;
  today: StructureValues;
  flags: Flags;
  isClosed: boolean;
}

// The values of structure `s`, by field.
const VALUES = `json_build_object('name', s.name, 'acronym', s.acronym, 'brand', s.brand, 'kind', s.kind,
  'ape_code', s.ape_code, 'address', s.address, 'postcode', s.postcode, 'city', s.city)`;

// In the order of the form.
const IN_ORDER = `array_position(array[${FIELDS.map((field) => `'${field}'`).join(', ')}], c.field)`;

const IS_CLOSED = 'coalesce(s.closed_on <= cast(:today as date), false)';

const UPDATE = `
  select q.id, q.state, q.comment, q.structure_id as "structureId", s.name as "structureName", s.siret,
         (select json_agg(json_build_object('field', c.field, 'from', c.old_value, 'to', c.new_value) order by ${IN_ORDER})
            from structure_update_changes c where c.request_id = q.id) as changes,
         q.requested_by as "requestedBy", full_name(u) as "requesterName",
         cast(u.email as text) as "requesterEmail",
         exists (select from affiliations a
                   join affiliation_rights r on r.affiliation_id = a.id and r."right" = 'referent'
                  where a.structure_id = q.structure_id and a.user_id = q.requested_by) as "requesterIsReferent",
         q.requested_at as "requestedAt", full_name(d) as "deciderName",
         q.decided_at as "decidedAt", q.refusal_reason as "refusalReason", ${VALUES} as today,
         json_build_object('isTrainingBody', s.is_training_body, 'mayPreregister', s.may_preregister) as flags,
         ${IS_CLOSED} as "isClosed"
    from structure_update_requests q
    join structures s on s.id = q.structure_id
    left join users u on u.id = q.requested_by
    left join users d on d.id = q.decided_by`;

/** @param today `YYYY-MM-DD`: closed on that day or before is closed */
export async function findUpdate(db: Knex, id: number, today: string): Promise<StructureUpdate | undefined> {
  const rows = await query<StructureUpdate[]>(db, `${UPDATE} where q.id = :id`, { id, today });
  return rows[0];
}

/** The same, with the rights of the structure's people that depend on what it is, while the request waits. */
export async function findUpdateFile(
  db: Knex,
  id: number,
  today: string,
  rights: readonly Right[],
): Promise<{ update: StructureUpdate; heldRights: HeldRight[] } | undefined> {
  const rows = await query<(StructureUpdate & { heldRights: HeldRight[] })[]>(
    db,
    `select f.*, (select coalesce(json_agg(h), '[]') from (
                    ${heldRightsOf('f."structureId"', ':rights')}) h where f.state = 'pending') as "heldRights"
       from (${UPDATE} where q.id = :id) f`,
    { id, today, rights },
  );
  if (!rows[0]) return undefined;
  const { heldRights, ...update } = rows[0];
  return { update, heldRights };
}

/** The request of a structure that waits. */
export async function findPending(
  db: Knex,
  structureId: number,
  today: string,
): Promise<StructureUpdate | undefined> {
  const rows = await query<StructureUpdate[]>(
    db,
    `${UPDATE} where q.structure_id = :structureId and q.state = 'pending'`,
    { structureId, today },
  );
  return rows[0];
}

/** A structure as it can be corrected. */
export interface CorrectableStructure {
  id: number;
  name: string;
  siret: string;
  department: string;
  values: StructureValues;
  flags: Flags;
  corrections: Corrections;
  isClosed: boolean;
}

export async function findStructure(
  db: Knex,
  id: number,
  today: string,
): Promise<CorrectableStructure | undefined> {
  const rows = await query<CorrectableStructure[]>(
    db,
    `select s.id, s.name, s.siret, s.department, ${VALUES} as values, s.corrections, ${IS_CLOSED} as "isClosed",
            json_build_object('isTrainingBody', s.is_training_body, 'mayPreregister', s.may_preregister) as flags
       from structures s where s.id = :id`,
    { id, today },
  );
  return rows[0];
}

/** Whether this person may ask there: a référent, or a manager of the agency. */
export async function mayAsk(db: Knex, structureId: number, userId: number): Promise<boolean> {
  const rows = await query<{ may: boolean }[]>(
    db,
    `select exists (select from users where id = :userId and is_agency_manager)
         or exists (select from affiliations a
                      join affiliation_rights x on x.affiliation_id = a.id and x."right" = 'referent'
                     where a.structure_id = :structureId and a.user_id = :userId) as may`,
    { structureId, userId },
  );
  return rows[0]?.may ?? false;
}

/** @returns the request's id */
export async function insertUpdate(
  trx: Knex.Transaction,
  request: { structureId: number; userId: number; comment: string | null; at: Date; changes: Change[] },
): Promise<number> {
  const [row] = await trx('structure_update_requests').insert(
    {
      structure_id: request.structureId,
      comment: request.comment,
      requested_by: request.userId,
      requested_at: request.at,
    },
    'id',
  );
  await trx('structure_update_changes').insert(
    request.changes.map(({ field, from, to }) => ({
      request_id: row.id,
      field,
      old_value: from,
      new_value: to,
    })),
  );
  return row.id;
}

/** Writes the values of a structure; its search columns follow by themselves. */
export async function writeStructure(
  trx: Knex.Transaction,
  id: number,
  values: Partial<Record<Field | 'department', string | null>>,
  flags: Flags,
  corrections: Corrections,
): Promise<void> {
  await trx('structures')
    .where({ id })
    .update({
      ...values,
      is_training_body: flags.isTrainingBody,
      may_preregister: flags.mayPreregister,
      corrections: JSON.stringify(corrections),
    });
}

/** A right that depends on what the structure is, and who holds it. */
export interface HeldRight {
  affiliationId: number;
  userId: number;
  name: string;
  right: Right;
  /** Set aside until the holder's closed account is reopened. */
  isSuspended: boolean;
}

/** The rights of a structure's people among these, those set aside included, by name. */
export async function findHeldRights(
  db: Knex,
  structureId: number,
  rights: readonly Right[],
): Promise<HeldRight[]> {
  return query<HeldRight[]>(db, heldRightsOf('cast(:structureId as int)', ':rights'), {
    structureId,
    rights,
  });
}

function heldRightsOf(structureId: string, rights: string): string {
  return `
    select a.id as "affiliationId", u.id as "userId", full_name(u) as name, x."right",
           x."isSuspended"
      from affiliations a join users u on u.id = a.user_id
      join (select affiliation_id, "right", false as "isSuspended" from affiliation_rights
            union all select affiliation_id, "right", true from suspended_rights) x on x.affiliation_id = a.id
     where a.structure_id = ${structureId} and x."right" = any(cast(${rights} as text[]))
     order by u.last_name, u.first_name, u.id, x."right"`;
}

export async function removeRights(trx: Knex.Transaction, lost: readonly HeldRight[]): Promise<void> {
  for (const { affiliationId, right, isSuspended } of lost)
    await trx(isSuspended ? 'suspended_rights' : 'affiliation_rights')
      .where({ affiliation_id: affiliationId, right })
      .delete();
}

/** Whether the structure runs a session that is not over. */
export async function hasSessionsToCome(db: Knex, structureId: number, now: Date): Promise<boolean> {
  const rows = await query<{ has: boolean }[]>(
    db,
    `select exists (select from sessions s join actions a on a.id = s.action_id
                     where a.provider_id = ? and s.cancelled_at is null
                       and exists (select from slots t where t.session_id = s.id and t.ends_at > ?)) as has`,
    [structureId, now],
  );
  return rows[0]?.has ?? false;
}

/** Whom a decision is sent to: the référents of today, and whoever asked while they still belong there or to the agency. */
export async function findConcerned(
  db: Knex,
  structureId: number,
  requestedBy: number | null,
): Promise<KnownRecipient[]> {
  return query<KnownRecipient[]>(
    db,
    `select ${RECIPIENT} from users p
      where ${holds('referent', ':structureId')}
         or (p.id = :requestedBy
             and (p.is_agency_manager
                  or exists (select from affiliations a where a.user_id = p.id and a.structure_id = :structureId)))
      order by p.id`,
    { structureId, requestedBy },
  );
}
