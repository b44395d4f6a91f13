import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Knex } from 'knex';
import { systemClock } from '#platform/clock.ts';
import { findSelectableStructures } from '#structures/search/service.ts';
import { createBenchDatabase, openOne } from './database.ts';
import { fillStructures } from './fill.ts';
import { type QueryKind, queryMixture } from './queries.ts';
import { CHECKS, landmarks, relevanceFaults } from './relevance.ts';
import { type Made, makeStructures } from './structures.ts';

const SAMPLE_EVERY = 37;
const WARM_UP_SEED = 1;
const SEED = 2;

/** Times in milliseconds. */
interface Times {
  p50: number;
  p95: number;
  p99: number;
}
interface Measures {
  kinds: Map<string, Times>;
  overall: Times;
  bare: Times;
  /** Of the processor, in the server; undefined where it is not on this machine, or the machine is not Linux. */
  processor?: { overall: Times; bare: Times };
}

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '100000,1000000' },
    /** How many queries of each kind. */
    queries: { type: 'string', default: '60' },
  },
});
const sizes = values.sizes.split(',').map(Number);
const each = Number(values.queries);

let isSound = true;
const all: Measures[] = [];
for (const size of sizes) {
  const database = await createBenchDatabase();
  try {
    all.push(await benchmark(database.url, size));
  } finally {
    await database.drop();
  }
}
const [small, large] = [all[0], all.at(-1)];
if (small && large && small !== large) {
  const growth = (one: Times, other: Times) =>
    (['p50', 'p95', 'p99'] as const).map((of) => `${of} × ${(other[of] / one[of]).toFixed(2)}`).join(', ');
  const ends = `From ${whole(sizes[0] ?? 0)} to ${whole(sizes.at(-1) ?? 0)} structures`;
  console.log(`\n${ends}: ${growth(small.overall, large.overall)}`);
  if (small.processor && large.processor) {
    console.log(`Server’s processor: ${growth(small.processor.overall, large.processor.overall)}`);
  }
}
process.exitCode = isSound ? 0 : 1;

async function benchmark(url: string, size: number): Promise<Measures> {
  const began = performance.now();
  await fillStructures(url, rowsOf(size));
  console.log(`\n${whole(size)} structures, made in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  const db = openOne(url);
  try {
    for (const { queries } of queryMixture(sample(), Math.min(each, 10), WARM_UP_SEED)) {
      for (const typed of queries) await search(db, typed);
    }
    const measures = await measure(db, queryMixture(sample(), each, SEED));
    show(measures);
    const faults = await relevanceFaults(db);
    console.log(`Relevance: ${CHECKS - faults.length} of ${CHECKS} obvious ones come first.`);
    for (const fault of faults) console.log(`  ✗ ${fault}`);
    if (faults.length > 0) isSound = false;
    return measures;
  } finally {
    await db.destroy();
  }
}

function* rowsOf(size: number): Generator<Made> {
  yield* landmarks;
  yield* makeStructures(size - landmarks.length);
}

/** Establishments of the smallest list, which are in every larger one. */
function sample(): Made[] {
  return [...makeStructures(Math.min(...sizes) - landmarks.length)].filter(
    (_, index) => index % SAMPLE_EVERY === 0,
  );
}

async function search(db: Knex, typed: string): Promise<void> {
  await findSelectableStructures({ db, clock: systemClock }, typed);
}

/** One query after another, each with a bare `SELECT 1` on the same connection before it. */
async function measure(db: Knex, mixture: QueryKind[]): Promise<Measures> {
  const { rows } = await db.raw('select pg_backend_pid() as pid');
  const bare: Taken[] = [];
  const all: Taken[] = [];
  const kinds = new Map<string, Times>();
  for (const { name, queries } of mixture) {
    const taken: Taken[] = [];
    for (const typed of queries) {
      bare.push(await timed(rows[0].pid, () => db.raw('select 1')));
      taken.push(await timed(rows[0].pid, () => search(db, typed)));
    }
    kinds.set(name, percentiles(taken.map(({ wall }) => wall)));
    all.push(...taken);
  }
  const of = (taken: Taken[], what: keyof Taken) => percentiles(taken.map((one) => one[what]));
  const hasProcessor = !Number.isNaN(bare[0]?.processor);
  return {
    kinds,
    overall: of(all, 'wall'),
    bare: of(bare, 'wall'),
    processor: hasProcessor ? { overall: of(all, 'processor'), bare: of(bare, 'processor') } : undefined,
  };
}

interface Taken {
  wall: number;
  processor: number;
}

async function timed(backend: number, work: () => PromiseLike<unknown>): Promise<Taken> {
  const before = processorMs(backend);
  const began = performance.now();
  await work();
  const wall = performance.now() - began;
  return { wall, processor: processorMs(backend) - before };
}

/** What a process has had of the processor: what others do on the machine does not count. */
function processorMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}

function percentiles(times: number[]): Times {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function show({ kinds, overall, bare, processor }: Measures): void {
  const line = (name: string, { p50, p95, p99 }: Times, ratio = '') =>
    console.log(
      name.padEnd(28) + [p50, p95, p99].map((ms) => ms.toFixed(2).padStart(9)).join('') + ratio.padStart(12),
    );
  console.log(
    `${'ms'.padEnd(28)}${['p50', 'p95', 'p99'].map((one) => one.padStart(9)).join('')}${'p95 / bare'.padStart(12)}`,
  );
  const ratio = ({ p95 }: Times) => `× ${(p95 / bare.p95).toFixed(1)}`;
  for (const [name, times] of kinds) line(name, times, ratio(times));
  line('ALL', overall, ratio(overall));
  line('bare SELECT 1', bare);
  if (!processor) return;
  line('ALL, server’s processor', processor.overall);
  line('bare, server’s processor', processor.bare);
}

function whole(count: number): string {
  return count.toLocaleString('en-GB');
}
