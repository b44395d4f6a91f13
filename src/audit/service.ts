import knex, { type Knex } from 'knex';
import type pg from 'pg';
import type { AuditAction, AuditActions } from './declaration.ts';
import { originOf } from './origin.ts';

/** An action of those that the capabilities declare (`declaration.ts`), with its details. */
export type Audited = { [Action in AuditAction]: { action: Action } & Details<Action> }[AuditAction];

/** What the rest does not say. Never names, addresses or reasons: what is written here can never be forgotten. */
type Details<Action extends AuditAction> = keyof AuditActions[Action] extends never
  ? { details?: undefined }
  : Readonly<Record<never, never>> extends AuditActions[Action]
    ? { details?: AuditActions[Action] }
    : { details: AuditActions[Action] };

/** One thing that happened. */
export type AuditEvent = Audited & Circumstances;

interface Circumstances {
  /** When, by the application's clock. */
  at: Date;
  /** Who did it, where that is not the person signed in: the holder of an e-mail link, say. Null for the system. */
  actorId?: number | null;
  /** The application did it by itself, though somebody’s request set it going: a freed seat given to the next one. */
  bySystem?: boolean;
  /** Whom it concerns. */
  personId?: number;
  structureId?: number;
  /** The file that it belongs to, such as `{ kind: 'account_request', id }`. */
  subject?: { kind: string; id: number };
}

/**
 * Adds an entry to the audit journal, in the transaction of what it tells of: both are kept, or neither.
 * Where it came from (network address, request, person signed in) is known from the request under way.
 */
export async function recordAudit(trx: Knex, event: AuditEvent): Promise<void> {
  await trx('audit_entries').insert(rowOf(event));
}

const builder = knex({ client: 'pg' });

/** {@link recordAudit} for a command that works on a connection of its own. */
export async function recordAuditOn(client: pg.ClientBase, event: AuditEvent): Promise<void> {
  const { sql, bindings } = builder('audit_entries').insert(rowOf(event)).toSQL().toNative();
  await client.query(sql, [...bindings]);
}

/** The types of what an entry is made of, for statements that do not say them by their place. */
const COLUMNS: Readonly<Record<keyof ReturnType<typeof rowOf>, string>> = {
  at: 'timestamptz',
  action: 'text',
  actor_id: 'int',
  person_id: 'int',
  structure_id: 'int',
  subject_kind: 'text',
  subject_id: 'int',
  details: 'jsonb',
  way: 'text',
  ip: 'inet',
  request_id: 'text',
};

/**
 * {@link recordAudit} as a part of the statement that does what it tells of (`with … as`), where there is no other one
 * to share a transaction with.
 * @param from the part of that statement whose rows tell that it was done, and which of them
 */
export function auditing(
  event: AuditEvent,
  from: string,
): { sql: string; bindings: Readonly<Record<string, unknown>> } {
  const columns = Object.entries(COLUMNS);
  const values = columns.map(([name, type]) => `cast(:audit_${name} as ${type})`);
  return {
    sql: `insert into audit_entries (${columns.map(([name]) => name)}) select ${values} from ${from}`,
    bindings: Object.fromEntries(
      Object.entries(rowOf(event)).map(([name, value]) => [`audit_${name}`, value]),
    ),
  };
}

function rowOf(event: AuditEvent) {
  const origin = originOf();
  const { action, at, actorId, personId, structureId, subject, details } = event;
  // Whoever is named did it, even where no request is under way.
  const { bySystem = !origin && (actorId ?? null) === null } = event;
  return {
    at,
    action,
    actor_id: bySystem ? null : actorId === undefined ? (origin?.userId ?? null) : actorId,
    person_id: personId ?? null,
    structure_id: structureId ?? null,
    subject_kind: subject?.kind ?? null,
    subject_id: subject?.id ?? null,
    details: JSON.stringify(details ?? {}),
    way: bySystem ? 'system' : 'page',
    ip: bySystem ? null : (origin?.ip ?? null),
    request_id: origin?.requestId ?? null,
  };
}
