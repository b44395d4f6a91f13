import { randomInt } from 'node:crypto';

/** For a service, for a service behind one, to ask for those, and to tell which of those is meant. */
export type Prefix = 'ST' | 'PT' | 'PGT' | 'PGTIOU';

const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * As long as every service takes them (protocol 3.0, §3): 32 signs for a ticket that is validated, which leaves 172 random
 * bits, and 64 for those that are kept.
 */
const LENGTHS: Record<Prefix, number> = { ST: 32, PT: 32, PGT: 64, PGTIOU: 64 };

/** How long a ticket waits for its service to ask whose it is. */
export const TICKET_MS = 60_000;

/** A new ticket. Only its hash is stored. */
export function newTicket(prefix: Prefix): string {
  const random = Array.from({ length: LENGTHS[prefix] - prefix.length - 1 }, () => SIGNS[randomInt(62)]);
  return `${prefix}-${random.join('')}`;
}

/** Whether a text could be a ticket of these kinds: for what could not, nothing is looked up. */
export const isTicket = (text: string, ...prefixes: Prefix[]): boolean =>
  prefixes.some(
    (prefix) =>
      text.length === LENGTHS[prefix] && text.startsWith(`${prefix}-`) && /^[A-Z]+-[A-Za-z0-9]+$/.test(text),
  );
