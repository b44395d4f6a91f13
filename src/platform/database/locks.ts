import type { Knex } from 'knex';
import { execute, query } from './query.ts';

/** Rows found by a statement rather than named. */
export interface Found {
  /** A select of their ids. */
  sql: string;
  bindings: Readonly<Record<string, unknown>>;
}

/**
 * What a transaction may lock, in the one order of the application; rows of one kind go by their ids, so that two
 * transactions wait for each other and never in a circle.
 */
const ORDER = {
  /** Decisions of the agency that wait to be applied. */
  decisions: { table: 'scheduled_decisions', by: 'id', order: 'id' },
  people: { table: 'users', by: 'id', order: 'id' },
  structures: { table: 'structures', by: 'id', order: 'id' },
  actions: { table: 'actions', by: 'id', order: 'id' },
  /** All sessions of these actions: rules count over them, and a freed seat can move any of their queues. */
  sessionsOf: { table: 'sessions', by: 'action_id', order: 'action_id, id' },
  sessions: { table: 'sessions', by: 'id', order: 'action_id, id' },
  accountRequests: { table: 'account_requests', by: 'id', order: 'id' },
  structureRequests: { table: 'structure_requests', by: 'id', order: 'id' },
  proposals: { table: 'session_proposals', by: 'id', order: 'id' },
  surveys: { table: 'session_surveys', by: 'session_id', order: 'session_id' },
  /** The end of a session's chain of signatures. */
  signatureChains: { table: 'signature_chains', by: 'session_id', order: 'session_id' },
  services: { table: 'services', by: 'id', order: 'id' },
  emails: { table: 'emails', by: 'id', order: 'id' },
} as const;

type Kind = keyof typeof ORDER;
const KINDS = Object.keys(ORDER) as Kind[];

/** The rows to lock, by kind: their ids, where nobody is null, or the statement that finds them. */
export type Locks = { readonly [kind in Kind]?: readonly (number | null)[] | Found };

/** A lock was asked for after one that comes later in the order: a fault of the code, found by its first run. */
export class LockOrder extends Error {
  override name = 'LockOrder';
}

/** What each transaction under way holds. */
const held = new WeakMap<Knex.Transaction, Map<Kind, Set<number>>>();

/**
 * Locks rows until the end of the transaction, sorted into the one order: person, structure, action, sessions, then
 * whatever hangs on these. What the transaction holds already is not asked for again. Counting comes in a later
 * statement: in READ COMMITTED it then sees what the previous holder committed, whereas locking and counting in one
 * statement oversells.
 * @throws LockOrder when the transaction already holds other rows of the kind, or of a later one
 */
export async function lock(trx: Knex.Transaction, rows: Locks): Promise<void> {
  const holding = held.get(trx) ?? new Map<Kind, Set<number>>();
  held.set(trx, holding);
  for (const kind of KINDS) {
    const asked = rows[kind];
    if (asked === undefined) continue;
    if ('sql' in asked) await lockFound(trx, kind, asked, holding);
    else await lockNamed(trx, kind, asked, holding);
  }
}

async function lockNamed(
  trx: Knex.Transaction,
  kind: Kind,
  ids: readonly (number | null)[],
  holding: Map<Kind, Set<number>>,
): Promise<void> {
  const wanted = new Set(ids.filter((id) => id !== null)).difference(holding.get(kind) ?? new Set());
  if (wanted.size === 0) return;
  checkOrder(kind, holding);
  const { table, by, order } = ORDER[kind];
  await execute(
    trx,
    `select from ${table} where ${by} = any(cast(? as int[])) order by ${order} for no key update`,
    [[...wanted]],
  );
  holding.set(kind, wanted);
}

async function lockFound(
  trx: Knex.Transaction,
  kind: Kind,
  { sql, bindings }: Found,
  holding: Map<Kind, Set<number>>,
): Promise<void> {
  const { table, by, order } = ORDER[kind];
  const rows = await query<{ id: number }[]>(
    trx,
    `select ${by} as id from ${table} where ${by} in (${sql}) order by ${order} for no key update`,
    bindings,
  );
  const found = new Set(rows.map(({ id }) => id));
  const fresh = found.difference(holding.get(kind) ?? new Set());
  if (fresh.size === 0) return;
  checkOrder(kind, holding);
  holding.set(kind, found);
}

function checkOrder(kind: Kind, holding: ReadonlyMap<Kind, unknown>): void {
  const later = KINDS.slice(KINDS.indexOf(kind)).find((one) => holding.has(one));
  if (later) throw new LockOrder(`${kind} asked for by a transaction that holds ${later}`);
}

/**
 * The end of a statement that finds the rows which another one around it changes: locked in one order first, as an
 * `update` alone takes them in any. @param key the columns that order them
 */
export const lockedBy = (key: string): string => `order by ${key} for no key update`;

/**
 * Holds a name until the end of the transaction: of two that do the same about something that has no row yet, the
 * second waits. Before any row is locked.
 * @param purpose what is being done, the same for all who do it
 * @param value what it is about; left out, it is done by one at a time
 */
export async function lockName(
  trx: Knex.Transaction,
  purpose: string,
  value: string | number = '',
): Promise<void> {
  await trx.raw('select pg_advisory_xact_lock(hashtext(?), hashtext(?))', [purpose, String(value)]);
}
