import type { Knex } from 'knex';
import type { Right } from '#access/rights.ts';
import { query, whenRun } from '#platform/database/query.ts';
import { type Paged, paged, type Slice } from '#platform/paged.ts';
import { isTheirs } from '#requests/deciders.ts';
import { knownDomains } from '#requests/email-signals/known-domains.ts';
import { LED_STRUCTURES } from './led.ts';

/** A line of « Mes structures ». */
export interface MyStructure {
  id: number;
  name: string;
  siret: string;
  city: string;
  department: string;
  kind: string;
  rights: Right[];
  /** Names of the référents, in alphabetical order. */
  referents: string[];
  /** Member in the year asked for. */
  isMember: boolean;
  /** A request for membership waits for the agency. */
  isRequested: boolean;
  /** The years asked for, while the agency has not decided, and since when (ISO 8601). */
  membershipsAsked: { year: number; at: string }[];
  /** When a request to correct its data was sent, while it waits. */
  updateAskedAt: Date | null;
}

// The référents of the structure `s`, as names.
const REFERENTS = `
  coalesce((select json_agg(full_name(r) order by r.last_name, r.first_name)
              from affiliations ra
              join affiliation_rights rr on rr.affiliation_id = ra.id and rr."right" = 'referent'
              join users r on r.id = ra.user_id
             where ra.structure_id = s.id), '[]')`;

const RIGHTS_OF_AFFILIATION = `
  coalesce((select json_agg(x."right") from affiliation_rights x where x.affiliation_id = a.id), '[]')`;

export async function findStructuresOf(
  db: Knex,
  userId: number,
  year: number,
  page: Slice,
): Promise<Paged<MyStructure>> {
  const rows = await query<(MyStructure & { total: number })[]>(
    db,
    `select s.id, s.name, s.siret, s.city, s.department, s.kind, ${RIGHTS_OF_AFFILIATION} as rights,
            ${REFERENTS} as referents,
            exists (select from memberships m where m.structure_id = s.id and m.year = ?) as "isMember",
            exists (select from membership_requests q
                     where q.structure_id = s.id and q.state = 'pending') as "isRequested",
            coalesce((select json_agg(json_build_object('year', q.year, 'at', q.requested_at) order by q.year)
                        from membership_requests q
                       where q.structure_id = s.id and q.state = 'pending'), '[]') as "membershipsAsked",
            (select q.requested_at from structure_update_requests q
              where q.structure_id = s.id and q.state = 'pending') as "updateAskedAt",
            count(*) over () as total
       from affiliations a join structures s on s.id = a.structure_id
      where a.user_id = ?
      order by s.name, s.id
      limit ? offset ${whenRun('cast(? as int)')}`,
    [year, userId, page.limit, page.offset],
  );
  return paged(rows);
}

/** A request that waits, as « Mes structures » lists it. */
export interface WaitingRequest {
  /** For a new account, for another structure, or the person's own for another structure. */
  kind: 'account' | 'affiliation' | 'mine';
  id: number;
  structureId: number;
  structureName: string;
  civility: string;
  firstName: string;
  lastName: string;
  email: string;
  jobTitle: string | null;
  confirmedAt: Date;
  /** Domains of the e-mails of the people of the structure. */
  domains: string[];
  /** Asked for by the référent who reads it, who decides nothing of it. */
  isTheirs: boolean;
  siret: string;
  vouchedBy: string | null;
  vouchedName: string | null;
  vouchedSiret: string | null;
  /** Requests that wait for this person's decision. */
  total: number;
}

/**
 * The requests for the structures of which this person is référent, oldest first, and the person's own ones for
 * other structures (all of them: they are few), in one statement.
 */
