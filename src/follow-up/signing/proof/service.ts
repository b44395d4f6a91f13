import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisYear, parisYearBounds } from '#platform/french/time.ts';
import { brokenAt, chained } from '../signatures/chain.ts';
import { findChain, findProvenSession, forgetEvidence } from './repository.ts';

/** The signatures of a session as anybody can check them, without a computer of ours. */
export interface Proof {
  format: 'emargement-1';
  algorithm: string;
  session: { id: number; action: string; organisme: string; starts: string; ends: string };
  length: number;
  /** In hexadecimal, as the closed sheet and its e-mails bear it; null where nobody signed. */
  head: string | null;
  /** The number of the first row that does not follow, or that is missing before the head; null where all do. */
  brokenAt: number | null;
  entries: object[];
  statements: object[];
  people: object[];
  trainers: object[];
}

const ALGORITHM =
  'hash = SHA-256(prev ‖ row): prev in bytes (32 zeros for the first), row as JSON in UTF-8, keys sorted, no spaces. row.statement = SHA-256 of the statement; row.evidence = SHA-256 of the evidence as JSON, written as row is.';

/**
 * The proof of a session's signatures. Names are beside the chain, as they are today: rows have numbers only.
 * @param withEvidence adds from where each came (IP address, browser, reason, drawing), for the agency alone
 * @returns undefined for an unknown session, or another body's
 */
export async function proofOf(
  { db }: Pick<Dependencies, 'db'>,
  sessionId: number,
  { providerId, withEvidence }: { providerId?: number; withEvidence: boolean },
): Promise<Proof | undefined> {
  // Both of one moment: somebody who signs between them would break the chain of the file.
  const { session, rows } = await db.transaction(
    async (trx) => ({
      session: await findProvenSession(trx, sessionId),
      rows: await findChain(trx, sessionId),
    }),
    { isolationLevel: 'repeatable read', readOnly: true },
  );
  if (!session || (providerId !== undefined && session.providerId !== providerId)) return undefined;
  return {
    format: 'emargement-1',
    algorithm: ALGORITHM,
    session: {
      id: sessionId,
      action: session.actionTitle,
      organisme: session.providerName,
      starts: session.startsAt.toISOString(),
      ends: session.endsAt.toISOString(),
    },
    length: session.length,
    head: session.length > 0 ? (session.head?.toString('hex') ?? null) : null,
    brokenAt: brokenAt(rows, session),
    entries: rows.map((row) => ({
      row: chained(row),
      prev: row.prev.toString('hex'),
      hash: row.hash.toString('hex'),
      ...(withEvidence ? { evidence: row.evidence } : {}),
    })),
    statements: session.statements,
    people: session.people,
    trainers: session.trainers,
  };
}

/** Notes that somebody of the agency took the proof of a session with the addresses in it. */
export async function noteDownload(deps: Dependencies, sessionId: number, userId: number): Promise<void> {
  await recordAudit(deps.db, {
    action: 'attendance.proof_downloaded',
    at: deps.clock.now(),
    actorId: userId,
    subject: { kind: 'session', id: sessionId },
  });
}

/** How long documents of an action paid for by European funds are kept, in years. */
const COFINANCED_YEARS = 10;

/** Forgets from where and under whom signatures came, once the term of their session is over; every hour. */
export async function forgetOldEvidence({
  db,
  clock,
  config,
}: Pick<Dependencies, 'db' | 'clock' | 'config'>): Promise<void> {
  const years = config.trainingRecordYears;
  // As `recordTerm`: whole civil years after that of the session.
  const before = (kept: number) => parisYearBounds(parisYear(clock.now()) - kept).from;
  await forgetEvidence(db, {
    before: before(years),
    cofinancedBefore: before(Math.max(COFINANCED_YEARS, years)),
  });
}
