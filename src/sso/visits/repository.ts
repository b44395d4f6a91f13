import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import { sessionIsOpen, sessionLimits } from './browser-session.ts';

/** Why a visit ended, as rows have it. */
export type Because =
  | 'signed_out'
  | 'session_over'
  | 'closed_by_person'
  | 'no_longer_allowed'
  | 'suspended'
  | 'agency'
  | 'service';

/** A visit that begins. */
export interface NewVisit {
  signInId: string;
  userId: number;
  serviceId: number;
  protocol: 'cas' | 'oidc';
  /** Sealed: by it the service knows which of its sessions is meant (CAS). */
  sealedTicket: string | null;
  /** The `sid` of its ID tokens (OpenID Connect). */
  oidcSid: string | null;
  /** Where the service hears of the end; null for nowhere. */
  logoutUrl: string | null;
  withSecondFactor: boolean;
  openedAt: Date;
}

/** A statement, with what its names stand for. */
export interface Statement {
  sql: string;
  bindings: Readonly<Record<string, unknown>>;
}

/**
 * Notes a visit, what the journal says of it where it is a new one, and what is kept with it: all of them, or nothing.
 * @param journal of the row of `visit` that was added (`auditing`)
 * @param kept what else is written in the same statement
 * @returns the number of the visit; of the one that there is, where OpenID Connect comes again in it
 */
export async function insertVisit(
  db: Knex,
  visit: NewVisit,
  journal: Statement,
  kept?: Statement,
): Promise<number> {
  const [{ id }] = await query<[{ id: number }]>(
    db,
    `with visit as (
       insert into sso_visits (sign_in_id, user_id, service_id, protocol, sealed_ticket, oidc_sid, logout_url,
                               with_second_factor, opened_at)
       values (:signInId, :userId, :serviceId, :protocol, :sealedTicket, :oidcSid, :logoutUrl, :withSecondFactor, :openedAt)
       on conflict (oidc_sid) do update set with_second_factor = sso_visits.with_second_factor or excluded.with_second_factor
       returning id, xmax = 0 as is_new),
     journal as (${journal.sql})${kept ? `, kept as (${kept.sql})` : ''}
     select id from visit`,
    { ...visit, ...journal.bindings, ...kept?.bindings },
  );
  return id;
}

/** Which of the visits that are open: all of them where nothing is said. */
export interface Which {
  userId?: number;
  signInId?: string;
  serviceId?: number;
  visitIds?: readonly number[];
  oidcSid?: string;
}

const chosen = ({ userId, signInId, serviceId, visitIds, oidcSid }: Which): string =>
  [
    'v.closed_at is null',
    ...(userId === undefined ? [] : ['v.user_id = :userId']),
    ...(signInId === undefined ? [] : ['v.sign_in_id = cast(:signInId as uuid)']),
    ...(serviceId === undefined ? [] : ['v.service_id = :serviceId']),
    ...(visitIds === undefined ? [] : ['v.id = any(cast(:visitIds as bigint[]))']),
    ...(oidcSid === undefined ? [] : ['v.oidc_sid = :oidcSid']),
  ].join(' and ');

/** A visit that has just ended. */
export interface Ended {
  id: number;
  userId: number;
  serviceId: number;
}

/**
 * Ends visits; those that the service wants to hear of are due to be told at once.
 * @param over only those whose browser session is over
 */
export async function endVisits(
  trx: Knex,
  which: Which,
  because: Because,
  at: Date,
  { over = false } = {},
): Promise<Ended[]> {
  return query<Ended[]>(
    trx,
    `with ending as (
       select v.id from sso_visits v
        where ${chosen(which)}${over ? ` and not ${sessionIsOpen('v')}` : ''}
        order by v.id for no key update)
     update sso_visits v
        set closed_at = cast(:at as timestamptz), because = :because, next_at = case when v.logout_url is null then null else cast(:at as timestamptz) end
       from ending where v.id = ending.id
     returning v.id, v.user_id as "userId", v.service_id as "serviceId"`,
    {
      ...which,
      ...(which.visitIds ? { visitIds: [...which.visitIds] } : {}),
      at,
      because,
      ...(over ? sessionLimits(at) : {}),
    },
  );
}

/** The open visits, with whose they are, where and how proved, as the rules look at them. */
export const findOpenVisits = (
  db: Knex,
): Promise<{ id: number; userId: number; serviceId: number; withSecondFactor: boolean }[]> =>
  query(
    db,
    `select v.id, v.user_id as "userId", v.service_id as "serviceId", v.with_second_factor as "withSecondFactor"
       from sso_visits v where v.closed_at is null`,
  );

