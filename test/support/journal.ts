import type { Knex } from 'knex';
import type { AuditAction } from '#audit/declaration.ts';

/** A line of the journal. */
export interface JournalEntry {
  at: Date;
  action: AuditAction;
  actor_id: number | null;
  person_id: number | null;
  structure_id: number | null;
  subject_kind: string | null;
  subject_id: number | null;
  details: Record<string, unknown>;
  way: 'page' | 'system';
  ip: string | null;
}

/**
 * What the journal tells, oldest first.
 * @param action one, or a pattern: `news.%`
 * @param of whom or what it tells of
 */
export async function journalOf(
  db: Knex,
  action: AuditAction | `${string}%` = '%',
  of: Partial<Omit<JournalEntry, 'details'>> = {},
): Promise<JournalEntry[]> {
  return db('audit_entries').whereLike('action', action).where(of).orderBy('id');
}

/** The latest of {@link journalOf}. */
export async function lastEntry(...asked: Parameters<typeof journalOf>): Promise<JournalEntry | undefined> {
  return (await journalOf(...asked)).at(-1);
}

/** What `work` leaves in the journal, in order. */
export async function entriesDuring(db: Knex, work: () => PromiseLike<unknown>): Promise<JournalEntry[]> {
  const before = await journalOf(db);
  await work();
  return (await journalOf(db)).slice(before.length);
}

/** Writes lines as they were once: of a page unless told otherwise. */
export async function writeJournal(
  db: Knex,
  entries: (Partial<Omit<JournalEntry, 'at'>> & { at: Date | string; action: AuditAction })[],
): Promise<void> {
  await db('audit_entries').insert(entries.map((entry) => ({ way: 'page', ...entry })));
}
