import type { AuditAction } from '../../audit/actions.ts';
import { recordAudit } from '../../audit/service.ts';
import { toCsv } from '../../platform/csv/csv.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { formatDay, formatTime } from '../../platform/french/time.ts';
import { findStructures } from '../../portal/structure-search/service.ts';
import { type JournalLine, lineOf } from './presentation.ts';
import { findEntries } from './repository.ts';

/** What somebody looks for in the journal. */
export interface JournalSearch {
  from?: Date;
  until?: Date;
  actions?: AuditAction[];
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
  deps: Pick<Dependencies, 'db' | 'clock'>,
  search: JournalSearch,
  { limit, before }: { limit: number; before?: number },
): Promise<JournalPage> {
  const { structure, person, ip, ...rest } = search;
  const structureIds =
    structure === '' ? undefined : (await findStructures(deps, structure)).map(({ id }) => id);
  const filter = { ...rest, structureIds, person: person || undefined, ip: ip || undefined };
  const entries = await findEntries(deps.db, filter, { limit: limit + 1, before });
  const shown = entries.slice(0, limit);
  return {
    lines: shown.map(lineOf),
    last: entries.length > limit ? (shown.at(-1)?.id ?? null) : null,
    tooManyPeople: entries[0]?.tooManyPeople ?? false,
  };
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

/** « Export CSV » of what the filter shows, itself noted in the journal. */
export async function exportJournal(deps: Dependencies, search: JournalSearch): Promise<string> {
  const { lines, last } = await readJournal(deps, search, { limit: MOST_EXPORTED });
  await recordAudit(deps.db, {
    action: 'audit.exported',
    at: deps.clock.now(),
    details: { entries: lines.length },
  });
  const rows = lines.map((line) => [
    formatDay(line.at),
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
  ]);
  const cut =
    last === null
      ? []
      : [[`Export limité aux ${MOST_EXPORTED} entrées les plus récentes\u00a0: précisez les dates.`]];
  return toCsv([COLUMNS, ...rows, ...cut]);
}