/** The names of the services that are open in a browser session. */
export const findOpenServices = async (db: Knex, signInId: string): Promise<string[]> =>
  (
    await query<{ name: string }[]>(
      db,
      `select distinct s.name from sso_visits v join services s on s.id = v.service_id
        where v.sign_in_id = cast(:signInId as uuid) and v.closed_at is null and v.logout_url is not null
        order by s.name`,
      { signInId },
    )
  ).map(({ name }) => name);

/** Granting tickets of CAS end with the session or the visit that they came from. */
export const deleteGrantingTickets = (trx: Knex, visitIds: readonly number[]): Promise<number> =>
  execute(trx, `delete from sso_tickets where kind = 'granting' and visit_id = any(cast(? as bigint[]))`, [
    [...visitIds],
  ]);

/** A service as its visitor sees it in « Mon compte ». */
export interface VisitedService {
  serviceId: number;
  name: string;
  homeUrl: string | null;
  /** In how many of the person's browsers it is open. */
  open: number;
  /** Of the visits that are open, the first; else the last one ever. */
  since: Date;
  /** How telling the service went, where the last visit is over. */
  told: 'none' | 'waiting' | 'delivered' | 'given_up';
  because: Because | null;
}

/** The services that a person has opened within the time that visits are kept, those that are open first. */
export const findVisitedServices = (db: Knex, userId: number): Promise<VisitedService[]> =>
  query(
    db,
    `select s.id as "serviceId", s.name, s.home_url as "homeUrl",
            count(*) filter (where v.closed_at is null)::int as open,
            coalesce(min(v.opened_at) filter (where v.closed_at is null), max(v.opened_at)) as since,
            (array_agg(case when v.logout_url is null then 'none' when v.delivered_at is not null then 'delivered'
                            when v.given_up_at is not null then 'given_up' else 'waiting' end
                       order by v.opened_at desc, v.id desc))[1] as told,
            (array_agg(v.because order by v.opened_at desc, v.id desc))[1] as because
       from sso_visits v join services s on s.id = v.service_id
      where v.user_id = :userId
      group by s.id order by min(v.closed_at) is not null and bool_and(v.closed_at is not null), since desc, s.id
      limit 50`,
    { userId },
  );

/** Forgets the visits that ended before, and those of forgotten people, but for those whose end is still to be told. */
export const deleteOldVisits = (db: Knex, before: Date): Promise<number> =>
  execute(
    db,
    `delete from sso_visits v
      where v.closed_at is not null and v.next_at is null
        and (v.closed_at < :before
             or exists (select from users u where u.id = v.user_id and u.anonymised_at is not null))`,
    { before },
  );

/** The visits of a person that nothing is left to tell of. */
export const deleteToldVisitsOf = (trx: Knex, userId: number): Promise<number> =>
  execute(
    trx,
    'delete from sso_visits where user_id = :userId and closed_at is not null and next_at is null',
    {
      userId,
    },
  );

/** A visit by OpenID Connect, as the `sid` of its ID tokens names it. */
export interface NamedVisit {
  sid: string;
  /** Whom the service knows the visitor by, and what OpenID Connect calls the service. */
  subject: string;
  serviceKey: string;
  signInId: string;
  /** Whether it was opened with a second factor, or the service wants none. */
  hasFactor: boolean;
}

const NAMED_VISIT = `
  select v.oidc_sid as sid, u.sso_subject as subject, s.key as "serviceKey", v.sign_in_id as "signInId",
         v.with_second_factor or not s.needs_second_factor as "hasFactor"
    from sso_visits v join users u on u.id = v.user_id join services s on s.id = v.service_id
   where v.protocol = 'oidc' and v.closed_at is null`;

/** SQL of a value: the open visit by OpenID Connect for which this holds (of `v`, `u` and `s`), as JSON; null for none. */
export const namedVisitSql = (where: string): string =>
  `(select to_json(named) from (${NAMED_VISIT} and ${where} order by v.id limit 1) named)`;

/** The open visit by OpenID Connect that has this `sid`. */
export async function findNamedVisit(db: Knex, sid: string): Promise<NamedVisit | undefined> {
  const rows = await query<NamedVisit[]>(db, `${NAMED_VISIT} and v.oidc_sid = :sid`, { sid });
  return rows[0];
}

/** The one that is open of a service in a browser session. */
export async function findVisitAt(
  db: Knex,
  signInId: string,
  serviceId: number,
): Promise<NamedVisit | undefined> {
  const rows = await query<NamedVisit[]>(
    db,
    `${NAMED_VISIT} and v.sign_in_id = cast(:signInId as uuid) and v.service_id = :serviceId order by v.id limit 1`,
    { signInId, serviceId },
  );
  return rows[0];
}