export async function findRequestsForReferent(
  db: Knex,
  userId: number,
  page: Slice,
): Promise<{ toDecide: Paged<WaitingRequest>; mine: WaitingRequest[] }> {
  const rows = await query<WaitingRequest[]>(
    db,
    `with led as (${LED_STRUCTURES}), waiting as (
       select 'account' as kind, q.id, q.structure_id, q.civility, q.first_name, q.last_name,
              cast(q.email as text) as email, q.job_title, q.confirmed_at,
              q.vouched_by, q.vouched_name, q.vouched_siret
         from account_requests q where q.state = 'pending' and q.structure_id in (select structure_id from led)
       union all
       select 'affiliation', q.id, q.structure_id, u.civility, u.first_name, u.last_name,
              cast(u.email as text), u.job_title, q.created_at, null, null, null
         from affiliation_requests q join users u on u.id = q.user_id
        where q.state = 'pending' and q.user_id <> :userId and q.structure_id in (select structure_id from led)
     ), listed as (
       (select w.*, count(*) over () as total from waiting w
         order by confirmed_at, kind, id limit :limit offset :offset)
       union all
       select 'mine', q.id, q.structure_id, '', '', '', '', null, q.created_at, null, null, null, 0
         from affiliation_requests q where q.state = 'pending' and q.user_id = :userId
     )
     select l.kind, l.id, s.id as "structureId", s.name as "structureName", l.civility, l.first_name as "firstName",
            l.last_name as "lastName", l.email, l.job_title as "jobTitle", l.confirmed_at as "confirmedAt", s.siret,
            l.vouched_by as "vouchedBy", l.vouched_name as "vouchedName", l.vouched_siret as "vouchedSiret", l.total,
            ${knownDomains('s.siret')} as domains,
            (select ${isTheirs('null', 'cast(l.email as citext)')} from users u where u.id = :userId) as "isTheirs"
       from listed l join structures s on s.id = l.structure_id
      order by l.confirmed_at, l.kind, l.id`,
    { userId, ...page },
  );
  return {
    toDecide: paged(rows.filter(({ kind }) => kind !== 'mine')),
    mine: rows.filter(({ kind }) => kind === 'mine'),
  };
}

/** What the page of a structure says of it. */
export interface StructureSummary {
  id: number;
  name: string;
  acronym: string | null;
  siret: string;
  city: string;
  department: string;
  kind: string;
  referents: string[];
  waitingRequests: number;
}

export async function findStructure(db: Knex, id: number): Promise<StructureSummary | undefined> {
  const rows = await query<StructureSummary[]>(
    db,
    `select s.id, s.name, s.acronym, s.siret, s.city, s.department, s.kind, ${REFERENTS} as referents,
            (select count(*) from account_requests q
              where q.structure_id = s.id and q.state = 'pending')
            + (select count(*) from affiliation_requests q
                where q.structure_id = s.id and q.state = 'pending') as "waitingRequests"
       from structures s where s.id = ?`,
    [id],
  );
  return rows[0];
}

/** A person of a structure, as the list shows them. */
export interface Person {
  id: number;
  firstName: string;
  lastName: string;
  email: string;
  jobTitle: string | null;
  phone: string | null;
  rights: Right[];
  /** Closed because nobody used it: the rights are set aside. */
  isClosed: boolean;
}

/** A person of the list, with the absent Valideurs RH whom they stand in for, now or later. */
export interface ListedPerson extends Person {
  standsIn: { forName: string; startsOn: string; endsOn: string }[];
}

/** « Filtrer » in the people of a structure: whoever has this right, or none beyond bénéficiaire. */
export type RightFilter = Right | 'none' | null;

/**
 * People of a structure by name.
 * @param filter `search`: part of a name or of an e-mail, empty for everybody; `right`: null for everybody; `today`: in
 *   Paris, for the delegations that have not ended
 */
