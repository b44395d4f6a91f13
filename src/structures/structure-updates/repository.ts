import type { Knex } from 'knex';
import { holds, type KnownRecipient, RECIPIENT } from '#access/recipients.ts';
import { RIGHTS, type Right, rightDefinitions } from '#access/rights.ts';
import { query } from '#platform/database/query.ts';
import {
  type Change,
  type Corrections,
  FIELDS,
  type Field,
  type Flags,
  type StructureValues,
} from './rules.ts';

/** SQL of the values of structure `s`, by field, as JSON. */
export const VALUES = `json_build_object('name', s.name, 'acronym', s.acronym, 'brand', s.brand, 'kind', s.kind,
  'ape_code', s.ape_code, 'address', s.address, 'postcode', s.postcode, 'city', s.city)`;

/** SQL of what the agency says of structure `s`, as JSON. */
export const FLAGS = `json_build_object('isTrainingBody', s.is_training_body, 'mayPreregister', s.may_preregister)`;

// In the order of the form.
const IN_ORDER = `array_position(array[${FIELDS.map((field) => `'${field}'`).join(', ')}], c.field)`;

/** SQL of what a request of `structure_update_requests r` asks to correct, as JSON. */
export const CHANGES = `(
  select json_agg(json_build_object('field', c.field, 'from', c.old_value, 'to', c.new_value) order by ${IN_ORDER})
    from structure_update_changes c where c.request_id = r.id)`;

/** A structure as it can be corrected. */
export interface CorrectableStructure {
  id: number;
  name: string;
  siret: string;
  department: string;
  values: StructureValues;
  flags: Flags;
  corrections: Corrections;
  /** The first day on which it is closed, `YYYY-MM-DD`. */
  closedOn: string | null;
}

export async function findStructure(db: Knex, id: number): Promise<CorrectableStructure | undefined> {
  const rows = await query<CorrectableStructure[]>(
    db,
    `select s.id, s.name, s.siret, s.department, ${VALUES} as values, s.corrections, s.closed_on as "closedOn",
            ${FLAGS} as flags
       from structures s where s.id = :id`,
    { id },
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

const DEPENDENT = RIGHTS.filter((right) => rightDefinitions[right].onlyWhere);

/** The rights of a structure's people that depend on what it is, those set aside included, by name. */
export async function findHeldRights(db: Knex, structureId: number): Promise<HeldRight[]> {
  return query<HeldRight[]>(
    db,
    `select a.id as "affiliationId", u.id as "userId", full_name(u) as name, x."right", x."isSuspended"
       from affiliations a join users u on u.id = a.user_id
       join (select affiliation_id, "right", false as "isSuspended" from affiliation_rights
             union all select affiliation_id, "right", true from suspended_rights) x on x.affiliation_id = a.id
      where a.structure_id = :structureId and x."right" = any(cast(:rights as text[]))
      order by u.last_name, u.first_name, u.id, x."right"`,
    { structureId, rights: DEPENDENT },
  );
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
