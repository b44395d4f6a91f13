import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKeys, type Keys, type Secrets } from '#platform/security/secrets.ts';

/** The code of a room changes this often. */
export const STEP_MS = 20_000;
/** The present code and the two before it: whoever scans has a minute, and a photograph sent home is worth none. */
const ACCEPTED_STEPS = 3;
const HMAC_BYTES = 10;

/** The number of the present code, of those since 1970: by the server's clock alone. */
export const stepAt = (now: Date): number => Math.floor(now.getTime() / STEP_MS);

/** The keys of all rooms, drawn from the application's secret: no secret of theirs is stored. */
export const roomKeys = (secrets: Secrets): Keys => deriveKeys(secrets, 'signing rooms');

const mac = (key: Buffer, purpose: 'qr' | 'digits', head: Buffer): Buffer =>
  createHmac('sha256', key).update(purpose).update(head).digest();

function headOf(slotId: number, step: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(slotId, 0);
  head.writeUInt32BE(step, 4);
  return head;
}

/** The code of a half-day's room at one step, as its address bears it: 24 URL-safe characters. */
export function roomCode([key]: Keys, slotId: number, step: number): string {
  const head = headOf(slotId, step);
  return Buffer.concat([head, mac(key, 'qr', head).subarray(0, HMAC_BYTES)]).toString('base64url');
}

/**
 * Reads the code of an address.
 * @returns the half-day; 'expired' for one that is true and has changed since; undefined for what is none of ours
 */
export function readRoomCode(
  keys: Keys,
  code: string,
  now: Date,
): { slotId: number } | 'expired' | undefined {
  const bytes = Buffer.from(code, 'base64url');
  if (bytes.length !== 8 + HMAC_BYTES || bytes.toString('base64url') !== code) return undefined;
  const head = bytes.subarray(0, 8);
  const given = bytes.subarray(8);
  const isOurs = keys.some((key) => timingSafeEqual(mac(key, 'qr', head).subarray(0, HMAC_BYTES), given));
  if (!isOurs) return undefined;
  const age = stepAt(now) - head.readUInt32BE(4);
  return age >= 0 && age < ACCEPTED_STEPS ? { slotId: head.readUInt32BE(0) } : 'expired';
}

/** The same as six digits, for whoever cannot scan: truncated as HOTP does (RFC 4226, 5.3). */
export function roomDigits([key]: Keys, slotId: number, step: number): string {
  const hash = mac(key, 'digits', headOf(slotId, step));
  const number = hash.readUInt32BE((hash[hash.length - 1] as number) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** Whether these digits are those of the half-day's room now, or were a moment ago. */
export function areRoomDigits(keys: Keys, slotId: number, typed: string, now: Date): boolean {
  const given = Buffer.from(typed);
  let isGood = false;
  for (const key of keys) {
    for (let age = 0; age < ACCEPTED_STEPS; age += 1) {
      const expected = Buffer.from(roomDigits([key], slotId, stepAt(now) - age));
      // Each is compared, whichever is the right one.
      if (given.length === expected.length && timingSafeEqual(given, expected)) isGood = true;
    }
  }
  return isGood;
}
