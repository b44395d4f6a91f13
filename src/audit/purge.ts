import type pg from 'pg';
import { recordAuditOn } from './service.ts';

/** Six months at least, one year as a rule, are kept of who did what (CNIL, délibération 2021-122, « journalisation »). */
export const LEAST_MONTHS = 6;
export const USUAL_MONTHS = 12;

/** The moment that many calendar months ago. */
export function monthsBefore(now: Date, months: number): Date {
  const then = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO('Europe/Paris');
  return new Date(then.subtract({ months }).epochMilliseconds);
}

/**
 * Deletes the entries of the audit journal from before a moment, and notes that it did. Only the owner of the table
 * can: its trigger is put aside for this transaction alone, and while it lasts nobody else writes to the journal.
 * @returns how many
 * @throws the database's refusal (42501) for any other role
 */
export async function purgeAudit(
  owner: pg.ClientBase,
  { before, now }: { before: Date; now: Date },
): Promise<number> {
  await owner.query('begin');
  try {
    await owner.query('alter table audit_entries disable trigger audit_entries_append_only');
    const { rowCount } = await owner.query('delete from audit_entries where at < $1', [before]);
    await owner.query('alter table audit_entries enable always trigger audit_entries_append_only');
    const entries = rowCount ?? 0;
    await recordAuditOn(owner, {
      action: 'audit.purged',
      at: now,
      details: { entries, before: before.toISOString() },
    });
    await owner.query('commit');
    return entries;
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
}
