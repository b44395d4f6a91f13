import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';

/** A visit whose end its service is to hear of. */
export interface Untold {
  id: number;
  serviceId: number;
  protocol: 'cas' | 'oidc';
  logoutUrl: string;
  sealedTicket: string | null;
  oidcSid: string | null;
  /** What OpenID Connect calls the service. */
  clientId: string;
  /** How often it has been tried, this time counted. */
  attempts: number;
}

/**
 * Takes visits that are due, for this process: no other one takes them before `until`. A process that dies meanwhile
 * leaves them due again then.
 */
export const takeUntold = (db: Knex, now: Date, until: Date, limit: number): Promise<Untold[]> =>
  query<Untold[]>(
    db,
    `with due as (
       select id from sso_visits where next_at <= :now order by next_at, id limit :limit for update skip locked)
     update sso_visits v set next_at = :until, attempts = v.attempts + 1
       from due, services s
      where v.id = due.id and s.id = v.service_id
     returning v.id, v.service_id as "serviceId", v.protocol, v.logout_url as "logoutUrl",
               v.sealed_ticket as "sealedTicket", v.oidc_sid as "oidcSid", s.key as "clientId", v.attempts`,
    { now, until, limit },
  );

export const noteDelivered = (db: Knex, ids: readonly number[], at: Date): Promise<number> =>
  execute(
    db,
    `update sso_visits set delivered_at = :at, next_at = null, sealed_ticket = null
      where id = any(cast(:ids as bigint[]))`,
    { ids: [...ids], at },
  );

/** Puts off those that could not be told, each to its own moment; those without one are given up. */
export const putOff = (
  db: Knex,
  visits: readonly { id: number; nextAt: Date | null; attempts: number }[],
  at: Date,
): Promise<number> =>
  execute(
    db,
    `update sso_visits v
        set next_at = cast(one ->> 'nextAt' as timestamptz), attempts = cast(one ->> 'attempts' as int),
            given_up_at = case when one ->> 'nextAt' is null then cast(:at as timestamptz) end
       from json_array_elements(cast(:visits as json)) one where v.id = cast(one ->> 'id' as bigint)`,
    { visits: JSON.stringify(visits), at },
  );

/** When the next visit is due, if one is. */
export async function nextDue(db: Knex): Promise<Date | undefined> {
  const rows = await query<{ at: Date | null }[]>(
    db,
    'select min(next_at) as at from sso_visits where next_at is not null',
  );
  return rows[0]?.at ?? undefined;
}
