import { auditWords } from '#audit/declaration.ts';
import { recordAudit } from '#audit/service.ts';
import { type Cell, dayCell } from '#platform/csv/csv.ts';
import type { CsvParts } from '#platform/csv/send.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { formatTime } from '#platform/french/time.ts';
import { requestsOf } from '#requests/request.ts';
import { findStructures } from '#structures/search/service.ts';
import { type JournalLine, lineOf } from './presentation.ts';
import { countEntries, findEntries, type JournalFilter } from './repository.ts';

/** What somebody looks for in the journal. */
export interface JournalSearch {
  from?: Date;
  until?: Date;
  actions?: string[];
  person: string;
  /** A name or a SIRET. */
  structure: string;
  ip: string;
}

/** A part of the journal. */
export interface JournalPage {
  lines: JournalLine[];
  /** The entry that the next page comes after; null on the last one. */
  last: number | null;
  /** Whether the name that was typed fits more people than were looked for. */
  tooManyPeople: boolean;
}

/**
 * The newest entries that fit, at most as many as asked for.
 * @param before the last entry of the page before
 */
export async function readJournal(
  deps: Pick<Dependencies, 'db' | 'clock' | 'features'>,
  search: JournalSearch,
  { limit, before }: { limit: number; before?: number },
): Promise<JournalPage> {
  const entries = await findEntries(deps.db, await filterOf(deps, search), { limit: limit + 1, before });
  const shown = entries.slice(0, limit);
  const words = auditWords(deps.features);
  const kinds = requestsOf(deps.features);
  return {
    lines: shown.map((entry) => lineOf(entry, words, kinds)),
    last: entries.length > limit ? (shown.at(-1)?.id ?? null) : null,
    tooManyPeople: entries[0]?.tooManyPeople ?? false,
  };
}

async function filterOf(
  deps: Pick<Dependencies, 'db' | 'clock'>,
  { structure, person, ip, ...rest }: JournalSearch,
): Promise<JournalFilter> {
  const structureIds =
    structure === '' ? undefined : (await findStructures(deps, structure)).map(({ id }) => id);
  return { ...rest, structureIds, person: person || undefined, ip: ip || undefined };
}

/** As many entries as one export holds; a longer one says on its last line that it was cut. */
export const MOST_EXPORTED = 20_000;

const COLUMNS = [
  'Date',
  'Heure',
  'Auteur',
  'E-mail de l’auteur',
  'Action',
  'Précisions',
  'Personne concernée',
  'E-mail de la personne',
  'Structure',
  'SIRET',
  'Dossier',
  'Adresse IP',
];

/** As many entries as are read at once. */
const PART = 500;

/**
 * « Export CSV » of what the filter shows, itself noted in the journal, which it is not part of. Read a part at a time,
 * each after the last entry of the one before: a cursor would hold a connection for as long as the reader takes.
 * @returns the columns, and the rows in parts
 */
export function exportJournal(
  deps: Dependencies,
  search: JournalSearch,
): { columns: readonly string[]; parts: CsvParts } {
  async function* parts(): CsvParts {
    const filter = await filterOf(deps, search);
    const count = await countEntries(deps.db, filter, MOST_EXPORTED + 1);
    const entries = Math.min(count, MOST_EXPORTED);
    const words = auditWords(deps.features);
    const kinds = requestsOf(deps.features);
    const read = async (limit: number, before?: number) =>
      (await findEntries(deps.db, filter, { limit, before })).map((entry) => lineOf(entry, words, kinds));
    let lines = await read(Math.min(PART, entries));
    await recordAudit(deps.db, { action: 'audit.exported', at: deps.clock.now(), details: { entries } });
    let left = entries;
    while (lines.length > 0) {
      yield lines.map(rowOf);
      left -= lines.length;
      lines = left > 0 ? await read(Math.min(PART, left), lines.at(-1)?.id) : [];
    }
    if (count > MOST_EXPORTED) {
      yield [[`Export limité aux ${MOST_EXPORTED} entrées les plus récentes\u00a0: précisez les dates.`]];
    }
  }
  return { columns: COLUMNS, parts: parts() };
}

const rowOf = (line: JournalLine): Cell[] => [
  dayCell(line.at),
  formatTime(line.at),
  line.author,
  line.actor?.email,
  line.label,
  line.precisions.join(', '),
  line.person?.name,
  line.person?.email,
  line.structure?.name,
  line.structure?.siret,
  line.file?.label,
  line.ip,
];
