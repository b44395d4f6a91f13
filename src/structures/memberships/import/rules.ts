import { siretInFile as siretOf } from '#platform/french/siret.ts';

export { siretOf };

/** A line of the file, as somebody wrote it. */
export interface TypedLine {
  /** In the file, the header being on line 1. */
  line: number;
  siret: string;
  year: string;
}

/** What becomes of a line. */
export type LineStatus =
  | 'to_record'
  | 'recorded'
  | 'unknown'
  | 'bad_siret'
  | 'bad_year'
  | 'closed'
  | 'duplicate'
  | 'own';

/** The words for each status, with the tone and the glyph of its badge, in the order of the page. */
export const statusLabels: Readonly<Record<LineStatus, { label: string; tone: string; glyph: string }>> =
  Object.freeze({
    to_record: { label: 'À enregistrer', tone: 'success', glyph: 'check-circle-fill' },
    recorded: { label: 'Déjà enregistrée', tone: 'neutral', glyph: 'check-circle' },
    duplicate: { label: 'En double dans le fichier', tone: 'neutral', glyph: 'list-ol' },
    unknown: { label: 'SIRET inconnu', tone: 'warning', glyph: 'question-circle' },
    own: {
      label: 'Votre propre demande\u00a0: un autre gestionnaire en décide',
      tone: 'warning',
      glyph: 'person',
    },
    closed: { label: 'Structure fermée', tone: 'warning', glyph: 'slash-circle' },
    bad_siret: { label: 'SIRET inexact', tone: 'danger', glyph: 'x-circle-fill' },
    bad_year: { label: 'Année inexacte', tone: 'danger', glyph: 'x-circle-fill' },
  });

/** A structure of the list, as far as its membership goes. */
export interface KnownStructure {
  id: number;
  siret: string;
  name: string;
  isClosed: boolean;
  memberYears: number[];
  /** Years for which whoever imports has asked for it themself, and waits for the decision. */
  ownYears: number[];
}

/** A line with what becomes of it; `structure` where its SIRET is in the list. */
export interface CheckedLine extends TypedLine {
  status: LineStatus;
  structure?: KnownStructure;
  /** Why a SIRET is wrong, in words. */
  problem?: string;
}

/** Memberships are recorded from this year on: older ones open nothing. */
export const FIRST_YEAR = 2000;

/** A year of four digits from {@link FIRST_YEAR} to the next one, or undefined. */
export function yearOf(typed: string, thisYear: number): number | undefined {
  if (!/^\d{4}$/.test(typed.trim())) return undefined;
  const year = Number(typed);
  return year >= FIRST_YEAR && year <= thisYear + 1 ? year : undefined;
}

/**
 * Tells what becomes of each line, in the order of the file: of two that say the same, the first counts.
 * @param known the structures of the list, by SIRET
 * @param thisYear the civil year in Paris
 */
export function checkLines(
  lines: readonly TypedLine[],
  known: ReadonlyMap<string, KnownStructure>,
  thisYear: number,
): CheckedLine[] {
  const seen = new Set<string>();
  return lines.map((line) => {
    const checked = siretOf(line.siret);
    if ('problem' in checked) return { ...line, status: 'bad_siret', problem: checked.problem };
    const year = yearOf(line.year, thisYear);
    const structure = known.get(checked.siret);
    const facts = structure ? { ...line, structure } : line;
    if (year === undefined) return { ...facts, status: 'bad_year' };
    const key = `${checked.siret}:${year}`;
    if (seen.has(key)) return { ...facts, status: 'duplicate' };
    seen.add(key);
    if (!structure) return { ...facts, status: 'unknown' };
    if (structure.memberYears.includes(year)) return { ...facts, status: 'recorded' };
    if (structure.isClosed) return { ...facts, status: 'closed' };
    return { ...facts, status: structure.ownYears.includes(year) ? 'own' : 'to_record' };
  });
}
