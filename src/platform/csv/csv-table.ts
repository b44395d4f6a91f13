import { INVISIBLE } from '../french/text.ts';
import { unguarded } from './csv.ts';
import { readCsv } from './csv-reader.ts';

/** What a file of a known shape may hold. */
export interface TableShape {
  /** The columns that are read, by their names without accents nor capitals; any others are left aside. */
  columns: readonly string[];
  /** Those without which the file says nothing. */
  required: readonly string[];
  /** As many lines as one file takes. */
  most: number;
}

/** A line of the file; a column that the file does not have is not among its cells. */
export interface TableRow {
  /** In the file, the header being on line 1. */
  line: number;
  cells: Readonly<Record<string, string>>;
}

/** The lines of a file, or why it cannot be read, as a page says it. */
export type ReadTable = { rows: TableRow[]; ignored: string[] } | { problem: string };

// What a text file never holds; a spreadsheet's own file is full of them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: telling them is the point
const BINARY = /[\u0000-\u0008\u000e-\u001f]/;

/** The name of a column as it is compared: « Code postal » is `code_postal`. */
const columnOf = (name: string) =>
  name
    .normalize('NFD')
    .replace(INVISIBLE, '')
    .replace(/[\p{M}"'’]/gu, '')
    .trim()
    .replace(/[\s\u00a0-]+/g, '_')
    .toLowerCase();

/**
 * Reads a CSV file whose first line names its columns, in any order, separated by semicolons, commas or tabs.
 * @returns its lines that are not empty, with the names of the columns that were left aside
 */
export async function readTable(text: string, { columns, required, most }: TableShape): Promise<ReadTable> {
  if (text.startsWith('PK')) {
    return {
      problem:
        'C’est un classeur, pas un CSV\u00a0: dans le tableur, enregistrez-le au format «\u00a0CSV\u00a0».',
    };
  }
  if (BINARY.test(text))
    return { problem: 'Ce fichier n’est pas un fichier CSV\u00a0: il n’est pas fait de texte.' };
  let names: string[] | undefined;
  const rows: TableRow[] = [];
  try {
    for await (const part of readCsv(one(text))) {
      for (const { line, cells } of part) {
        if (cells.every((cell) => cell.trim() === '')) continue;
        if (!names) {
          names = cells.map(columnOf);
          const problem = headerProblem(names, required, columns);
          if (problem) return { problem };
          continue;
        }
        if (rows.length === most) {
          return {
            problem: `Le fichier compte plus de ${most.toLocaleString('fr-FR')} lignes\u00a0: partagez-le en plusieurs.`,
          };
        }
        rows.push({ line, cells: cellsOf(names, cells, columns) });
      }
    }
  } catch {
    // The reader's only errors: a quote that nothing closes, a line without end.
    return {
      problem:
        'Ce fichier est mal formé\u00a0: un guillemet n’y est jamais refermé, ou une ligne n’y finit pas.',
    };
  }
  if (!names) return { problem: 'Ce fichier est vide.' };
  if (rows.length === 0) return { problem: 'Ce fichier n’a que des titres de colonnes\u00a0: aucune ligne.' };
  return { rows, ignored: names.filter((name) => name !== '' && !columns.includes(name)) };
}

function headerProblem(
  names: readonly string[],
  required: readonly string[],
  columns: readonly string[],
): string | undefined {
  const twice = names.find((name, index) => columns.includes(name) && names.indexOf(name) !== index);
  if (twice) return `La colonne «\u00a0${twice}\u00a0» est deux fois dans le fichier\u00a0: gardez-en une.`;
  if (required.every((name) => names.includes(name))) return undefined;
  const listed = required.map((name) => `«\u00a0${name}\u00a0»`);
  const all = listed.length > 1 ? `${listed.slice(0, -1).join(', ')} et ${listed.at(-1)}` : listed[0];
  const [what, separated] =
    listed.length > 1 ? ['les colonnes', 'séparées'] : ['la colonne', 'les colonnes étant séparées'];
  return `La première ligne doit nommer ${what} ${all}, ${separated} par un point-virgule, une virgule ou une tabulation.`;
}

const cellsOf = (
  names: readonly string[],
  cells: readonly string[],
  columns: readonly string[],
): Record<string, string> => {
  const found: Record<string, string> = Object.create(null);
  names.forEach((name, index) => {
    if (columns.includes(name)) found[name] = unguarded((cells[index] ?? '').replace(INVISIBLE, ''));
  });
  return found;
};

async function* one(text: string): AsyncGenerator<string> {
  yield text;
}
