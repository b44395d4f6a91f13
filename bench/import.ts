import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { createBenchDatabase } from './database.ts';
import { writeSirenePair } from './sirene.ts';

const TICKS_PER_SECOND = 100;
const SAMPLED_EVERY_MS = 200;
/** As in package.json. */
const NODE_FLAGS = ['--max-semi-space-size=8', '--max-old-space-size=128'];

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } });
const rows = Number(values.rows);
const directory = mkdtempSync(path.join(tmpdir(), 'parcourspro-bench-import-'));
const database = await createBenchDatabase();
try {
  const { files, units } = await writeSirenePair(directory, rows);
  const megabytes = files.reduce((total, file) => total + statSync(file).size, 0) / 1e6;
  console.log(
    `A SIRENE pair: ${whole(rows)} establishments, ${whole(units)} units, ${megabytes.toFixed(0)} MB\n`,
  );
  await report('Into an empty table', files);
  await report('The same files again', files);
} finally {
  await database.drop();
  rmSync(directory, { recursive: true, force: true });
}

/** Runs the command as an operator would, and says what it took. */
async function report(what: string, files: string[]): Promise<void> {
  const script = fileURLToPath(new URL('../src/structures-import.ts', import.meta.url));
  const rejects = `--rejets=${path.join(directory, 'rejets.csv')}`;
  const began = performance.now();
  const child = spawn(process.execPath, [...NODE_FLAGS, script, ...files, '--avec-fermes', rejects], {
    // Whatever the environment names, the rows go into the database that is dropped afterwards.
    env: { ...process.env, DATABASE_OWNER_URL: database.url, DATABASE_OWNER_URL_FILE: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  let isOver = false;
  const exited = once(child, 'exit').then(([code]) => {
    isOver = true;
    return code as number;
  });
  const watched = watchProcessors(child.pid as number, () => isOver);
  const code = await exited;
  const seconds = (performance.now() - began) / 1000;
  const { command, server } = await watched;
  console.log(`${what} (exit code ${code})\n${said.trimEnd()}`);
  console.log(`  wall ${seconds.toFixed(1)} s: ${whole(rows / seconds)} rows/s`);
  console.log(
    `  processor ${command.toFixed(1)} s (command) + ${server.toFixed(1)} s (PostgreSQL): ` +
      `${whole(rows / (command + server))} rows/s of one processor alone\n`,
  );
  if (code !== 0) process.exitCode = 1;
}

/** Seconds of processor, user and system, of a process and of every PostgreSQL process of the database (Linux). */
async function watchProcessors(
  pid: number,
  isOver: () => boolean,
): Promise<{ command: number; server: number }> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const seconds = new Map<number, number>();
  while (!isOver()) {
    const { rows: backends } = await client.query<{ pid: number }>(
      'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    for (const one of [pid, ...backends.map((backend) => backend.pid)]) {
      seconds.set(one, processorSeconds(one) ?? seconds.get(one) ?? 0);
    }
    await delay(SAMPLED_EVERY_MS);
  }
  await client.end();
  const command = seconds.get(pid) ?? 0;
  return { command, server: [...seconds.values()].reduce((total, one) => total + one, 0) - command };
}

function processorSeconds(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    return ((user ?? 0) + (system ?? 0)) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}

function whole(count: number): string {
  return Math.round(count).toLocaleString('en-GB');
}