export async function findPeople(
  db: Knex,
  structureId: number,
  { search, right, today }: { search: string; right: RightFilter; today: string },
  page: Slice,
): Promise<Paged<ListedPerson>> {
  const rows = await query<(ListedPerson & { total: number })[]>(
    db,
    `select u.id, u.first_name as "firstName", u.last_name as "lastName", u.email, u.job_title as "jobTitle",
            coalesce(u.phone, u.mobile) as phone, ${RIGHTS_OF_AFFILIATION} as rights,
            u.closed_at is not null as "isClosed",
            coalesce((select json_agg(json_build_object('forName', full_name(o),
                               'startsOn', h.starts_on, 'endsOn', h.ends_on) order by h.starts_on, h.id)
                        from hr_delegations h
                        join affiliations oa on oa.id = h.delegator_affiliation_id
                        join users o on o.id = oa.user_id
                       where h.delegate_affiliation_id = a.id and h.ends_on >= cast(:today as date)), '[]') as "standsIn",
            count(*) over () as total
       from affiliations a join users u on u.id = a.user_id
      where a.structure_id = :structureId
        -- Told apart, so that the whole list of a large structure folds no name.
        and (:search = ''
             or person_words(u.first_name, u.last_name, u.email) like words_pattern(:search))
        and (cast(:right as text) is null
             or (cast(:right as text) = 'none' and not exists (
                   select from affiliation_rights f where f.affiliation_id = a.id and f."right" <> 'beneficiary'))
             or exists (select from affiliation_rights f
                         where f.affiliation_id = a.id and f."right" = cast(:right as text)))
      order by u.last_name, u.first_name, u.id
      limit :limit offset :offset`,
    { structureId, search, right, today, ...page },
  );
  return paged(rows);
}

/** A person within a structure, with all that decides which rights they may be given. */
export interface Member extends Person {
  affiliationId: number;
  structureId: number;
  structureName: string;
  isTrainingBody: boolean;
  mayPreregister: boolean;
  referentCount: number;
}

/** @returns undefined when the person does not belong to the structure */
export async function findMember(db: Knex, structureId: number, userId: number): Promise<Member | undefined> {
  const rows = await query<Member[]>(
    db,
    `select u.id, u.first_name as "firstName", u.last_name as "lastName", u.email, u.job_title as "jobTitle",
            coalesce(u.phone, u.mobile) as phone, ${RIGHTS_OF_AFFILIATION} as rights,
            u.closed_at is not null as "isClosed", a.id as "affiliationId", s.id as "structureId", s.name as "structureName",
            s.is_training_body as "isTrainingBody", s.may_preregister as "mayPreregister",
            (select count(*) from affiliations o
               join affiliation_rights x on x.affiliation_id = o.id and x."right" = 'referent'
              where o.structure_id = s.id) as "referentCount"
       from affiliations a join users u on u.id = a.user_id join structures s on s.id = a.structure_id
      where a.structure_id = ? and a.user_id = ?`,
    [structureId, userId],
  );
  return rows[0];
}

/**
 * Who edits rights there: a référent, or a manager of the agency.
 * @returns their name; undefined when they may not (any longer)
 */
export async function findEditor(
  db: Knex,
  structureId: number,
  userId: number,
): Promise<{ name: string } | undefined> {
  const rows = await query<{ name: string }[]>(
    db,
    `select full_name(u) as name from users u
      where u.id = :userId
        and (u.is_agency_manager
             or exists (select 1 from affiliations a
                          join affiliation_rights x on x.affiliation_id = a.id and x."right" = 'referent'
                         where a.structure_id = :structureId and a.user_id = u.id))`,
    { structureId, userId },
  );
  return rows[0];
}

export async function addRight(
  trx: Knex.Transaction,
  affiliationId: number,
  right: Right,
  at: Date,
  byUserId: number,
): Promise<void> {
  await trx('affiliation_rights').insert({
    affiliation_id: affiliationId,
    right,
    granted_at: at,
    granted_by: byUserId,
  });
}

export async function removeRight(trx: Knex.Transaction, affiliationId: number, right: Right): Promise<void> {
  await trx('affiliation_rights').where({ affiliation_id: affiliationId, right }).delete();
}
