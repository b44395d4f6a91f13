import { randomBytes } from 'node:crypto';
import { type Canonical, canonical, sha256 } from '../signing/signatures/chain.ts';

/** Who signs a convention: the training body, and the structure that sends people. */
export const parties = ['body', 'employer'] as const;
export type Party = (typeof parties)[number];

/** A signature as the signed copy prints it. */
export type PrintedSignature = {
  party: Party;
  /** « Dominique Exemple », as the account was named then. */
  name: string;
  quality: string;
  /** ISO 8601 */
  signedAt: string;
  /** The number of what was read and signed, and the SHA-256 of its bytes, in hexadecimal. */
  number: string;
  sha256: string;
};

/** Where a convention stands: whose signature it waits for, if any. */
export type ConventionState = 'to_sign_body' | 'to_sign_employer' | 'signed' | 'withdrawn' | 'replaced';

/** What is known of a convention to tell its state. */
export interface Fate {
  isReplaced: boolean;
  isWithdrawn: boolean;
  /** Issued once both parties had signed the version before: the copy that bears their signatures. */
  isSignedCopy: boolean;
  bodySignedAt: Date | null;
  employerSignedAt: Date | null;
}

/**
 * The body signs first: what it sends is what it commits itself to. A convention signed by both has its signed copy at
 * once, which takes its place.
 */
export function conventionState(fate: Fate): ConventionState {
  if (fate.isReplaced) return 'replaced';
  if (fate.isWithdrawn) return 'withdrawn';
  if (fate.isSignedCopy) return 'signed';
  return fate.bodySignedAt ? 'to_sign_employer' : 'to_sign_body';
}

/** Whose turn it is; undefined when nobody has to sign. */
export const partyToSign = (state: ConventionState): Party | undefined => {
  if (state === 'to_sign_body') return 'body';
  return state === 'to_sign_employer' ? 'employer' : undefined;
};

/**
 * The sentence that somebody ticks: what they commit to, in whose name (code civil, articles 1366 and 1367: an identified
 * author, and a bond between the act and the signature).
 */
export const commitment = (structureName: string, number: string): string =>
  `J’ai lu la convention n°\u00a0${number}, je suis habilité(e) à engager «\u00a0${structureName}\u00a0», et je la signe en son nom.`;

/** What was said and seen when somebody signed. */
export interface Evidence {
  /** 16 random bytes, in hexadecimal: the hash tells nothing once the rest is erased. */
  nonce: string;
  name: string;
  quality: string;
  statement: string;
  ip: string;
  userAgent: string;
}

export const newNonce = (): string => randomBytes(16).toString('hex');

/** What binds the evidence to the document and the party; checked with `sha256sum` alone. */
export const evidenceHash = (
  evidence: Evidence,
  of: { number: string; sha256: string; party: Party; signedAt: Date },
): Buffer => {
  const row: Canonical = {
    ...evidence,
    number: of.number,
    sha256: of.sha256,
    party: of.party,
    signed: of.signedAt.toISOString(),
  };
  return sha256(canonical(row));
};
