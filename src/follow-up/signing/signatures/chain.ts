import { createHash } from 'node:crypto';

/** A flat row of texts and whole numbers: what is hashed of a signature, or of its evidence. */
export type Canonical = Readonly<Record<string, string | number>>;

/**
 * A row as the one text that is hashed: JSON with its keys in order and no spaces (RFC 8785, which a flat row of texts and
 * whole numbers needs no more of).
 */
export const canonical = (row: Canonical): string => JSON.stringify(row, Object.keys(row).toSorted());

export const sha256 = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** What the first of a chain follows. */
export const NO_HEAD: Buffer = Buffer.alloc(32);

/** The hash of a row that follows another: SHA-256 of the hash before it, as bytes, and of its text. */
export const linkHash = (prev: Uint8Array, row: Canonical): Buffer => sha256(prev, canonical(row));

/** A signature as the chain holds it. */
export interface ChainRow {
  sessionId: number;
  seq: number;
  kind: 'participant' | 'trainer' | 'confirmation';
  startsAt: Date;
  endsAt: Date;
  enrolmentId: number | null;
  userId: number | null;
  linkId: number | null;
  method: 'qr' | 'digits' | 'late' | 'account' | 'link';
  signedAt: Date;
  statementSha256: Buffer;
  evidenceSha256: Buffer;
}

/** What is hashed of a signature; what it has not is left out. */
export function chained(row: ChainRow): Canonical {
  const { enrolmentId, userId, linkId } = row;
  return {
    session: row.sessionId,
    seq: row.seq,
    kind: row.kind,
    starts: row.startsAt.toISOString(),
    ends: row.endsAt.toISOString(),
    ...(enrolmentId === null ? {} : { enrolment: enrolmentId }),
    ...(userId === null ? {} : { user: userId }),
    ...(linkId === null ? {} : { link: linkId }),
    method: row.method,
    signed: row.signedAt.toISOString(),
    statement: row.statementSha256.toString('hex'),
    evidence: row.evidenceSha256.toString('hex'),
  };
}

/** From where and by what a signature came, and under which trainer; its nonce keeps its hash from telling anything once it is erased. */
export interface Evidence {
  /** 16 random bytes, in hexadecimal. */
  nonce: string;
  ip: string;
  userAgent: string;
  /** Why it comes late; '' otherwise. */
  reason: string;
  /** What was drawn, as JSON; '' where nothing was. */
  strokes: string;
  /** The trainer of the half-day, as the action or the link names them then; '' where neither does. */
  trainer: string;
}

/** What of the evidence the chain holds. */
export const evidenceHash = (evidence: Evidence): Buffer => sha256(canonical({ ...evidence }));

/**
 * Computes a chain again.
 * @returns its head; or the number of the first row that does not follow from those before it
 */
export function checkChain(
  rows: readonly (ChainRow & { prev: Buffer; hash: Buffer })[],
): { head: Buffer } | { brokenAt: number } {
  let head = NO_HEAD;
  for (const [index, row] of rows.entries()) {
    const follows = row.seq === index + 1 && row.prev.equals(head);
    if (!follows || !row.hash.equals(linkHash(head, chained(row)))) return { brokenAt: index + 1 };
    head = row.hash;
  }
  return { head };
}

/**
 * The number of the first row of a chain that does not follow, or that is missing before its end; null where all of it is as
 * it was written.
 */
export function brokenAt(
  rows: readonly (ChainRow & { prev: Buffer; hash: Buffer })[],
  end: { length: number; head: Buffer | null },
): number | null {
  const checked = checkChain(rows);
  if ('brokenAt' in checked) return checked.brokenAt;
  const isWhole = rows.length === end.length && checked.head.equals(end.head ?? NO_HEAD);
  return isWhole ? null : rows.length + 1;
}
