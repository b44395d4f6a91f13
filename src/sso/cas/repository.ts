import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import { sessionIsOpen, sessionLimits } from '../visits/browser-session.ts';

/** What stands behind a ticket. */
export interface Ticket {
  serviceId: number;
  /** Where the browser is sent with it, as {@link URL} writes it; of a granting ticket, the callback. */
  serviceUrl: string;
  userId: number;
  signInId: string;
  isFresh: boolean;
  withSecondFactor: boolean;
  authenticatedAt: Date;
  proxies: string[];
  ip: string | null;
  requestId: string | null;
}

/** One to be written. */
export type NewTicket = Ticket & { ticketHash: string; createdAt: Date; expiresAt: Date };

const COLUMNS = `ticket_hash, kind, service_id, service_url, user_id, sign_in_id, is_fresh, with_second_factor,
  authenticated_at, proxies, ip, request_id, created_at, expires_at`;
const valuesWith = (
  isFresh: string,
) => `:serviceId, :serviceUrl, :userId, cast(:signInId as uuid), ${isFresh},
  :withSecondFactor, cast(:authenticatedAt as timestamptz), cast(:proxies as text[]), cast(:ip as inet), :requestId,
  cast(:createdAt as timestamptz), cast(:expiresAt as timestamptz)`;

/** What a browser session has been given of late. */
export interface Given {
  isMade: boolean;
  /** How many tickets since `since`: for this service, and in all. */
  here: number;
  everywhere: number;
}

/**
 * Writes a ticket for a service, unless the session was given too many since `since`. One proof of who somebody is makes
 * one fresh ticket: an address that was kept does not stand for another proof.
 * @param mustBeFresh whether none is written that would not be
 */
export async function insertServiceTicket(
  db: Knex,
  ticket: NewTicket,
  mustBeFresh: boolean,
  limits: { since: Date; here: number; everywhere: number },
): Promise<Given> {
  const [given] = await query<[Given]>(
    db,
    `with given as (
       select count(*) filter (where created_at > :since and service_id = :serviceId)::int as here,
              count(*) filter (where created_at > :since)::int as everywhere,
              coalesce(bool_or(is_fresh and authenticated_at >= cast(:authenticatedAt as timestamptz)), false) as proved
         from sso_tickets where sign_in_id = cast(:signInId as uuid) and kind = 'service'),
     made as (
       insert into sso_tickets (${COLUMNS})
       select :ticketHash, 'service', ${valuesWith('cast(:isFresh as boolean) and not proved')} from given
        where here < :mostHere and everywhere < :mostEverywhere
          and (not cast(:mustBeFresh as boolean) or cast(:isFresh as boolean) and not proved)
       returning true)
     select exists (select from made) as "isMade", here, everywhere from given`,
    { ...ticket, mustBeFresh, since: limits.since, mostHere: limits.here, mostEverywhere: limits.everywhere },
  );
  return given;
}

/** Writes a ticket to ask for those of services behind one. @param visitId which it ends with */
export const insertGrantingTicket = (db: Knex, ticket: NewTicket, visitId: number): Promise<number> =>
  execute(
    db,
    `insert into sso_tickets (${COLUMNS}, visit_id) values (:ticketHash, 'granting', ${valuesWith(':isFresh')}, :visitId)`,
    { ...ticket, visitId },
  );

/**
 * Writes a ticket for a service behind another one, unless its visit was given too many.
 * @param visitId of the service in between
 * @returns whether it was written
 */
export const insertProxyTicket = async (
  db: Knex,
  ticket: NewTicket,
  visitId: number,
  limit: { since: Date; most: number },
): Promise<boolean> =>
  (await execute(
    db,
    `insert into sso_tickets (${COLUMNS}, visit_id)
     select :ticketHash, 'proxy', ${valuesWith('cast(:isFresh as boolean)')}, cast(:visitId as bigint)
      where (select count(*) from sso_tickets
              where sign_in_id = cast(:signInId as uuid) and visit_id = :visitId and kind = 'proxy'
                and created_at > :since) < :most`,
    { ...ticket, visitId, ...limit },
  )) > 0;

/** A ticket that was presented. */
export interface Presented extends Ticket {
  kind: 'service' | 'proxy' | 'granting';
  isInTime: boolean;
  /** Whether the browser session that it came from still is. */
  isSessionOpen: boolean;
}

const PRESENTED = `
  t.kind, t.service_id as "serviceId", t.service_url as "serviceUrl", t.user_id as "userId",
  t.sign_in_id as "signInId", t.is_fresh as "isFresh", t.with_second_factor as "withSecondFactor",
  t.authenticated_at as "authenticatedAt", t.proxies, host(t.ip) as ip, t.request_id as "requestId",
  t.expires_at > :now as "isInTime", ${sessionIsOpen('t')} as "isSessionOpen"`;

/** Spends a ticket: of those that present it, at once or later, one gets it. */
export async function spend(db: Knex, ticketHash: string, now: Date): Promise<Presented | undefined> {
  const rows = await query<Presented[]>(
    db,
    `update sso_tickets t set used_at = :now
      where t.ticket_hash = :ticketHash and t.used_at is null and t.kind <> 'granting' returning ${PRESENTED}`,
    { ticketHash, now, ...sessionLimits(now) },
  );
  return rows[0];
}

/** A ticket that grants others, as often as it is presented while its visit lasts. */
export async function findGranting(
  db: Knex,
  ticketHash: string,
  now: Date,
): Promise<(Presented & { visitId: number }) | undefined> {
  const rows = await query<(Presented & { visitId: number })[]>(
    db,
    `select ${PRESENTED}, t.visit_id as "visitId" from sso_tickets t join sso_visits v on v.id = t.visit_id
      where t.ticket_hash = :ticketHash and t.kind = 'granting' and v.closed_at is null`,
    { ticketHash, now, ...sessionLimits(now) },
  );
  return rows[0];
}

export const deleteTickets = (db: Knex, expiredBefore: Date): Promise<number> =>
  execute(db, 'delete from sso_tickets where expires_at < :expiredBefore', { expiredBefore });
