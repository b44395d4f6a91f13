import { setImmediate as turn } from 'node:timers/promises';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import type { Paged, Slice } from '#platform/paged.ts';
import { findProgress, type SlotProgress } from '../room/repository.ts';
import { brokenAt, evidenceHash, sha256 } from '../signatures/chain.ts';
import type { BesideChain, CheckedChain, NamedSignature, SignedSession } from './repository.ts';
import * as repository from './repository.ts';

export type { NamedSignature } from './repository.ts';

/** Sessions that somebody signed, each with the number of the first signature that does not follow; null where all do. */
export async function listSignedSessions(
  { db }: Pick<Dependencies, 'db'>,
  filter: { words: string; onlyUnconfirmed: boolean },
  slice: Slice,
): Promise<Paged<SignedSession & { brokenAt: number | null }>> {
  const { rows, total } = await repository.findSignedSessions(db, filter, slice);
  const ids = rows.map(({ sessionId }) => sessionId);
  const found = new Map<number, number | null>();
  for (const chain of await repository.findChains(db, ids, { withEvidence: false })) {
    found.set(chain.sessionId, brokenAt(chain.rows, chain));
    // A page of long chains is some ten thousand hashes: other pages have their turn between two of them.
    await turn();
  }
  return { rows: rows.map((one) => ({ ...one, brokenAt: found.get(one.sessionId) ?? null })), total };
}

/** What a check of a session's signatures found. */
export interface Verdict {
  /** The first signature that does not follow from those before it, or that is missing. */
  brokenAt: number | null;
  /** The first whose text, or whose evidence, is not what was signed. */
  changedAt: number | null;
}

/** A sheet, with whether the fingerprint that it bears is in the chain; null once its contents are erased. */
export type CheckedSheet = BesideChain['sheets'][0] & { isInChain: boolean | null };

/** The signatures of a session, checked. */
export interface CheckedSession {
  halfDays: [SlotProgress, ...SlotProgress[]];
  length: number;
  /** Null where nobody signed. */
  head: Buffer | null;
  verdict: Verdict;
  statements: string[];
  sheets: CheckedSheet[];
  signatures: NamedSignature[];
  /** The number of the signature whose fingerprint that is; null where there is none. */
  find(fingerprint: string): number | null;
}

/** Computes the chain of a session again, with all that stands beside it. @throws NotFound for an unknown session */
export async function checkSession(
  { db }: Pick<Dependencies, 'db'>,
  sessionId: number,
  slice: Slice,
): Promise<CheckedSession> {
  const [first, ...others] = await findProgress(db, sessionId);
  if (!first) throw new NotFound();
  const [chain] = await repository.findChains(db, [sessionId], { withEvidence: true });
  const rows = chain?.rows ?? [];
  const places = new Map(rows.map(({ hash, seq }) => [hash.toString('hex'), seq]));
  const { statements, sheets } = await repository.findBesideChain(db, sessionId);
  return {
    halfDays: [first, ...others],
    length: chain?.length ?? 0,
    head: chain?.length ? chain.head : null,
    verdict: { brokenAt: chain ? brokenAt(rows, chain) : null, changedAt: changedAt(rows, statements) },
    statements: statements.map(({ statement }) => statement),
    sheets: sheets.map((one) => ({
      ...one,
      isInChain: one.chain && places.get(one.chain.head) === one.chain.length,
    })),
    signatures: await repository.findNamedSignatures(db, sessionId, slice),
    find: (fingerprint) => places.get(fingerprint) ?? null,
  };
}

function changedAt(rows: CheckedChain['rows'], statements: BesideChain['statements']): number | null {
  const good = new Set(
    statements.flatMap((one) => (sha256(one.statement).toString('hex') === one.sha256 ? [one.sha256] : [])),
  );
  const changed = rows.find(
    ({ statementSha256, evidence, evidenceSha256 }) =>
      !good.has(statementSha256.toString('hex')) ||
      (evidence && !evidenceHash(evidence).equals(evidenceSha256)),
  );
  return changed?.seq ?? null;
}
