import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { nextSiret } from './people.ts';

const TABLES = {
  account_request: 'account_requests',
  affiliation_request: 'affiliation_requests',
  structure_request: 'structure_requests',
  structure_update: 'structure_update_requests',
  membership_request: 'membership_requests',
  deletion_request: 'deletion_requests',
  session_proposal: 'session_proposals',
  badge_request: 'badge_requests',
} as const;

/** A kind of request, as the application calls it. */
export type RequestKind = keyof typeof TABLES;

/** A request as the database has it. */
export interface RequestRow {
  id: number;
  state: string;
  structure_id: number;
  user_id: number;
  email: string;
  siret: string;
  last_name: string;
  password_hash: string | null;
  token_hash: string;
  year: number;
  charter_version: string | null;
  requested_by: number | null;
  created_at: Date | string;
  confirmed_at: Date | string | null;
  decided_by: number | null;
  decided_at: Date | string | null;
  refusal_reason: string | null;
}

type Fields = Partial<RequestRow> & Record<string, unknown>;

let serial = 0;

const asker = () => {
  serial += 1;
  const email = `demande${serial}@structure.example`;
  return { civility: 'Mme', first_name: 'Ada', last_name: 'Lovelace', email };
};

/** What a request has unless told otherwise: it waits for a decision. */
const PENDING: Record<RequestKind, (at: Date) => object> = {
  account_request: (at) => ({
    ...asker(),
    job_title: 'Conseillère',
    password_hash: 'x',
    state: 'pending',
    token_hash: randomUUID(),
    token_expires_at: at,
    created_at: at,
    confirmed_at: at,
  }),
  affiliation_request: (at) => ({ created_at: at }),
  structure_request: (at) => ({
    ...asker(),
    siret: nextSiret(),
    name: 'Forge des Compétences',
    kind: 'association',
    address: '1 rue de l’Essai',
    postcode: '33600',
    city: 'Pessac',
    created_at: at,
  }),
  structure_update: (at) => ({ requested_at: at }),
  membership_request: (at) => ({ year: 2026, requested_at: at }),
  deletion_request: (at) => ({ requested_at: at }),
  badge_request: (at) => ({ asked_at: at }),
  session_proposal: (at) => ({ is_change: false, form: {}, proposed_at: at, form_key: randomUUID() }),
};

/**
 * Makes a request that waits for a decision, without going through its pages.
 * @param at when it was asked for
 * @returns its id
 */
export async function createRequest(
  db: Knex,
  kind: RequestKind,
  at: Date,
  fields: Fields = {},
): Promise<number> {
  const [row] = await db(TABLES[kind]).insert({ ...PENDING[kind](at), ...fields }, 'id');
  return row.id;
}

/** What a request would change of a structure, field by field: from what, to what. */
export type Changes = Record<string, [from: string | null, to: string | null]>;

/** Asks for a structure to be changed. @returns the request's id */
export async function createUpdate(db: Knex, at: Date, fields: Fields, changes: Changes): Promise<number> {
  const id = await createRequest(db, 'structure_update', at, fields);
  await db('structure_update_changes').insert(
    Object.entries(changes).map(([field, [old_value, new_value]]) => ({
      request_id: id,
      field,
      old_value,
      new_value,
    })),
  );
  return id;
}

/** What the requests of a structure would change, in the order of the fields. */
export const changesAsked = (
  db: Knex,
  structureId: number,
): PromiseLike<{ field: string; old_value: string | null; new_value: string | null }[]> =>
  db('structure_update_changes')
    .whereIn('request_id', db('structure_update_requests').where({ structure_id: structureId }).select('id'))
    .orderBy('field');

/** What happened to requests for a new structure, oldest first. */
export const eventsOfStructureRequests = (db: Knex): Promise<string[]> =>
  db('structure_request_history').orderBy('id').pluck('event');

/** @throws when there is none of this number */
export async function requestOf(db: Knex, kind: RequestKind, id: number): Promise<RequestRow> {
  const row = await db(TABLES[kind]).where({ id }).first();
  if (!row) throw new Error(`no ${kind} ${id}`);
  return row;
}

/** All requests of a kind, or those of somebody, a structure, a state…; oldest first. */
export const requestsIn = (db: Knex, kind: RequestKind, of: Fields = {}): PromiseLike<RequestRow[]> =>
  db(TABLES[kind]).where(of).orderBy('id');

/** The latest of {@link requestsIn}. @throws when there is none */
export async function lastRequest(...asked: Parameters<typeof requestsIn>): Promise<RequestRow> {
  const row = (await requestsIn(...asked)).at(-1);
  if (!row) throw new Error(`no ${asked[1]}`);
  return row;
}

/** Holds the row of a request until the transaction ends. */
export async function holdRequest(trx: Knex.Transaction, kind: RequestKind, id: number): Promise<void> {
  await trx(TABLES[kind]).where({ id }).forUpdate();
}

export async function setRequest(db: Knex, kind: RequestKind, id: number, fields: Fields): Promise<void> {
  await db(TABLES[kind]).where({ id }).update(fields);
}

/** Marks all proposals of sessions as withdrawn, and nothing else. */
export async function withdrawProposals(db: Knex): Promise<void> {
  await db('session_proposals').update({ state: 'withdrawn', decided_at: new Date() });
}

export async function forgetRequests(db: Knex, kind: RequestKind, of: Fields = {}): Promise<void> {
  await db(TABLES[kind]).where(of).delete();
}

/** A decision of the agency that waits to be applied, or what became of it, as the database has it. */
export interface DecisionRow {
  id: number;
  kind: RequestKind;
  request_id: number;
  decision: string;
  reason: string | null;
  decided_by: number;
  state: 'scheduled' | 'applied' | 'undone' | 'moot' | 'failed';
  failure: string | null;
}

/** All decisions of the agency, or those on a request, by somebody…; oldest first. */
export const decisionsIn = (db: Knex, of: Partial<DecisionRow> = {}): PromiseLike<DecisionRow[]> =>
  db('scheduled_decisions').where(of).orderBy('id');

/** A decision that could not be applied and was given back. */
export async function createFailedDecision(
  db: Knex,
  at: Date | string,
  fields: Partial<DecisionRow>,
): Promise<void> {
  const moments = { decided_at: at, due_at: at, ended_at: at };
  await db('scheduled_decisions').insert({ decision: 'refuse', ...moments, state: 'failed', ...fields });
}

/** A reply template as the database has it. */
export interface TemplateRow {
  id: number;
  kind: RequestKind;
  title: string;
  body: string;
}

/** All reply templates, or those of a kind, a title…; in their order. */
export const templatesIn = (db: Knex, of: Partial<TemplateRow> = {}): PromiseLike<TemplateRow[]> =>
  db('reply_templates').where(of).orderBy(['kind', 'position']);

/** Adds as many templates as asked for to those of a kind. */
export async function createTemplates(db: Knex, kind: RequestKind, count: number): Promise<void> {
  await db('reply_templates').insert(
    Array.from({ length: count }, (_, position) => ({
      kind,
      title: `M${position}`,
      body: 'b',
      position,
      updated_at: new Date(),
    })),
  );
}

export async function forgetTemplates(db: Knex, kind: RequestKind): Promise<void> {
  await db('reply_templates').where({ kind }).delete();
}
