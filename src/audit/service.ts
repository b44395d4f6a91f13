import type { Knex } from 'knex';
import type { AuditAction } from './actions.ts';
import { originOf } from './origin.ts';

/** One thing that happened. */
export interface AuditEvent {
  action: AuditAction;
  /** When, by the application's clock. */
  at: Date;
  /** Who did it, where that is not the person signed in: the holder of an e-mail link, say. Null for the system. */
  actorId?: number | null;
  /** Whom it concerns. */
  personId?: number;
  structureId?: number;
  /** The file that it belongs to, such as `{ kind: 'account_request', id }`. */
  subject?: { kind: string; id: number };
  /** What the rest does not say. Never names, addresses or reasons: what is written here can never be forgotten. */
  details?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Adds an entry to the audit journal, in the transaction of what it tells of: both are kept, or neither.
 * Where it came from (network address, request, person signed in) is known from the request under way.
 */
export async function recordAudit(trx: Knex, event: AuditEvent): Promise<void> {
  const origin = originOf();
  const { action, at, actorId, personId, structureId, subject, details } = event;
  await trx('audit_entries').insert({
    at,
    action,
    actor_id: actorId === undefined ? (origin?.userId ?? null) : actorId,
    person_id: personId ?? null,
    structure_id: structureId ?? null,
    subject_kind: subject?.kind ?? null,
    subject_id: subject?.id ?? null,
    details: JSON.stringify(details ?? {}),
    way: origin ? 'page' : 'system',
    ip: origin?.ip ?? null,
    request_id: origin?.requestId ?? null,
  });
}
