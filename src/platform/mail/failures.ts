/**
 * An e-mail that no later try can deliver, whoever finds it out: the server, or we ourselves before asking it. The
 * message is shown to the agency.
 */
export class Undeliverable extends Error {
  override name = 'Undeliverable';
}

/**
 * What a failure says of the e-mails that remain to be sent:
 * - `permanent`: this one can never be delivered, the others can;
 * - `connection`: there was no talking to the server, or it broke off; what was being sent may be to blame, or not;
 * - `temporary`: this one is to be tried again later (a full mailbox, a grey list, a fault of ours).
 */
export type FailureKind = 'permanent' | 'connection' | 'temporary';

/** nodemailer's codes for a conversation that could not be held: network, TLS, our own name and password. */
const CONNECTION_CODES = new Set([
  'ECONNECTION',
  'ETIMEDOUT',
  'ESOCKET',
  'EDNS',
  'ETLS',
  'EPROXY',
  'EAUTH',
  'ENOAUTH',
]);
/** « Service not available, closing transmission channel » (RFC 5321, 4.2.3): said of the server, whatever was asked. */
const CLOSING = 421;

/** What nodemailer tells of a failure, as far as it matters here. */
interface SmtpError extends Error {
  code?: string;
  /** The command that was answered: `CONN`, `AUTH PLAIN`, `MAIL FROM`, `RCPT TO`, `DATA`; `API` for its own checks. */
  command?: string;
  responseCode?: number;
  /** A 5yz reply, save 503, which is about the order of the commands. */
  permanent?: boolean;
}

/**
 * Sorts a failure of a delivery. A refusal for good counts as such where it is about the recipient or the message; of
 * the sender or of our password it would be told of every e-mail, and is ours to mend.
 * @param error whatever the transport threw
 */
export function failureKind(error: unknown): FailureKind {
  if (error instanceof Undeliverable) return 'permanent';
  const { code, command, responseCode, permanent } = error as SmtpError;
  if (responseCode === CLOSING) return 'connection';
  if (permanent && (command === 'RCPT TO' || command === 'DATA')) return 'permanent';
  if (code === 'EENVELOPE' && command === 'API') return 'permanent';
  return CONNECTION_CODES.has(code ?? '') ? 'connection' : 'temporary';
}
