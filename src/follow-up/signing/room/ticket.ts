import { createHash, randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Config } from '#platform/config.ts';
import { deriveKeys, type Keys, type Secrets, sign, verifySigned } from '#platform/security/secrets.ts';
import { cookieName, cookieOptions } from '#platform/web/cookies.ts';

/** How long somebody who scanned has to sign in and to sign: their sign-in is not counted in the minute of the code. */
const TICKET_MS = 10 * 60_000;

/** How somebody in the room showed that they are there. */
export type RoomMethod = 'qr' | 'digits';

/** What a scan gives: that whoever holds it saw the code of this half-day's room a moment ago. It says nothing of them. */
export interface Ticket {
  slotId: number;
  method: RoomMethod;
  at: Date;
  /** Of the whole ticket: one serves one account. */
  sha256: Buffer;
}

const ticketKeys = (secrets: Secrets): Keys => deriveKeys(secrets, 'signing tickets');

/** A ticket as the cookie bears it. */
export function writeTicket(secrets: Secrets, slotId: number, method: RoomMethod, now: Date): string {
  const nonce = randomBytes(16).toString('base64url');
  return sign(ticketKeys(secrets), [slotId, method, now.getTime(), nonce].join(':'));
}

/** @returns undefined for one that is not ours, or is over */
export function readTicket(secrets: Secrets, signed: string, now: Date): Ticket | undefined {
  const text = verifySigned(ticketKeys(secrets), signed);
  if (text === undefined) return undefined;
  const [slotId = '', method = '', at = ''] = text.split(':');
  if (now.getTime() - Number(at) >= TICKET_MS) return undefined;
  return {
    slotId: Number(slotId),
    method: method as RoomMethod,
    at: new Date(Number(at)),
    sha256: createHash('sha256').update(text).digest(),
  };
}

type Settings = Pick<Config, 'secrets' | 'publicUrl'>;
const isSecure = ({ publicUrl }: Settings) => publicUrl.startsWith('https:');
const nameOf = (config: Settings) => cookieName('emargement', isSecure(config));

/** Gives a browser a ticket, in a cookie: never in an address, which could be sent on. */
export function giveTicket(
  res: Response,
  config: Settings,
  scan: { slotId: number; method: RoomMethod; now: Date },
): void {
  const ticket = writeTicket(config.secrets, scan.slotId, scan.method, scan.now);
  res.cookie(nameOf(config), ticket, { ...cookieOptions(isSecure(config)), maxAge: TICKET_MS });
}

/** The ticket that a browser holds, if it is good. */
export function ticketOf(req: Request, config: Settings, now: Date): Ticket | undefined {
  const signed = req.cookies[nameOf(config)];
  return typeof signed === 'string' ? readTicket(config.secrets, signed, now) : undefined;
}

/** Takes the ticket back: it has served. */
export function takeTicket(res: Response, config: Settings): void {
  res.clearCookie(nameOf(config), cookieOptions(isSecure(config)));
}
