import type { Request } from 'express';
import type { Knex } from 'knex';
import type { z } from 'zod';
import type { Audited } from '#audit/service.ts';
import type { Locks } from '#platform/database/locks.ts';
import type { Dependencies, Feature } from '#platform/dependencies.ts';
import { nameOf } from '#platform/mail/recipient.ts';
import type { FormState } from '#platform/web/forms/forms.ts';
import type { Views } from '#platform/web/views/render.ts';

/** One request, as its kind's `source` tells it; what only its own kind knows is in `details`. */
export interface Asked<Details = Readonly<Record<string, unknown>>> {
  id: number;
  /** `pending` while it waits; otherwise one of the outcomes of its kind. */
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
  /** From JSON: moments are texts. */
  details: Details;
}

/** Who decides which request, and how. */
export interface DecisionInput {
  requestId: number;
  /** Where the request must belong; left out by the agency, which decides everywhere. */
  structureId?: number;
  userId: number;
  /** For those that need one; sent to the person. */
  reason?: string;
  /** What the decision's form gave. */
  parameters?: Readonly<Record<string, unknown>>;
}

/** What a decision is made with: the request read under its locks, and what `authorise` found there. */
export interface Deciding<R extends Asked, Facts> extends Required<Omit<DecisionInput, 'structureId'>> {
  /** Within the transaction. */
  deps: Dependencies & { db: Knex.Transaction };
  trx: Knex.Transaction;
  at: Date;
  request: R;
  facts: Facts;
}

/** What a request is taken back with; nobody does it where the account of whoever asked is closed. */
export type TakenBack<R extends Asked> = Omit<Deciding<R, void>, 'facts' | 'reason' | 'userId'> & {
  userId: number | null;
};

/** What was done of a request. */
export interface Done {
  /** To whoever decided, in a sentence. */
  said: string;
  /** The person, where the request had none yet; the journal names them. */
  personId?: number;
  structureId?: number;
  /** What else the table of the requests keeps. */
  columns?: Readonly<Record<string, unknown>>;
}

/** Something that may be decided of a request. */
export interface Decision<R extends Asked = Asked, Facts = unknown> {
  /** The last part of the address. */
  slug: string;
  /** On the button. */
  verb: string;
  /** « Acceptée » */
  done: string;
  tone: 'success' | 'danger';
  /** A reason is asked for; the hint says to whom it goes. */
  reasonHint?: string;
  /**
   * A choice to make, on the file; `proposal` makes the one of a single click from the list.
   * It throws Conflict where the file must be read first.
   */
  choice?: {
    form: z.ZodObject;
    proposal?(deps: Dependencies, request: R): Promise<Record<string, unknown>>;
  };
  /** The outcome: a request is in this state once it is decided so. */
  state: string;
  /** Makes what takes its time, before anything is locked. */
  prepare?(): Promise<unknown>;
  /**
   * Does what the decision means, under the locks; the kernel ends the request and writes the journal.
   * @throws DomainError when a rule stands against it: nothing is then changed
   */
  apply(deciding: Deciding<R, Facts>): Promise<Done>;
}

/** A line of « La demande »; one without a value is left out. */
export type Fact = readonly [label: string, value: string | null, href?: string];

/** How a state is shown, and named in the address of the list. */
export interface RequestState {
  slug: string;
  /** Of one request, for its badge. */
  label: string;
  /** Of many, for the filter. */
  many: string;
  tone: string;
  glyph: string;
  /** « La demande de Ada est déjà … »: the label when left out; empty where nobody decided. */
  past?: string;
}

/**
 * One kind of request: somebody asks, one decides once, with a reason if no. All that the kernel needs to find, lock, decide,
 * take back and show it.
 * @typeParam R a request of this kind @typeParam Facts what `authorise` reads under the locks, for the decisions
 */
export interface RequestKind<R extends Asked = Asked, Facts = unknown> {
  /** As the journal names its files; rows that wait bear it, so it stays. */
  kind: string;
  /** Of one file, in the journal: « Demande de compte ». */
  label: string;
  /** About whoever asks, whom the journal names; otherwise about a structure. */
  isAboutPerson: boolean;
  table: string;
  /** The column of the moment at which a request ends; `decided_at` when left out. */
  endedAt?: 'decided_at' | 'ended_at';
  /**
   * SQL of every request: id, state, since, ended_at, decided_by, refusal_reason, user_id, first_name, last_name, email,
   * structure_id, structure_name, acronym, siret, city, has_referent, details. No bindings.
   */
  source: string;
  /**
   * SQL of what its tables tell of the request `q` until it ends: at, action (as in the audit journal), by_user_id, note;
   * that whoever asked made it, when left out.
   */
  events?: string;
  /** The outcomes; `pending` is common to all. */
  outcomes: Readonly<Record<string, RequestState>>;

