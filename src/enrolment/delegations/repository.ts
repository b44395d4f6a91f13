import type { Knex } from 'knex';
import { type Bindings, query } from '#platform/database/query.ts';
import type { Period } from './rules.ts';

/** Somebody at one end of a delegation. */
export interface Party {
  id: number;
  email: string;
  name: string;
}

/** A delegation, present or to come: one that has ended is no more, the journal tells of it. */
export interface Delegation extends Period {
  id: number;
  structureId: number;
  structureName: string;
  delegator: Party;
  delegate: Party;
}

const party = (alias: string) =>
  `json_build_object('id', ${alias}.id, 'email', ${alias}.email, 'name', full_name(${alias}))`;

const DELEGATIONS = `
  select h.id, h.starts_on as "startsOn", h.ends_on as "endsOn", s.id as "structureId", s.name as "structureName",
         ${party('o')} as delegator, ${party('d')} as delegate
    from hr_delegations h
    join affiliations oa on oa.id = h.delegator_affiliation_id
    join affiliations da on da.id = h.delegate_affiliation_id
    join users o on o.id = oa.user_id
    join users d on d.id = da.user_id
    join structures s on s.id = oa.structure_id`;

async function find(db: Knex, condition: string, bindings: Bindings): Promise<Delegation[]> {
  return query<Delegation[]>(db, `${DELEGATIONS} where ${condition} order by h.starts_on, h.id`, bindings);
}

/** Somebody to whom a delegation can be given. */
export interface Colleague {
  id: number;
  name: string;
  jobTitle: string | null;
}

/**
 * What somebody gave or was given for a structure, whose last day has not passed; and the others of the structure by name,
 * `most` of them. One statement.
 */
export async function findDelegationsAndColleagues(
  db: Knex,
  who: { userId: number; structureId: number; today: string; most: number },
): Promise<{ delegations: Delegation[]; colleagues: Colleague[] }> {
  const rows = await query<[{ delegations: Delegation[]; colleagues: Colleague[] }]>(
    db,
    `select coalesce((
              select json_agg(one) from (
                ${DELEGATIONS}
                 where oa.structure_id = :structureId and :userId in (oa.user_id, da.user_id)
                   and h.ends_on >= cast(:today as date)
                 order by h.starts_on, h.id) one), '[]') as delegations,
            coalesce((
              select json_agg(one) from (
                select u.id, u.last_name || ' ' || u.first_name as name, u.job_title as "jobTitle"
                  from affiliations a join users u on u.id = a.user_id
                 where a.structure_id = :structureId and u.id <> :userId and u.closed_at is null
                 order by u.last_name, u.first_name, u.id limit :most) one), '[]') as colleagues`,
    who,
  );
  return rows[0];
}

/** Every one of somebody: of one structure, or of all; where they are at either end, or only those that they gave. */
export const findToEnd = (
  db: Knex,
  { userId, structureId, given }: { userId: number; structureId?: number; given: boolean },
) =>
  find(
    db,
    `${given ? 'oa.user_id = :userId' : ':userId in (oa.user_id, da.user_id)'}
       and (cast(:structureId as int) is null or oa.structure_id = :structureId)`,
    { userId, structureId: structureId ?? null },
  );

/** @returns undefined when there is none of this number any more */
export async function findDelegation(db: Knex, id: number): Promise<Delegation | undefined> {
  return (await find(db, 'h.id = :id', { id }))[0];
}

/** The numbers of those whose last day has passed. */
export function findOver(db: Knex, today: string): Promise<number[]> {
  return db('hr_delegations').where('ends_on', '<', today).orderBy('id').pluck('id');
}

/** The numbers of those that have begun without their parties being told. */
export function findBegun(db: Knex, today: string): Promise<number[]> {
  return db('hr_delegations')
    .whereNull('start_told_at')
    .where('starts_on', '<=', today)
    .where('ends_on', '>=', today)
    .orderBy('id')
    .pluck('id');
}

/** Notes that the beginning is told. @returns false when it had been */
export async function markStartTold(trx: Knex.Transaction, id: number, at: Date): Promise<boolean> {
  return (await trx('hr_delegations').where({ id, start_told_at: null }).update({ start_told_at: at })) > 0;
}

/** How many requests of a structure wait, that somebody who stands in for another may decide. */
export async function countWaiting(
  db: Knex,
  { structureId, delegator, delegate }: Delegation,
): Promise<number> {
  const [row] = await db('enrolments')
    .where({ structure_id: structureId, state: 'requested' })
    .whereNotIn('user_id', [delegator.id, delegate.id])
    .count({ count: '*' });
  return Number(row?.count ?? 0);
}

/** @returns false when somebody else has ended it */
export async function removeDelegation(trx: Knex.Transaction, id: number): Promise<boolean> {
  return (await trx('hr_delegations').where({ id }).delete()) > 0;
}

/** Somebody of a structure, as far as delegations are concerned. */
export interface Member extends Party {
  affiliationId: number;
  structureName: string;
  isValidator: boolean;
}

const MEMBERS = `
  select u.id, u.email, full_name(u) as name, a.id as "affiliationId", s.name as "structureName",
         exists (select from affiliation_rights r where r.affiliation_id = a.id and r."right" = 'hr_validator')
           as "isValidator"
    from affiliations a join users u on u.id = a.user_id join structures s on s.id = a.structure_id
   where a.structure_id = :structureId and u.closed_at is null`;

/** @returns undefined for somebody who is not of the structure, or whose account is closed */
export async function findMember(db: Knex, structureId: number, userId: number): Promise<Member | undefined> {
  const rows = await query<Member[]>(db, `${MEMBERS} and u.id = :userId`, { structureId, userId });
  return rows[0];
}

/** The same by e-mail, for a structure with more people than a list shows. */
export async function findMemberByEmail(
  db: Knex,
  structureId: number,
  email: string,
): Promise<Member | undefined> {
  const rows = await query<Member[]>(db, `${MEMBERS} and u.email = cast(:email as citext)`, {
    structureId,
    email,
  });
  return rows[0];
}

/** Another delegation of the same validator over some of the same days. */
export async function findOverlapping(
  trx: Knex.Transaction,
  affiliationId: number,
  { startsOn, endsOn }: Period,
): Promise<Delegation | undefined> {
  const [found] = await find(
    trx,
    'h.delegator_affiliation_id = :affiliationId and h.starts_on <= cast(:endsOn as date) and h.ends_on >= cast(:startsOn as date)',
    { affiliationId, startsOn, endsOn },
  );
  return found;
}

/** @returns its number */
export async function insertDelegation(
  trx: Knex.Transaction,
  row: Period & { delegatorAffiliationId: number; delegateAffiliationId: number; at: Date; isToday: boolean },
): Promise<number> {
  const [{ id }] = await trx('hr_delegations').insert(
    {
      delegator_affiliation_id: row.delegatorAffiliationId,
      delegate_affiliation_id: row.delegateAffiliationId,
      starts_on: row.startsOn,
      ends_on: row.endsOn,
      created_at: row.at,
      // The e-mail of the delegation itself tells of it.
      start_told_at: row.isToday ? row.at : null,
    },
    'id',
  );
  return id;
}
