import path from 'node:path';
import type pg from 'pg';
import { recordAuditOn } from '#audit/service.ts';
import { openRejects, type Rejects } from '#platform/csv/rejects.ts';
import { fileProblem } from '#platform/files/problems.ts';
import { departments } from '#platform/french/departments.ts';
import {
  type Cell,
  cellReader,
  establishmentOf,
  type FileKind,
  faultOf,
  formerOf,
  kindOf,
  simpleOf,
  unitOf,
} from './columns.ts';
import { Corrected } from './corrections.ts';
import { ImportError } from './errors.ts';
import { readFileRows } from './files.ts';
import { type Copy, mergeStatement, postponeIndexes, ROOM, STAGING, startCopy } from './load.ts';

/** What to import, and how. */
export interface ImportOptions {
  /** One simple list, or StockEtablissement and StockUniteLegale in any order. */
  files: string[];
  /** Codes to keep; left out: those of the region for SIRENE, all for a simple list, which has none. */
  departments?: readonly string[];
  /** Also establishments that are closed and not in the list; those of the list are marked in any case. */
  includeClosed?: boolean;
  rejectsPath: string;
  now: Date;
  /** Told now and then how far the reading is. */
  onProgress?: (file: string, rows: number) => void;
}

/** What an import did. */
export interface ImportReport {
  read: number;
  outside: number;
  rejected: number;
  added: number;
  updated: number;
}

const REJECTS = {
  columns: ['fichier', 'ligne', 'siret', 'raison'],
  failed: (message: string) => new ImportError(message),
};
/** A cell that is longer is no SIRET, and tells nothing more. */
const LONGEST_SIRET = 100;

/**
 * The SIRENs of the kept establishments, one bit each: the same 12.5 MB whatever the size of the files. The last digit
 * only checks the others, so eight tell them apart; a wrong number that passes finds nothing to join.
 */
