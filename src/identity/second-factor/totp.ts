import { Secret, TOTP } from 'otpauth';

/** How long a code lasts, in seconds (RFC 6238's default: every authenticator application uses it). */
const PERIOD = 30;
/** How many codes before and after the present one are taken: clocks of phones drift. */
const WINDOW = 1;
/** What the application of the phone calls the account. */
const ISSUER = 'Cap Métiers pro';

const totpOf = (key: string, label = '') =>
  new TOTP({
    issuer: ISSUER,
    label,
    secret: Secret.fromBase32(key),
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD,
  });

/** A new key: 160 random bits, in base32. */
export function newKey(): string {
  return new Secret({ size: 20 }).base32;
}

/** The code that an authenticator application shows at this moment: six digits. */
export function codeAt(key: string, moment: Date): string {
  return totpOf(key).generate({ timestamp: moment.getTime() });
}

/** What the QR code holds. */
export function enrolmentUri(key: string, email: string): string {
  return totpOf(key, email).toString();
}

/** The key in groups of four, to be typed where a QR code cannot be read. */
export function groupedKey(key: string): string {
  return key.match(/.{1,4}/g)?.join(' ') ?? '';
}

/**
 * Which 30-second step a code belongs to.
 * @returns the step, or undefined when the code is of none of the steps taken at this moment
 */
export function stepOf(key: string, code: string, moment: Date): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const timestamp = moment.getTime();
  const delta = totpOf(key).validate({ token: code, timestamp, window: WINDOW });
  return delta === null ? undefined : TOTP.counter({ period: PERIOD, timestamp }) + delta;
}
