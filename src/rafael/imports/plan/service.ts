import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Dependencies } from '#platform/dependencies.ts';
import { isoDay } from '#platform/french/time.ts';
import type { IssueCode } from '../../lheo/issues.ts';
import { type ReadFormation, readLheo } from '../../lheo/reading/reader.ts';
import { type Place, repeatedMessage } from './identity.ts';
import { Judge } from './judge.ts';
import type { PlanItem } from './repository.ts';
import * as repository from './repository.ts';

/** A file that somebody sent. */
export interface ImportedFile {
  name: string;
  bytes: Uint8Array;
}

/** The body that brings its own file. */
export interface ImportingBody {
  structureId: number;
  siret: string;
}

/** How many formations of a plan have each verdict, and issues each code. */
export interface PlanCounts {
  /** Formations of the file: new, changed, unchanged and rejected together. */
  read: number;
  new: number;
  changed: number;
  unchanged: number;
  missing: number;
  rejected: number;
  /** Formations that are taken, with something to look at. */
  warned: number;
  issues: Partial<Record<IssueCode, number>>;
}

/** Formations judged at once, and milliseconds read at once: other pages have their turn in between. */
const PART = 20;
const AT_ONCE_MS = 1;
/** As long as the name of a file is kept. */
const LONGEST_NAME = 255;

/**
 * Works out what a file would do to the catalogue, and keeps it until it is applied or forgotten; nothing of the catalogue
 * changes. All of it is of one moment: what changes while the file is read makes the plan stale.
 * @param body undefined for a file of several bodies, which the agency brings
 * @returns the number of the plan
 * @throws LheoFileRefused where the file as a whole is not taken; nothing is kept then
 */
export async function planImport(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  { file, body, userId }: { file: ImportedFile; body?: ImportingBody; userId: number },
): Promise<number> {
  const now = clock.now();
  const today = isoDay(now);
  const began = performance.now();
  return db.transaction(
    async (trx) => {
      const importId = await repository.insertImport(trx, {
        structureId: body?.structureId ?? null,
        name: [...(file.name.trim() || 'sans nom')].slice(-LONGEST_NAME).join(''),
        sha256: createHash('sha256').update(file.bytes).digest(),
        size: file.bytes.length,
        userId,
        now,
      });
      const judge = new Judge({ body, today, tellsChanges: true });
      const counts = emptyCounts();
      let part: ReadFormation[] = [];
      const flush = async () => {
        if (part.length === 0) return;
        const items = await judge.judge(trx, part);
        part = [];
        for (const item of items) count(counts, item);
        await repository.insertItems(trx, importId, items);
      };
      let version = '';
      for await (const read of readLheo([file.bytes], { today, atOnce: AT_ONCE_MS })) {
        if (read.kind === 'end') version = read.version;
        else if (part.push(read) === PART) await flush();
      }
      await flush();
      await rejectRepeated(trx, importId, judge.repeated.all(), counts);
      const structureIds = [...judge.structureIds];
      counts.missing = await repository.insertMissing(trx, importId, structureIds);
      Object.assign(counts, await repository.countVerdicts(trx, importId));
      await repository.finishPlan(trx, importId, {
        version,
        counts,
        mark: await repository.catalogueMark(trx, structureIds),
        seconds: (performance.now() - began) / 1000,
      });
      return importId;
    },
    { isolationLevel: 'repeatable read' },
  );
}

const emptyCounts = (): PlanCounts => ({
  read: 0,
  new: 0,
  changed: 0,
  unchanged: 0,
  missing: 0,
  rejected: 0,
  warned: 0,
  issues: {},
});

function count(counts: PlanCounts, { issues }: Pick<PlanItem, 'issues'>): void {
  counts.read += 1;
  for (const { code } of issues) counts.issues[code] = (counts.issues[code] ?? 0) + 1;
}

/** Of formations with one number, the first was taken when it came: it is not, either. */
async function rejectRepeated(
  trx: Knex,
  importId: number,
  repeated: readonly (readonly Place[])[],
  counts: PlanCounts,
): Promise<void> {
  const rejected = repeated.flatMap(([first, ...others]) => (first ? [{ first, others }] : []));
  if (rejected.length === 0) return;
  await repository.rejectItems(
    trx,
    importId,
    rejected.map(({ first, others }) => ({
      position: first.position,
      issue: {
        code: 'E32',
        severity: 'reject',
        line: first.line,
        column: 1,
        path: `formation[${first.position}]/@numero`,
        message: repeatedMessage(others, first.line),
      },
    })),
  );
  counts.issues.E32 = (counts.issues.E32 ?? 0) + rejected.length;
}
