import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { parisDay, parisYear } from '#platform/french/time.ts';
import { recordImported } from '../service.ts';
import * as repository from './repository.ts';
import { type CheckedLine, checkLines, type LineStatus, siretOf, type TypedLine } from './rules.ts';

/** What an import would do, line by line; nothing is written. */
export async function checkImport(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  lines: readonly TypedLine[],
  userId: number,
): Promise<CheckedLine[]> {
  const today = parisDay(clock.now()).toString();
  const known = await repository.findBySirets(db, siretsOf(lines), { today, userId });
  return checkLines(lines, new Map(known.map((one) => [one.siret, one])), parisYear(clock.now()));
}

/** How many lines have each status. */
export function countStatuses(lines: readonly CheckedLine[]): Record<LineStatus, number> {
  const counts = {
    to_record: 0,
    recorded: 0,
    duplicate: 0,
    own: 0,
    unknown: 0,
    closed: 0,
    bad_siret: 0,
    bad_year: 0,
  };
  for (const { status } of lines) counts[status] += 1;
  return counts;
}

/** What an import did. */
export interface ImportOutcome {
  recorded: number;
  /** Lines that were still to record on the page, and are not any more: recorded by somebody else, closed. */
  skipped: number;
  /** Requests that waited for these memberships, and are accepted by them. */
  accepted: number;
  /** How many référents were told of these. */
  told: number;
}

/**
 * Records the memberships of a file that was shown (domain.md §5), all or nothing: everything is checked again under the
 * locks of the structures, and requests that waited for them are accepted, with their e-mail. Doing it twice records
 * nothing more.
 * @throws Forbidden when whoever imports no longer works for the agency; Conflict when there is nothing to read
 */
export async function importMemberships(
  deps: Dependencies,
  lines: readonly TypedLine[],
  byUserId: number,
): Promise<ImportOutcome> {
  const { db, clock } = deps;
  if (lines.length === 0)
    throw new Conflict('Aucune adhésion à enregistrer\u00a0: vérifiez de nouveau le fichier.');
  return db.transaction(async (trx) => {
    await repository.lockStructures(trx, siretsOf(lines));
    const at = clock.now();
    const checked = await checkImport({ db: trx, clock }, lines, byUserId);
    const wanted = checked.flatMap(({ status, structure, year }) =>
      status === 'to_record' && structure ? [{ structureId: structure.id, year: Number(year) }] : [],
    );
    const { accepted, told } = await recordImported(deps, trx, wanted, { at, byUserId });
    const done = { recorded: wanted.length, skipped: lines.length - wanted.length, accepted };
    await recordAudit(trx, { action: 'membership.imported', at, actorId: byUserId, details: { ...done } });
    return { ...done, told };
  });
}

function siretsOf(lines: readonly TypedLine[]): string[] {
  const sirets = new Set<string>();
  for (const line of lines) {
    const checked = siretOf(line.siret);
    if ('siret' in checked) sirets.add(checked.siret);
  }
  return [...sirets];
}
