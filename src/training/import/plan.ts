import { createHash } from 'node:crypto';

/** What is wrong with a cell, and what to write instead. */
export interface Fault {
  column: string;
  problem: string;
}

/** A field whose saved value is not that of the file; long texts are only named. */
export interface Change {
  label: string;
  from?: string;
  to?: string;
}

/** What becomes of a line. */
export type LineStatus = 'new' | 'changed' | 'unchanged' | 'error';

/** A line of the file with what becomes of it, and the work that this is. */
export interface PlannedLine<W> {
  /** In the file, the header being on line 1. */
  line: number;
  reference: string;
  label: string;
  status: LineStatus;
  faults: readonly Fault[];
  changes: readonly Change[];
  /** What else saving does: who is told. */
  note?: string;
  /** Missing where there is nothing to do. */
  work?: W;
}

/** What an import would do, line by line, in the order of the file. */
export interface Plan<W> {
  lines: readonly PlannedLine<W>[];
}

/** The words for each status, with the tone and the glyph of its badge, in the order of the page. */
export const statusLabels: Readonly<
  Record<LineStatus, { one: string; many: string; tone: string; glyph: string }>
> = Object.freeze({
  error: { one: 'À corriger', many: 'À corriger', tone: 'danger', glyph: 'x-circle-fill' },
  new: { one: 'Nouvelle', many: 'Nouvelles', tone: 'success', glyph: 'plus-lg' },
  changed: { one: 'Modifiée', many: 'Modifiées', tone: 'info', glyph: 'pencil' },
  unchanged: { one: 'Inchangée', many: 'Inchangées', tone: 'neutral', glyph: 'check-circle' },
});

/** How many lines have each status. */
export function countStatuses({ lines }: Plan<unknown>): Record<LineStatus, number> {
  const counts = { error: 0, new: 0, changed: 0, unchanged: 0 };
  for (const { status } of lines) counts[status] += 1;
  return counts;
}

/**
 * A mark of everything that a plan says: the same file on the same catalogue gives the same. What was shown is applied
 * only while its mark still holds.
 */
export function fingerprintOf({ lines }: Plan<unknown>): string {
  const told = lines.map(({ work, ...shown }) => [shown, keyOf(work)]);
  return createHash('sha256').update(JSON.stringify(told)).digest('base64url');
}

// The version of what is changed, not the moments that follow from the present one.
const keyOf = (work: unknown) => (work as { key?: unknown } | undefined)?.key ?? null;

/** The second of two lines with one reference, which the file cannot mean both. */
export function duplicates(rows: readonly { line: number; reference: string }[]): Map<number, number> {
  const first = new Map<string, number>();
  const twice = new Map<number, number>();
  for (const { line, reference } of rows) {
    const before = first.get(reference);
    if (before === undefined) first.set(reference, line);
    else twice.set(line, before);
  }
  return twice;
}

const SHOWN = 60;
const shorten = (text: string) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text) || 'vide';

/**
 * The fields that the file changes.
 * @param labels of the fields, by name, in the order in which they are told
 * @param long those whose values are not shown
 */
export function changesBetween(
  saved: Readonly<Record<string, string>>,
  wished: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
  long: readonly string[],
): Change[] {
  return Object.entries(labels)
    .filter(([name]) => (saved[name] ?? '') !== (wished[name] ?? ''))
    .map(([name, label]) =>
      long.includes(name)
        ? { label }
        : { label, from: shorten(saved[name] ?? ''), to: shorten(wished[name] ?? '') },
    );
}
