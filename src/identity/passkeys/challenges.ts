import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a challenge can be answered. */
export const CHALLENGE_MS = 5 * 60 * 1000;

/** What a challenge is good for: nothing else, and in one browser only. */
export interface Asked {
  purpose: 'sign-in' | 'confirm' | 'register';
  /** What names the browser: its session once somebody is signed in, a cookie before. */
  browser: string;
}

/** How a challenge that comes back stands. */
export type Standing = 'good' | 'expired' | 'foreign';

const RANDOM_BYTES = 16;
const BODY_BYTES = RANDOM_BYTES + 8;

/**
 * A new challenge: random, dated and signed, so that a page which only offers to sign in stores nothing. That it is
 * answered once is seen to where the answer is taken (`repository.spendChallenge`).
 * @param key of this use of the application's secret
 */
export function makeChallenge(key: Buffer, asked: Asked, now: Date): Buffer {
  const expiry = Buffer.alloc(8);
  expiry.writeBigUInt64BE(BigInt(now.getTime() + CHALLENGE_MS));
  const body = Buffer.concat([randomBytes(RANDOM_BYTES), expiry]);
  return Buffer.concat([body, signatureOf(key, asked, body)]);
}

/** Whether a challenge was made by {@link makeChallenge} for this use in this browser, and is still young enough. */
export function readChallenge(key: Buffer, asked: Asked, challenge: string, now: Date): Standing {
  const bytes = Buffer.from(challenge, 'base64url');
  // One spelling only: the same bytes written otherwise would pass for another challenge.
  if (bytes.toString('base64url') !== challenge) return 'foreign';
  const body = bytes.subarray(0, BODY_BYTES);
  const expected = signatureOf(key, asked, body);
  const given = bytes.subarray(BODY_BYTES);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'foreign';
  return body.readBigUInt64BE(RANDOM_BYTES) < BigInt(now.getTime()) ? 'expired' : 'good';
}

function signatureOf(key: Buffer, { purpose, browser }: Asked, body: Buffer): Buffer {
  return createHmac('sha256', key).update(`${purpose}\0${browser}\0`).update(body).digest();
}