class SirenSet {
  readonly #bits = new Uint8Array(12_500_000);
  add(siren: number): void {
    const index = Math.floor(siren / 10);
    this.#bits[index >> 3] = (this.#bits[index >> 3] ?? 0) | (1 << (index & 7));
  }
  has(siren: number): boolean {
    const index = Math.floor(siren / 10);
    return ((this.#bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
  }
}

/**
 * Imports structures in one transaction: cut at any moment it has changed nothing, and can be run again. Run a second
 * time on the same files it changes nothing.
 * @param client a connection of its own, without a statement time-out
 * @throws ImportError for files that are unknown, cut or missing, and where rejected rows cannot be written
 */
export async function importStructures(client: pg.ClientBase, options: ImportOptions): Promise<ImportReport> {
  const kinds = await Promise.all(options.files.map(async (file) => ({ file, kind: await sniff(file) })));
  const fileOf = (kind: FileKind) => kinds.find((one) => one.kind === kind)?.file;
  const establishments = fileOf('establishments');
  const units = fileOf('units');
  const simple = fileOf('simple');
  const isPair = kinds.length === 2 && establishments && units;
  if (!isPair && !(kinds.length === 1 && simple)) {
    throw new ImportError(
      'Donnez StockEtablissement et StockUniteLegale ensemble, ou une seule liste avec les colonnes siret et RAISON_SOCIALE.',
    );
  }
  const report: ImportReport = { read: 0, outside: 0, rejected: 0, added: 0, updated: 0 };
  const rejects = await openRejects(options.rejectsPath, REJECTS);
  const run: Run = { client, options, report, rejects };
  await client.query('begin');
  try {
    await client.query(ROOM + STAGING);
    if (isPair) {
      run.corrected = await Corrected.find(client);
      await stageSirene(run, establishments, units);
    } else await stageEstablishments(run, simple as string, simpleOf, options.departments);
    const indexes = await postponeIndexes(client);
    await client.query('analyze incoming');
    await run.corrected?.bringUpToDate(client);
    const { rows } = await client.query<{ added: string; updated: string }>(
      mergeStatement(isPair ? 'sirene' : 'simple'),
      isPair ? [options.now, options.includeClosed ?? false] : [options.now],
    );
    for (const definition of indexes) await client.query(definition);
    report.added = Number(rows[0]?.added);
    report.updated = Number(rows[0]?.updated);
    report.rejected = rejects.count;
    await rejects.end();
    await recordAuditOn(client, { action: 'structures.imported', at: options.now, details: { ...report } });
    await client.query('commit');
    return report;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    await rejects.close().catch(() => {});
    throw error;
  }
}

interface Run {
  client: pg.ClientBase;
  options: ImportOptions;
  report: ImportReport;
  rejects: Rejects;
  /** For the official files: simple lists correct nothing of what the agency may have. */
  corrected?: Corrected;
}

async function stageSirene(run: Run, establishments: string, units: string): Promise<void> {
  const sirens = new SirenSet();
  const kept = run.options.departments ?? Object.keys(departments);
  await stageEstablishments(run, establishments, establishmentOf, kept, sirens);
  await stageUnits(run, units, sirens);
  await run.client.query('create index on incoming_units (siren); analyze incoming_units');
  const orphans = await run.client.query<{ line: number; siret: string }>(
    `select line, siret from incoming i where not exists (select from incoming_units u where u.siren = i.siren)
      order by line limit 100000`,
  );
  for (const { line, siret } of orphans.rows) {
    run.rejects.add([path.basename(establishments), line, siret, 'unité légale absente de l’autre fichier']);
  }
}

async function stageEstablishments(
  run: Run,
  file: string,
  read: typeof establishmentOf,
  kept: readonly string[] | undefined,
  sirens?: SirenSet,
): Promise<void> {
  const wanted = kept && new Set(kept);
  await copyRows(run, 'incoming', file, (copy) => async (cells, cell, line, width) => {
    const one = read(cell, cells);
    if (wanted && !wanted.has(one.department) && cells.length === width) {
      run.report.outside += 1;
      return;
    }
    const fault = faultOf(one.siret, cells.length, width) ?? (sirens || one.name ? undefined : 'nom absent');
    if (fault) {
      run.rejects.add([path.basename(file), line, one.siret.slice(0, LONGEST_SIRET), fault]);
      return;
    }
    const siren = Number(one.siret.slice(0, 9));
    sirens?.add(siren);
    run.corrected?.note(one.siret, () => formerOf(cell, cells));
    const { siret, name, brand, ape, address, postcode, city, department } = one;
    const flags = [one.isHeadOffice, one.isTrainingBody, one.closedOn];
    await copy.add([line, siren, siret, name, brand, ape, address, postcode, city, department, ...flags]);
  });
}

async function stageUnits(run: Run, file: string, sirens: SirenSet): Promise<void> {
  await copyRows(run, 'incoming_units', file, (copy) => async (cells, cell, _line, width) => {
    const siren = Number(cell(cells, 'siren'));
    if (cells.length !== width || !sirens.has(siren)) return;
    const { name, acronym, brand, kind } = unitOf(cell, cells);
    await copy.add([siren, name, acronym, brand, kind]);
  });
}

// A COPY that is left open would keep the connection from rolling back.
async function copyRows(run: Run, table: string, file: string, take: (copy: Copy) => Take): Promise<void> {
  const copy = startCopy(run.client, table);
  try {
    await eachRow(run, file, take(copy));
    await copy.end();
  } catch (error) {
    await copy.cancel();
    throw error;
  }
}

type Take = (cells: string[], cell: Cell, line: number, width: number) => Promise<void>;

async function eachRow({ options, report }: Run, file: string, take: Take): Promise<void> {
  let cell: Cell | undefined;
  let width = 0;
  let rows = 0;
  let isOfficial = false;
  try {
    for await (const batch of readFileRows(file)) {
      for (const { line, cells, isUnfinished } of batch) {
        if (!cell) {
          cell = cellReader(cells);
          width = cells.length;
          // INSEE ends every line; a spreadsheet may leave the last one open.
          isOfficial = kindOf(cells) !== 'simple';
          rows -= 1;
          continue;
        }
        if (isUnfinished && (isOfficial || cells.length < width)) {
          throw new Error(`fichier coupé : la ligne ${line} n’est pas finie`);
        }
        await take(cells, cell, line, width);
      }
      rows += batch.length;
      options.onProgress?.(path.basename(file), rows);
    }
  } catch (error) {
    throw new ImportError(
      `${path.basename(file)} : lecture interrompue après ${rows} lignes (${fileProblem(error)}). Rien n’a été changé.`,
    );
  }
  report.read += rows;
}

async function sniff(file: string): Promise<FileKind> {
  try {
    for await (const [header] of readFileRows(file)) {
      const kind = kindOf(header?.cells ?? []);
      if (kind) return kind;
      break;
    }
  } catch (error) {
    throw new ImportError(`${file} : lecture impossible (${fileProblem(error)}).`);
  }
  throw new ImportError(`${file} : en-tête inconnu.`);
}
