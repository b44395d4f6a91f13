import type { TableRow } from '#platform/csv/csv-table.ts';
import { formatDay, parisMoment } from '#platform/french/time.ts';
import {
  changesBetween,
  duplicates,
  type Fault,
  type Plan,
  type PlannedLine,
} from '#training/import/plan.ts';
import { type CodeEntry, type CodeList, codeLists } from './lists.ts';

/** What importing a line is: the code as it will be. */
export interface CodeWork {
  entry: CodeEntry;
}

/** What a file would do, and which codes it would take away. */
export interface CodePlan extends Plan<CodeWork> {
  removed: CodeEntry[];
}

/** In words, for those who compare: a day as people write it. */
const shown = (entry: CodeEntry): Record<string, string> => ({
  ...entry,
  expires: entry.expires && formatDay(parisMoment(entry.expires, '12:00')),
});

/**
 * What a file would do, line by line.
 * @param saved what the agency has, by key
 * @param isComplete whether what the file leaves out is taken away: of the versions, or the kinds, that it is about
 */
export function planCodes(
  list: CodeList,
  rows: readonly TableRow[],
  saved: ReadonlyMap<string, CodeEntry>,
  isComplete: boolean,
): CodePlan {
  const { read, labels } = codeLists[list];
  const lines = rows.map(({ line, cells }) => {
    const faults: Fault[] = [];
    return { line, entry: read(cells, faults), faults };
  });
  const twice = duplicates(lines.map(({ line, entry }) => ({ line, reference: entry.key })));
  const planned = lines.map(({ line, entry, faults }): PlannedLine<CodeWork> => {
    const first = twice.get(line);
    const all =
      first === undefined || faults.length > 0
        ? faults
        : [{ column: 'code', problem: `Déjà à la ligne\u00a0${first}.` }];
    const told = { line, reference: entry.key, label: entry.label, faults: all, changes: [] };
    if (all.length > 0) return { ...told, status: 'error' };
    const before = saved.get(entry.key);
    if (!before) return { ...told, status: 'new', work: { entry } };
    const changes = changesBetween(shown(before), shown(entry), labels as Record<string, string>, []);
    return changes.length === 0
      ? { ...told, status: 'unchanged' }
      : { ...told, status: 'changed', changes, work: { entry } };
  });
  const keys = new Set(lines.map(({ entry }) => entry.key));
  const families = new Set(lines.map(({ entry }) => entry.family));
  const removed = isComplete
    ? [...saved.values()].filter(({ key, family }) => families.has(family) && !keys.has(key))
    : [];
  return { lines: planned, removed };
}
