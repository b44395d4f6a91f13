import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { Knex } from 'knex';
import { recordAudit } from '#audit/service.ts';
import { openRejects, type Rejects } from '#platform/csv/rejects.ts';
import { CommandError } from '#platform/database/command.ts';
import { lock, lockName } from '#platform/database/locks.ts';
import { fileProblem } from '#platform/files/problems.ts';
import { isoDay } from '#platform/french/time.ts';
import { type IssueCode, LheoFileRefused } from '../../lheo/issues.ts';
import { type ReadFormation, readLheo } from '../../lheo/reading/reader.ts';
import { bodySiretOf } from '../../offers/project/offer.ts';
import { saveFormations } from '../../offers/saving/save.ts';
import { lastingWarnings } from '../../offers/saving/warnings.ts';
import { writeDocumentsLater } from '../../search/upkeep/documents.ts';
import { archiveMissing, finishCommand } from '../apply/repository.ts';
import { type Applied, withSeatsKept } from '../apply/service.ts';
import type { Place } from '../plan/identity.ts';
import { Judge } from '../plan/judge.ts';
import * as plans from '../plan/repository.ts';
import type { PlanCounts } from '../plan/service.ts';

/** What to import, and how. */
export interface OffersImportOptions {
  file: string;
  /** Whether the file says all of the bodies that it names: what it leaves out is archived. */
  complete: boolean;
  /** Whether what is new is published. */
  publish: boolean;
  /** Only says what it would do. */
  checkOnly: boolean;
  rejectsPath: string;
  now: Date;
  /** Told now and then how far the reading is. */
  onProgress?: (formations: number) => void;
}

/** What an import did, in formations. */
export interface OffersImportReport {
  version: string;
  read: number;
  new: number;
  changed: number;
  unchanged: number;
  rejected: number;
  archived: number;
  /** Left out by the file, and kept: somebody has or waits for a seat there. */
  left: number;
  issues: Partial<Record<IssueCode, number>>;
}

/** Formations judged and written at once. */
const PART = 250;
const REJECTS = {
  columns: ['ligne', 'colonne', 'siret', 'numero', 'intitule', 'code', 'raison', 'valeur', 'chemin'],
  failed: (message: string) => new CommandError(message),
};

/** Numbers came twice, which is known at the end only: what was written is undone, and the file read again. */
class NumbersRepeated extends Error {
  override name = 'NumbersRepeated';
  readonly places: readonly Place[][];
  constructor(places: readonly Place[][]) {
    super('numbers came twice');
    this.places = places;
  }
}

/** All is as it was: the import only looked. */
class OnlyChecked extends Error {
  override name = 'OnlyChecked';
}

/**
 * Imports the formations of a file of any size, each for the body whose SIRET it bears, in one transaction: cut at any moment it
 * has changed nothing, and can be run again. Run a second time on the same file it changes nothing. Of the file it holds a few
 * hundred formations at a time.
 * @param db a connection of its own, without a statement time-out
 * @throws CommandError for a file that is not taken as a whole, and where rejects cannot be written
 */
export async function importOffers(db: Knex, options: OffersImportOptions): Promise<OffersImportReport> {
  try {
    return await importOnce(db, options, []);
  } catch (error) {
    if (!(error instanceof NumbersRepeated)) throw error;
    return importOnce(db, options, error.places);
  }
}

async function importOnce(
  db: Knex,
  options: OffersImportOptions,
  repeated: readonly Place[][],
): Promise<OffersImportReport> {
  const rejects = await openRejects(options.rejectsPath, REJECTS);
  const report: OffersImportReport = {
    version: '',
    read: 0,
    new: 0,
    changed: 0,
    unchanged: 0,
    rejected: 0,
    archived: 0,
    left: 0,
    issues: {},
  };
  try {
    await db.transaction(async (trx) => {
      await carryOut(trx, options, repeated, rejects, report);
      await rejects.end();
      if (options.checkOnly) throw new OnlyChecked();
    });
  } catch (error) {
    if (error instanceof OnlyChecked) return report;
    await rejects.close().catch(() => {});
    throw asCommandError(error, options.file);
  }
  return report;
}