  /** What holds whoever else would end this request; nothing of it may change while it waits. */
  lock(request: R, input: DecisionInput): Locks;
  /**
   * Whether this person may decide it today, by what is read under the locks; a manager of the agency when left out.
   * @throws Forbidden when they may not, their own request first of all (`isTheirs`)
   */
  authorise?(trx: Knex.Transaction, request: R, userId: number): Promise<Facts>;
  decisions: Readonly<Record<string, Decision<R, Facts>>>;
  /** How whoever asked takes it back; left out where they cannot. */
  withdrawal?: {
    /** Whoever else may; only the person whose it is when left out. @throws Forbidden, NotFound for others */
    authorise?(trx: Knex.Transaction, request: R, userId: number): Promise<void>;
    /** Writes to those who waited for it. */
    tell(taken: TakenBack<R>): Promise<unknown>;
  };
  /** What the journal notes of how it ended, by its state; the state after the name of the kind when left out. */
  audited?(request: R): Readonly<Record<string, Audited>>;

  /** The address of the agency's list; a file is below it, under `:param`. */
  path: string;
  param: string;
  title: string;
  /** On « Agence », after the number. */
  waiting: readonly [one: string, many: string];
  /** Référents decide most of them, by the decisions `accept` and `refuse`: the agency's list opens on the others. */
  referents?: {
    /** The addresses under the structure. */
    path: string;
    /** The title of the page that asks for a reason. */
    refusal: string;
    /** To the référent who has accepted. */
    accepted(request: R): string;
  };
  /** The e-mail of the requester is weighed against those of the structure. */
  weighsEmail: boolean;
  /** Whoever asks has no account yet: a file with the same e-mail names this request. */
  isFromStranger?: boolean;
  /** One more list to choose from above the list; `sql` binds `:narrow`. */
  narrow?: { field: string; label: string; everything: string; options(now: Date): string[]; sql: string };
  /** Another page of the same work, linked from the list. */
  link?: { href: string; label: string };
  heading(request: R): string;
  /** « la demande de Ada Lovelace » */
  subject(request: R): string;
  /** The same where the message that it is decided already names it otherwise: « Cette proposition ». */
  decidedSubject?(request: R): string;
  columns: readonly { label: string; lines(request: R): string[] }[];
  /** The facts of the file, before the reason of a refusal; empty ones are left out. */
  facts(request: R): Fact[];
  /** What the file of this kind shows besides, and the forms of its own decisions. */
  extra?: Section<R, object>;
}

/** A part of the file of a request: its view, and what fills it in. */
interface Section<R extends Asked, Model> {
  view: keyof Views;
  load(deps: Dependencies, request: R, req: Request, form: FormState | undefined): Promise<Model>;
}

/** Of what fills in such a part, what the file knows by itself. */
type OfFile = 'row' | 'base' | 'back' | 'kept' | 'request' | 'form';

/** Ties a part to its view as `render` does a page: a name that is missing or misspelt fails at `tsc`. */
export const section = <View extends keyof Views, R extends Asked = Asked>(
  view: View,
  load: Section<R, Omit<Views[View], OfFile> & { form?: FormState }>['load'],
): Section<R, object> => ({ view, load });

declare module '#platform/dependencies.ts' {
  interface Feature {
    /** What people ask for and somebody decides: each kind has its list for the agency. */
    requests?: readonly RequestKind[];
  }
}

/** Declares a kind of request, for the `requests` of its capability. */
export const defineRequest = <R extends Asked = Asked, Facts = void>(
  kind: RequestKind<R, Facts>,
): RequestKind<R, Facts> => Object.freeze(kind);

/** Every kind of request of these capabilities, in the order of « Agence ». */
export const requestsOf = (features: readonly Feature[]): RequestKind[] =>
  features.flatMap(({ requests = [] }) => requests);

/** What waits, in every kind. */
export const PENDING: RequestState = Object.freeze({
  slug: '',
  label: 'En attente',
  many: 'En attente',
  tone: 'info',
  glyph: 'hourglass-split',
});

/** The outcomes that most kinds share. */
export const ACCEPTED: RequestState = Object.freeze({
  slug: 'acceptees',
  label: 'Acceptée',
  many: 'Acceptées',
  tone: 'success',
  glyph: 'check-circle-fill',
});
export const REFUSED: RequestState = Object.freeze({
  slug: 'refusees',
  label: 'Refusée',
  many: 'Refusées',
  tone: 'danger',
  glyph: 'x-circle-fill',
});
export const WITHDRAWN: RequestState = Object.freeze({
  slug: 'retirees',
  label: 'Retirée',
  many: 'Retirées',
  tone: 'neutral',
  glyph: 'slash-circle',
});

/** The decisions that most kinds share, to which each adds what it does. */
export const ACCEPT = Object.freeze({
  slug: 'accepter',
  verb: 'Accepter',
  done: 'Acceptée',
  tone: 'success',
  state: 'accepted',
} as const);
export const REFUSE = Object.freeze({
  slug: 'refuser',
  verb: 'Refuser',
  done: 'Refusée',
  tone: 'danger',
  reasonHint: 'Il est envoyé tel quel à la personne.',
  state: 'refused',
} as const);

/** Whoever asked, whose account may be gone. */
export const requesterOf = (request: Asked): string => nameOf(request).trim() || 'Compte supprimé';

/** True in SQL when the structure named has a référent, who decides. */
export const hasReferent = (structureId: string): string => `
  exists (select 1 from affiliations a join affiliation_rights x on x.affiliation_id = a.id
           where a.structure_id = ${structureId} and x."right" = 'referent')`;
