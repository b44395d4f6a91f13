import type { Request } from 'express';
import type { z } from 'zod';
import type { Dependencies } from '../../platform/dependencies.ts';
import type { FormState } from '../../platform/web/forms/forms.ts';

/** The kinds of request that the agency decides, as the audit journal names their files. */
export type RequestKind =
  | 'account_request'
  | 'structure_request'
  | 'affiliation_request'
  | 'membership_request'
  | 'deletion_request'
  | 'structure_update'
  | 'session_proposal';

/** One request as every queue shows it; what only its own queue knows is in `details`. */
export interface QueueRow {
  id: number;
  /** `pending` while it waits; otherwise one of the outcomes of its queue. */
  state: string;
  /** Since when it waits for a decision. */
  since: Date;
  endedAt: Date | null;
  deciderName: string | null;
  refusalReason: string | null;
  /** Whose account it is about, where there is one. */
  userId: number | null;
  firstName: string;
  lastName: string;
  email: string;
  structureId: number | null;
  structureName: string | null;
  siret: string | null;
  city: string | null;
  hasReferent: boolean;
  /** Asked for by whoever reads it, who decides nothing of it. */
  isTheirs: boolean;
  details: Readonly<Record<string, unknown>>;
  /** Domains of the e-mails of the people of the structure; empty where the queue does not weigh e-mails. */
  domains: string[];
  /** The decision that waits to be applied, or that could not be. */
  scheduled: ScheduledInWords | null;
}

export interface ScheduledInWords {
  decision: string;
  state: 'scheduled' | 'failed';
  byUserId: number;
  byName: string;
  decidedAt: string;
  dueAt: string;
  failure: string | null;
}

/** Who decides which request, and how. */
export interface DecisionInput {
  requestId: number;
  decider: { userId: number };
  /** For those that need one; sent to the person. */
  reason: string;
  /** What the decision's form gave. */
  parameters: Readonly<Record<string, unknown>>;
}

/** Something that the agency may decide of a request. */
export interface QueueDecision {
  /** The last part of the address. */
  slug: string;
  /** On the button. */
  verb: string;
  /** « Acceptée » */
  done: string;
  tone: 'primary' | 'danger';
  /** A reason is asked for; the hint says to whom it goes. */
  reasonHint?: string;
  /**
   * A choice to make, on the file; `proposal` makes the one of a single click from the list.
   * It throws Conflict where the file must be read first.
   */
  choice?: {
    form: z.ZodObject;
    proposal?(deps: Dependencies, row: QueueRow): Promise<Record<string, unknown>>;
  };
  /**
   * The use case that decides, with every rule checked under its locks.
   * @returns what was done, in a sentence
   * @throws DomainError when a rule stands against it
   */
  apply(deps: Dependencies, input: DecisionInput): Promise<string>;
}

/** A line of « La demande »; one without a value is left out. */
export type Fact = readonly [label: string, value: string | null, href?: string];

/** How a state is shown, and named in the address of the list. */
export interface QueueState {
  slug: string;
  /** Of one request, for its badge. */
  label: string;
  /** Of many, for the filter. */
  many: string;
  tone: string;
  glyph: string;
}

/** One list of the agency: where its requests come from, what is shown of them, and what can be decided. */
export interface Queue {
  kind: RequestKind;
  /** The address of the list; a file is below it, under `:param`. */
  path: string;
  param: string;
  title: string;
  /** On « Agence », after the number. */
  waiting: readonly [one: string, many: string];
  /**
   * SQL of every request: id, state, since, ended_at, decided_by, refusal_reason, user_id, first_name, last_name, email,
   * structure_id, structure_name, acronym, siret, city, has_referent, details.
   */
  source: string;
  /** SQL of what its tables tell of the request `q`: at, action (as in the audit journal), by_user_id, note. */
  events: string;
  /** The outcomes; `pending` is common to all. */
  outcomes: Readonly<Record<string, QueueState>>;
  /** Référents decide most of them: the list opens on those that the agency decides. */
  sharedWithReferents: boolean;
  /** The e-mail of the requester is weighed against those of the structure. */
  weighsEmail: boolean;
  /** One more list to choose from above the list; `sql` binds `:narrow`. */
  narrow?: { field: string; label: string; everything: string; options(now: Date): string[]; sql: string };
  /** Another page of the same work, linked from the list. */
  link?: { href: string; label: string };
  heading(row: QueueRow): string;
  /** « la demande de Ada Lovelace » */
  subject(row: QueueRow): string;
  columns: readonly { label: string; lines(row: QueueRow): string[] }[];
  /** The facts of the file, empty ones left out. */
  facts(row: QueueRow): Fact[];
  decisions: Readonly<Record<string, QueueDecision>>;
  /** What the file of this queue shows besides, and the forms of its own decisions. */
  extra?: {
    view: string;
    load(deps: Dependencies, row: QueueRow, req: Request, form: FormState | undefined): Promise<object>;
  };
}

/** What waits, in every queue. */
export const PENDING: QueueState = Object.freeze({
  slug: '',
  label: 'En attente',
  many: 'En attente',
  tone: 'info',
  glyph: 'hourglass-split',
});

/** The outcomes that most queues share. */
export const ACCEPTED: QueueState = Object.freeze({
  slug: 'acceptees',
  label: 'Acceptée',
  many: 'Acceptées',
  tone: 'success',
  glyph: 'check-circle-fill',
});
export const REFUSED: QueueState = Object.freeze({
  slug: 'refusees',
  label: 'Refusée',
  many: 'Refusées',
  tone: 'danger',
  glyph: 'x-circle-fill',
});
export const WITHDRAWN: QueueState = Object.freeze({
  slug: 'retirees',
  label: 'Retirée',
  many: 'Retirées',
  tone: 'neutral',
  glyph: 'slash-circle',
});

/** True in SQL when the structure named has a référent, who decides. */
export const hasReferent = (structureId: string): string => `
  exists (select 1 from affiliations a join affiliation_rights x on x.affiliation_id = a.id
           where a.structure_id = ${structureId} and x."right" = 'referent')`;