async function carryOut(
  trx: Knex.Transaction,
  { file, complete, publish, now, onProgress }: OffersImportOptions,
  repeated: readonly Place[][],
  rejects: Rejects,
  report: OffersImportReport,
): Promise<void> {
  const began = performance.now();
  await writeDocumentsLater(trx);
  // A plan that was made while the tables were empty would read them whole once they are not.
  await trx.raw('set local plan_cache_mode = force_custom_plan');
  await lockName(trx, 'import of offers');
  // Which bodies the file names is known at its end, and locks are taken in one order.
  await lock(trx, { structures: { sql: 'select id from structures where is_training_body', bindings: {} } });
  const importId = await plans.insertImport(trx, {
    structureId: null,
    name: path.basename(file).slice(-255),
    sha256: Buffer.alloc(32),
    size: 0,
    userId: null,
    now,
  });
  const today = isoDay(now);
  const judge = new Judge({ today, tellsChanges: false, repeated });
  const work = async (part: ReadFormation[]) => {
    const items = await judge.judge(trx, part);
    for (const [at, item] of items.entries()) {
      report[item.verdict] += 1;
      for (const { code } of item.issues) report.issues[code] = (report.issues[code] ?? 0) + 1;
      if (item.verdict !== 'rejected') continue;
      const siret = bodySiretOf((part[at] as ReadFormation).tree);
      for (const { severity, line, column, code, message, value, path: where } of item.issues)
        if (severity === 'reject')
          rejects.add([line, column, siret, item.number, item.title, code, message, value, where]);
    }
    // What the file names is not missing from it.
    if (complete)
      await plans.insertItems(
        trx,
        importId,
        items.map((item) => ({ ...item, tree: null, issues: [] })),
      );
    // Once numbers repeat, nothing of this reading stays.
    if (judge.repeated.isEmpty()) {
      const fresh = items.flatMap(({ structureId, offerId, tree, issues }) =>
        structureId !== null && tree
          ? [{ structureId, offerId, tree, warnings: lastingWarnings(issues) }]
          : [],
      );
      if (fresh.length > 0)
        await saveFormations(trx, await withSeatsKept(trx, fresh), {
          source: 'agency',
          userId: null,
          now,
          publish,
        });
    }
    onProgress?.(report.read);
  };

  const source = readingOf(file);
  // The database works on one part while the next one is read.
  let underWay: Promise<void> = Promise.resolve();
  let part: ReadFormation[] = [];
  const hand = async () => {
    await underWay;
    const full = part;
    part = [];
    underWay = work(full);
    // Told where it is waited for.
    underWay.catch(() => {});
  };
  for await (const read of readLheo(source.chunks, { today })) {
    if (read.kind === 'end') report.version = read.version;
    else {
      report.read += 1;
      if (part.push(read) === PART) await hand();
    }
  }
  await hand();
  await underWay;
  if (!judge.repeated.isEmpty()) throw new NumbersRepeated(judge.repeated.all());

  if (complete) {
    const missing = await plans.insertMissing(trx, importId, [...judge.structureIds]);
    report.archived = await archiveMissing(trx, importId, { userId: null, now });
    report.left = missing - report.archived;
  }
  await finishCommand(trx, importId, {
    ...source.told(),
    version: report.version,
    complete,
    publish,
    now,
    seconds: (performance.now() - began) / 1000,
    counts: countsOf(report),
  });
  await recordAudit(trx, {
    action: 'offers.imported',
    at: now,
    actorId: null,
    subject: { kind: 'offer_import', id: importId },
    details: {
      read: report.read,
      added: report.new,
      updated: report.changed,
      archived: report.archived,
      rejected: report.rejected,
    },
  });
}

function countsOf(report: OffersImportReport): PlanCounts & { applied: Applied } {
  const { read, changed, unchanged, rejected, archived, left, issues } = report;
  const applied = { added: report.new, changed, archived, left };
  return {
    read,
    new: report.new,
    changed,
    unchanged,
    rejected,
    missing: archived + left,
    warned: 0,
    issues,
    applied,
  };
}

/** The bytes of a file, and, once they were all read, how many they were and by what they are known again. */
function readingOf(file: string): {
  chunks: AsyncIterable<Uint8Array>;
  told(): { size: number; sha256: Buffer };
} {
  const mark = createHash('sha256');
  let size = 0;
  async function* chunks() {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 })) {
      mark.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  return { chunks: chunks(), told: () => ({ size, sha256: mark.digest() }) };
}

/** What is wrong with the file is said as a command does; the rest in its own words. */
function asCommandError(error: unknown, file: string): unknown {
  if (error instanceof LheoFileRefused) {
    const { line, column } = error.position;
    return new CommandError(
      `${file}, ligne ${line}, colonne ${column}\u00a0: ${error.message} (${error.code}) Rien n’a été changé.`,
    );
  }
  if ((error as { syscall?: string }).syscall)
    return new CommandError(`${file}\u00a0: ${fileProblem(error)}.`);
  return error;
}
