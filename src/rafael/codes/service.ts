import { createHash } from 'node:crypto';
import { recordAudit } from '#audit/service.ts';
import type { TableRow } from '#platform/csv/csv-table.ts';
import { lockName } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { countStatuses, fingerprintOf, type LineStatus } from '#training/import/plan.ts';
import { renewDocuments } from '../search/upkeep/documents.ts';
import type { CodeEntry, CodeList } from './lists.ts';
import { type CodePlan, planCodes } from './plan.ts';
import * as repository from './repository.ts';

export { searchEntries, summarise } from './repository.ts';

/** What an import would do, with the mark by which it is known again. */
export interface CheckedCodes {
  plan: CodePlan;
  counts: Record<LineStatus, number>;
  fingerprint: string;
}

/** What a file would do; nothing is written. */
export async function checkCodes(
  { db }: Pick<Dependencies, 'db'>,
  list: CodeList,
  rows: readonly TableRow[],
  isComplete: boolean,
): Promise<CheckedCodes> {
  const saved = await repository.findEntries(db, list);
  const plan = planCodes(list, rows, new Map(saved.map((entry) => [entry.key, entry])), isComplete);
  const removed = createHash('sha256')
    .update(plan.removed.map(({ key }) => key).join())
    .digest('base64url');
  return { plan, counts: countStatuses(plan), fingerprint: `${fingerprintOf(plan)} ${removed}` };
}

/** The list is not what it was when the file was shown, or a line is wrong; nothing was written. */
export class CodesChanged extends Error {
  readonly check: CheckedCodes;
  constructor(check: CheckedCodes) {
    super('the list of codes changed since the file was checked');
    this.check = check;
  }
}

/**
 * Applies a file that was shown, all or nothing; formations are found under the new words some minutes later, and under
 * their new domains at once. Doing it twice changes nothing more.
 * @param fingerprint of what was shown
 * @throws CodesChanged with what to show now
 */
export async function applyCodes(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  list: CodeList,
  rows: readonly TableRow[],
  { isComplete, fingerprint, userId }: { isComplete: boolean; fingerprint: string; userId: number },
): Promise<Record<LineStatus | 'removed', number>> {
  return db.transaction(async (trx) => {
    await lockName(trx, 'rafael codes');
    const check = await checkCodes({ db: trx }, list, rows, isComplete);
    const { plan, counts } = check;
    if (check.fingerprint !== fingerprint || counts.error > 0) throw new CodesChanged(check);
    const kept = plan.lines.flatMap(({ work }) => (work ? [work.entry] : []));
    if (kept.length > 0) await repository.keepEntries(trx, list, kept);
    if (plan.removed.length > 0) await repository.removeEntries(trx, list, plan.removed);
    await renewDocuments(trx, codesOf(list, [...kept, ...plan.removed]));
    const done = { ...counts, removed: plan.removed.length };
    await recordAudit(trx, {
      action: 'offer_codes.imported',
      at: clock.now(),
      actorId: userId,
      details: {
        list,
        read: rows.length,
        added: done.new,
        updated: done.changed,
        removed: done.removed,
      },
    });
    return done;
  });
}

function codesOf(list: CodeList, entries: readonly CodeEntry[]) {
  const of = (family: string) => entries.filter((entry) => entry.family === family).map(({ code }) => code);
  if (list === 'formacode') return { formacodes: [...new Set(entries.map(({ code }) => code))] };
  return { rncp: of('RNCP'), rs: of('RS') };
}
