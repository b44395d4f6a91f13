import { originOf } from '#audit/origin.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { hashToken } from '#platform/security/secrets.ts';
import * as repository from './repository.ts';
import { newTicket, TICKET_MS } from './tickets.ts';

/** How many tickets a browser session gets within a minute: for one service, and in all. */
const MOST = { here: 10, everywhere: 60 } as const;
const MINUTE_MS = 60_000;

/** Somebody who is sent to a service. */
export interface Entry {
  serviceId: number;
  serviceUrl: string;
  userId: number;
  signInId: string;
  /** Whether they proved who they are for this very ticket, and whether they must have. */
  isFresh: boolean;
  mustBeFresh: boolean;
  withSecondFactor: boolean;
  authenticatedAt: Date;
}

/**
 * Gives a ticket with which somebody enters a service.
 * @returns `proofUsed` where it must be fresh and the proof has served already; `tooMany` where the session was given its
 *   tickets of this minute
 */
export async function giveTicket(
  { db, clock }: Dependencies,
  { mustBeFresh, ...entry }: Entry,
): Promise<{ ticket: string } | 'proofUsed' | 'tooMany'> {
  const now = clock.now();
  const ticket = newTicket('ST');
  const { ip = null, requestId = null } = originOf() ?? {};
  const written = {
    ...entry,
    ticketHash: hashToken(ticket),
    proxies: [],
    ip,
    requestId,
    createdAt: now,
    expiresAt: new Date(now.getTime() + TICKET_MS),
  };
  const { isMade, here, everywhere } = await repository.insertServiceTicket(db, written, mustBeFresh, {
    since: new Date(now.getTime() - MINUTE_MS),
    ...MOST,
  });
  if (isMade) return { ticket };
  return here < MOST.here && everywhere < MOST.everywhere ? 'proofUsed' : 'tooMany';
}

/** How long tickets are kept that nobody can use any more: for whoever looks into what went wrong. */
const KEPT_MS = 24 * 60 * MINUTE_MS;

/** Forgets tickets whose time is over. */
export async function forgetTickets({ db, clock }: Dependencies): Promise<void> {
  await repository.deleteTickets(db, new Date(clock.now().getTime() - KEPT_MS));
}
