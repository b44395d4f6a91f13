import type { Knex } from 'knex';
import type { Dependencies, Feature } from '#platform/dependencies.ts';
import type { PdfWriter } from '#platform/pdf/steps.ts';
import type { TrainingBodyProfile } from '#structures/training-body-profile/rules.ts';
import type { TemplateKind } from '../templates/fields.ts';

/** A session as the documents that follow it see it, read under its lock. */
export interface FollowedSession {
  id: number;
  actionId: number;
  providerId: number;
  startsAt: Date;
  endsAt: Date;
  cancelledAt: Date | null;
  /** The attendance sheet: not validated yet, validated, or corrected since, until it is validated again. */
  sheet: 'open' | 'closed' | 'corrected';
  closedAt: Date | null;
  /** Partly paid by European funds: kept for ten years. */
  isCofinanced: boolean;
}

/** Whom a document is about: a person (by their enrolment), the people of an employer, or the whole session. */
export interface Subject {
  enrolmentId: number | null;
  structureId: number | null;
}

/**
 * What a document says: values of JSON only (dates as texts), for they are kept, and compared with what was issued. What
 * the training body says of itself is always among them.
 */
export type Facts = Readonly<Record<string, unknown>> & {
  readonly body: TrainingBodyProfile & { readonly stamp: string | null };
};

/** A document that ought to exist now. */
export interface Due<F> extends Subject {
  /** What it ought to say; null where whatever was issued stays as it is (somebody who has been forgotten since). */
  facts: F | null;
}

/** What is printed of the issuing itself. */
export interface Printed {
  /** 2026-CERT-000123 */
  number: string;
  /** Twelve letters and digits. */
  code: string;
  version: number;
  issuedAt: Date;
  /** The number of the version before; null for the first. */
  replaces: string | null;
  /** The public address where it is checked. */
  address: string;
  /** The picture of the training body's stamp, PNG, where the facts say that it has one. */
  stamp: Uint8Array | null;
}

/** A document as it was issued, or as it stands today. */
export interface IssuedDocument extends Subject {
  id: number;
  kind: string;
  number: string;
  code: string;
  version: number;
  sessionId: number;
  issuedAt: Date;
  replaces: { id: number; number: string } | null;
}

/** A document that has just been issued, with what it says. */
export interface News<F = Facts> {
  document: IssuedDocument;
  facts: F;
}

/** A sort of document. What differs from one to the next is here; numbers, versions, bytes and codes are the same for all. */
export interface DocumentKind<F extends Facts = Facts> {
  /** As `document_templates.kind` and `issued_documents.kind` store it. */
  key: TemplateKind;
  /** In its numbers: `CERT`. */
  prefix: string;
  /** « Certificat de réalisation » */
  label: string;
  landscape?: boolean;
  /** True for « actions de formation » only, false for the others only; left out, for every action. */
  ofTraining?: boolean;
  /** The employer files it too, and is told when it is replaced or withdrawn. */
  isFiledByEmployer?: boolean;
  /** What two parties rely on is sealed with the installation's certificate, where it has one. */
  isSealed?: boolean;
  /** What the preview of its template says: of nobody (`kinds/samples.ts` has what they share). */
  sample: F;
  /**
   * The documents of this kind that ought to exist for a session, in its present state, with the facts of each; those
   * that stand though they are not among them are withdrawn. Undefined while nothing is to change: a sheet that is being
   * corrected, a kind that is issued by hand only.
   */
  due(trx: Knex.Transaction, session: FollowedSession, now: Date): Promise<Due<F>[] | undefined>;
  /** The same for whoever issues by hand, where it is not what `due` says. */
  byHand?(trx: Knex.Transaction, session: FollowedSession, now: Date): Promise<Due<F>[] | undefined>;
  /** What the action has still to say before it is issued, by its names; nothing where it is left out. */
  missing?(facts: F): string[];
  /** Why one that stood is withdrawn when it ought to exist no more, as people read it. */
  gone: string;
  /**
   * Of the facts, what calls for a new version by itself; all of them where it is left out. A new name of a person, say,
   * does not: somebody asks for it.
   */
  substance?(facts: F): unknown;
  /** « Certificat de réalisation, Alain Proviste, Accompagner une VAE »: the title of the file. */
  title(facts: F): string;
  /** Writes the document by its template, from `templates/write.ts`. */
  write(pdf: PdfWriter, template: string, facts: F, printed: Printed): void;
  /** Every field that is printed, for whoever checks the document: an altered copy differs from these. */
  printedFields(facts: F): [label: string, value: string][];
  /**
   * Tells whom it concerns, in the transaction that issued. `'person'`: they are told once of all such documents of
   * theirs; left out, nobody is.
   */
  tell?: 'person' | ((deps: Dependencies, trx: Knex.Transaction, news: readonly News<F>[]) => Promise<void>);
  /** The same when documents of this kind were withdrawn because they ought to exist no more. */
  tellWithdrawn?(deps: Dependencies, trx: Knex.Transaction, gone: readonly IssuedDocument[]): Promise<void>;
}

/** Declares a kind of document, for `documentKinds` of its feature. */
// biome-ignore lint/suspicious/noExplicitAny: a list holds kinds whose facts differ; each reads only its own
export const defineDocumentKind = <F extends Facts>(kind: DocumentKind<F>): DocumentKind<any> =>
  Object.freeze(kind);

declare module '#platform/dependencies.ts' {
  interface Feature {
    /** The documents that it issues. */
    // biome-ignore lint/suspicious/noExplicitAny: see above
    documentKinds?: readonly DocumentKind<any>[];
  }
}

/**
 * Every kind of document, by its key, in alphabetical order: the one order in which counters are taken.
 * @throws Error for a key or a prefix that two declare
 */
export function documentKindsOf(features: readonly Feature[]): ReadonlyMap<string, DocumentKind> {
  const kinds = features.flatMap(({ documentKinds = [] }) => documentKinds);
  const sorted = kinds.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  if (new Set(kinds.flatMap(({ key, prefix }) => [key, prefix])).size < 2 * kinds.length) {
    throw new Error('two kinds of documents share a key or a prefix');
  }
  return new Map(sorted.map((kind) => [kind.key, kind]));
}

/** Names a subject within a session and a kind. */
export const subjectKey = ({ enrolmentId, structureId }: Subject): string => `${enrolmentId}/${structureId}`;
