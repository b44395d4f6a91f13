import { readCsv } from '../../../platform/csv/csv-reader.ts';
import type { TypedLine } from './rules.ts';

/** As many lines as one import takes. */
export const MOST_LINES = 5_000;

/** The lines of a file, or why it cannot be read, as the page says it. */
export type ReadFile = { lines: TypedLine[] } | { problem: string };

// What a text file never holds; a spreadsheet's own file is full of them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: telling them is the point
const BINARY = /[\u0000-\u0008\u000e-\u001f]/;

const columnOf = (name: string) =>
  name
    .normalize('NFD')
    .replace(/[\p{M}\s"']/gu, '')
    .toLowerCase();

/** Reads a list of memberships: the columns « siret » and « annee », whatever their order and whatever stands beside. */
export async function readMemberships(text: string): Promise<ReadFile> {
  if (text.startsWith('PK')) {
    return {
      problem:
        'C’est un classeur, pas un CSV\u00a0: dans le tableur, enregistrez-le au format «\u00a0CSV\u00a0».',
    };
  }
  if (BINARY.test(text))
    return { problem: 'Ce fichier n’est pas un fichier CSV\u00a0: il n’est pas fait de texte.' };
  let places: { siret: number; year: number } | undefined;
  const lines: TypedLine[] = [];
  try {
    for await (const rows of readCsv(one(text))) {
      for (const { line, cells } of rows) {
        if (cells.every((cell) => cell.trim() === '')) continue;
        if (!places) {
          const names = cells.map(columnOf);
          places = { siret: names.indexOf('siret'), year: names.indexOf('annee') };
          if (places.siret < 0 || places.year < 0) return { problem: NO_COLUMNS };
          continue;
        }
        if (lines.length === MOST_LINES) {
          return {
            problem: `Le fichier compte plus de ${MOST_LINES.toLocaleString('fr-FR')} lignes\u00a0: partagez-le en plusieurs.`,
          };
        }
        lines.push({ line, siret: cellAt(cells, places.siret), year: cellAt(cells, places.year) });
      }
    }
  } catch {
    // The reader's only errors: a quote that nothing closes, a line without end.
    return {
      problem:
        'Ce fichier est mal formé\u00a0: un guillemet n’y est jamais refermé, ou une ligne n’y finit pas.',
    };
  }
  if (!places) return { problem: 'Ce fichier est vide.' };
  return lines.length > 0
    ? { lines }
    : { problem: 'Ce fichier n’a que des titres de colonnes\u00a0: aucune ligne.' };
}

const NO_COLUMNS =
  'La première ligne doit nommer les colonnes «\u00a0siret\u00a0» et «\u00a0annee\u00a0», séparées par un point-virgule ou une virgule.';

/** Enough to recognise what was written, never the whole of a runaway cell. */
const LONGEST_CELL = 60;
const cellAt = (cells: readonly string[], index: number) =>
  (cells[index] ?? '')
    .replace(/[\s\u00a0]+/g, ' ')
    .trim()
    .slice(0, LONGEST_CELL);

async function* one(text: string): AsyncGenerator<string> {
  yield text;
}
