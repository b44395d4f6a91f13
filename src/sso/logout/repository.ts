import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';

/** Who is called: a service, by one protocol at one host. */
export interface Listener {
  serviceId: number;
  listener: string;
}

/** SQL of {@link Listener}'s name, of a visit « v ». */
const LISTENER = `v.protocol || ' ' || split_part(v.logout_url, '/', 3)`;

/** A visit whose end its service is to hear of. */
export interface Untold {
  id: number;
  protocol: 'cas' | 'oidc';
  logoutUrl: string;
  sealedTicket: string | null;
  oidcSid: string | null;
  /** What OpenID Connect calls the service. */
  clientId: string;
  /** How often it has been tried, this time counted. */
  attempts: number;
}

/** Those for whom a visit is due, and who do not rest. */
export const findListeners = (db: Knex, now: Date): Promise<Listener[]> =>
  query<Listener[]>(
    db,
    `select distinct v.service_id as "serviceId", ${LISTENER} as listener from sso_visits v
      where v.next_at <= :now
        and not exists (select from service_silences s
                         where s.service_id = v.service_id and s.listener = ${LISTENER} and s.rests_until > :now)`,
    { now },
  );

/**
 * Takes visits of one listener that are due, for this process: no other one takes them before `until`. A process that dies
 * meanwhile leaves them due again then.
 */
export const takeUntold = (
  db: Knex,
  whose: Listener,
  now: Date,
  until: Date,
  limit: number,
): Promise<Untold[]> =>
  query<Untold[]>(
    db,
    `with due as (
       select v.id from sso_visits v
        where v.next_at <= :now and v.service_id = :serviceId and ${LISTENER} = :listener
        order by v.next_at, v.id limit :limit for update skip locked)
     update sso_visits v set next_at = :until, attempts = v.attempts + 1
       from due, services s
      where v.id = due.id and s.id = v.service_id
     returning v.id, v.protocol, v.logout_url as "logoutUrl", v.sealed_ticket as "sealedTicket",
               v.oidc_sid as "oidcSid", s.key as "clientId", v.attempts`,
    { ...whose, now, until, limit },
  );

/** Notes that a listener has heard of visits: it is silent no more. */
export const noteDelivered = (db: Knex, whose: Listener, ids: readonly number[], at: Date): Promise<number> =>
  execute(
    db,
    `with heard as (delete from service_silences where service_id = :serviceId and listener = :listener)
     update sso_visits set delivered_at = :at, next_at = null, given_up_at = null, sealed_ticket = null
      where id = any(cast(:ids as bigint[]))`,
    { ...whose, ids: [...ids], at },
  );

/**
 * Puts off visits that could not be told, each to its own moment; those without one are given up, and with them the word
 * by which the service would have known its session. Whoever comes late with this changes nothing: a visit that another
 * process has taken since, or told, is its affair.
 */
export const putOff = (
  db: Knex,
  visits: readonly { id: number; attempts: number; nextAt: Date | null }[],
  at: Date,
): Promise<number> =>
  execute(
    db,
    `update sso_visits v
        set next_at = cast(one ->> 'nextAt' as timestamptz),
            given_up_at = case when one ->> 'nextAt' is null then cast(:at as timestamptz) end,
            sealed_ticket = case when one ->> 'nextAt' is not null then v.sealed_ticket end
       from json_array_elements(cast(:visits as json)) one
      where v.id = cast(one ->> 'id' as bigint) and v.attempts = cast(one ->> 'attempts' as int)
        and v.delivered_at is null`,
    { visits: JSON.stringify(visits), at },
  );

/** Notes that a listener has not heard. @param restsUntil before which it is not called; null where it is there */
export const noteSilence = (db: Knex, whose: Listener, at: Date, restsUntil: Date | null): Promise<number> =>
  execute(
    db,
    `insert into service_silences (service_id, listener, since, failed_at, rests_until)
     values (:serviceId, :listener, :at, :at, :restsUntil)
     on conflict (service_id, listener) do update
       set failed_at = excluded.failed_at, rests_until = excluded.rests_until`,
    { ...whose, at, restsUntil },
  );

/** When the next visit is to be told, if one is. */
export async function nextDue(db: Knex): Promise<Date | undefined> {
  const rows = await query<{ at: Date | null }[]>(
    db,
    `select min(greatest(v.next_at, s.rests_until)) as at
       from sso_visits v
       left join service_silences s on s.service_id = v.service_id and s.listener = ${LISTENER}
      where v.next_at is not null`,
  );
  return rows[0]?.at ?? undefined;
}

/** A service that hears of no logout. */
export interface Silent {
  serviceId: number;
  name: string;
  since: Date;
}

/**
 * The services that have heard of nothing since before `since`, and were still called then; each is found once a day.
 * @param today `YYYY-MM-DD`
 */
export const takeSilent = (trx: Knex, since: Date, today: string): Promise<Silent[]> =>
  query<Silent[]>(
    trx,
    `with silent as (
       update service_silences set told_on = cast(:today as date)
        where since <= :since and failed_at > :since and told_on is distinct from cast(:today as date)
       returning service_id, since)
     select s.id as "serviceId", s.name, min(silent.since) as since
       from silent join services s on s.id = silent.service_id group by s.id order by s.name, s.id`,
    { since, today },
  );

/** Forgets the silences of whom nobody has called of late. */
export const deleteOldSilences = (db: Knex, before: Date): Promise<number> =>
  execute(db, 'delete from service_silences where failed_at < :before', { before });
