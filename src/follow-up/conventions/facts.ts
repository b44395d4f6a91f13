import type { LegalFacts } from '../documents/kinds/completion.ts';
import type { SessionFacts } from '../documents/kinds/session-facts.ts';
import type { PrintedSignature } from './rules.ts';

/** What a convention says (code du travail, D6353-1). */
export type ConventionFacts = SessionFacts & {
  client: { name: string; siret: string; address: string };
  legal: LegalFacts;
  /** Whom the structure sends, in the order of their names; numbered by their enrolments. */
  people: { id: number; name: string }[];
  /** The signed convention that this one amends. */
  amends: { number: string; signedOn: string } | null;
  /** Of both parties, on the signed copy; none before. */
  signatures: PrintedSignature[];
};
