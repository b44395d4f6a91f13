import { TemporaryFailure } from '../errors.ts';
import { Busy } from '../places.ts';
import { isOutdated } from './preparing.ts';

/** The database cannot answer; whether what was asked has been done is not always known. */
export class DatabaseUnavailable extends TemporaryFailure {
  override name = 'DatabaseUnavailable';
  /** Whether the fault may be ours, which is to be looked at: the log says so as an error, not as a warning. */
  readonly mayBeOurs: boolean;
  constructor(cause: unknown, { mayBeOurs = false } = {}) {
    super(
      'Site momentanément indisponible',
      'Le site ne peut pas répondre pour l’instant\u00a0: réessayez dans une minute. Si vous veniez d’envoyer un formulaire, vérifiez d’abord s’il n’est pas déjà enregistré.',
      { retryAfter: 30, cause },
    );
    this.mayBeOurs = mayBeOurs;
  }
}

/** Two transactions stood in each other's way, or one waited too long for a lock; PostgreSQL undid one of them. */
const CONTENTION = ['40001', '40P01', '55P03'];
/**
 * What PostgreSQL answers when it cannot serve, whatever was asked: a connection lost (08), no disk, memory or
 * connection left (53), stopping, starting or a statement cut short (57), its files (58); a transaction that was
 * left idle or took too long (25P03, 25P04); a stand-by that only reads (25006).
 */
const UNAVAILABLE = /^(08|53|57|58)|^(25P03|25P04|25006)$/;
/**
 * What does not fit the protocol: a statement of ours where it only fails that statement; with the end of the
 * connection it is how PgBouncer says whatever it has to say.
 */
const PROTOCOL_VIOLATION = '08P01';
/** Cut short by the time limits: of a server that is overloaded, or of ours that takes too long. */
const CUT_SHORT = ['57014', '25P03', '25P04'];
const NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
];
// The drivers' own errors have no code. They are told by their words, before which knex writes the statement.
const DRIVERS =
  /(?:^| - )(Connection (terminated|ended unexpectedly)|Client (was closed|has encountered a connection error)|timeout exceeded when trying to connect|Knex: Timeout acquiring a connection|Unable to acquire a connection|Query read timeout|timeout expired|Cannot use a pool after calling end)/;

// Asked in a transaction that has ended: by us too late, or by the loss of its connection.
const ENDED_TRANSACTION = /(?:^| - )Transaction query already complete/;

/**
 * What a failure of the database is for whoever waits for the page: {@link Busy} where somebody else was at work on
 * the same rows, {@link DatabaseUnavailable} for the rest; undefined for an error that is not the database's, or that
 * is our own (a statement that cannot be right).
 */
export function failureOf(error: unknown): Busy | DatabaseUnavailable | undefined {
  if (!(error instanceof Error)) return undefined;
  // No network leads there: each address of the name was tried.
  if (error instanceof AggregateError) return failureOf(error.errors[0]);
  const code = 'code' in error ? String(error.code) : '';
  // A migration or a pooler has come in between: the transaction is undone, and the next one is planned anew.
  if (CONTENTION.includes(code) || isOutdated(error)) return new Busy(error);
  if (code === PROTOCOL_VIOLATION && !('severity' in error && error.severity === 'FATAL')) return undefined;
  const isNetwork = NETWORK.includes(code) && 'syscall' in error && isOfConnection(String(error.syscall));
  if (isNetwork || isUnavailable(code) || (code === '' && DRIVERS.test(error.message))) {
    return new DatabaseUnavailable(error, { mayBeOurs: CUT_SHORT.includes(code) });
  }
  if (code === '' && ENDED_TRANSACTION.test(error.message)) {
    return new DatabaseUnavailable(error, { mayBeOurs: true });
  }
  return undefined;
}

// Five characters, as all codes of SQL: « 08 » may begin others.
const isUnavailable = (code: string) => code.length === 5 && UNAVAILABLE.test(code);

// A file that is not there has the same code as a socket that is not.
const isOfConnection = (syscall: string) => ['connect', 'read', 'write', 'getaddrinfo'].includes(syscall);
