import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { hashPassword } from '#platform/security/passwords.ts';
import { fillCatalogue } from './catalogue/fill.ts';
import { PASSWORD } from './catalogue/site.ts';
import { createBenchDatabase, openOne } from './database.ts';
import { recordEnrolment } from './enrolment/record.ts';
import {
  arrangeTurns,
  emailsTried,
  KINDS,
  type Kind,
  SIZES,
  turnsOf,
  variablesOf,
} from './enrolment/turns.ts';
import { formsOf, sendAll } from './enrolment/visitors.ts';
import { startApp } from './pages/app.ts';
import { median } from './pages/measure.ts';
import { runScript, writeScript } from './pgbench.ts';
import { statementsIn } from './recording.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    people: { type: 'string', default: '100' },
    connections: { type: 'string', default: '10' },
    /** Where PostgreSQL's own measure is, which the embedded server comes without. */
    pgbench: { type: 'string', default: 'pgbench' },
    /** Writes where the application spends its time into this folder (`--cpu-prof`). */
    profile: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const people = Number(values.people);
const connections = Number(values.connections);

const WORDS: Record<Kind, string> = {
  crowd: 'Toutes à une même séance',
  apart: 'Chacune à une action',
};

const directory = mkdtempSync(path.join(tmpdir(), 'parcourspro-enrolment-'));
const stops: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
try {
  await run();
} finally {
  for (const stop of stops.reverse()) await stop();
}

async function run(): Promise<void> {
  const database = await createBenchDatabase();
  stops.push(() => database.drop());
  await fillCatalogue(database.url, SIZES, new Date(), await hashPassword(PASSWORD));
  const db = openOne(database.url);
  stops.push(() => db.destroy());
  await arrangeTurns(db, people, rounds);

  const flags = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${path.resolve(values.profile)}`] : [];
  const app = await startApp(database.url, directory, flags);
  stops.push(() => app.stop());
  // The schema of the queue is there once the application has started.
  const script = path.join(directory, 'enrolment.sql');
  const { turn, sent } = await recordEnrolment(database.url, await turnsOf(db, 0));
  const columns = ['user_id', 'structure_id', 'action_id', 'session_id'];
  writeScript({ sent, columns, variables: variablesOf(turn) }, script);
  const forms = await formsOf(app.base, await turnsOf(db, 0));

  const results = { crowd: [] as number[][], apart: [] as number[][] };
  let batch = 1;
  // The first round warms both up, and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    for (const kind of KINDS) {
      const turns = await turnsOf(db, batch);
      const ours = await sendAll({ base: app.base, connections, directory, forms, turns });
      await emailsTried(db);
      const { pgbench } = values;
      const first = (batch + 1) * people;
      const their = { pgbench, url: database.url, file: script, connections, turns: people, first };
      const theirs = app.paused(() => runScript(their));
      await emailsTried(db);
      batch += 2;
      if (round > 0) results[kind].push([ours, theirs]);
    }
  }

  const { rows } = await db.raw(
    `select count(*)::int as enrolled from bench_turns join enrolments using (user_id, action_id)
      where turn >= ? and state = 'requested'`,
    [people],
  );
  if (rows[0].enrolled !== (batch - 1) * people)
    throw new Error(`${rows[0].enrolled} enrolments in ${batch} batches of ${people}`);
  console.log(
    `${people} demandes, ${connections} à la fois, ${rounds} tours ; médianes. ${statementsIn(sent)} requêtes SQL par demande, les mêmes par pgbench.\n`,
  );
  console.log('| demandes | par l’application (par seconde) | par pgbench | rapport |\n|---|--:|--:|--:|');
  for (const kind of KINDS) {
    const of = (read: (result: number[]) => number) => median(results[kind].map(read));
    const [ours, theirs] = [of(([one = 0]) => one), of(([, other = 0]) => other)];
    const ratio = of(([one = 0, other = 0]) => one / other);
    console.log(
      `| ${WORDS[kind]} | ${Math.round(ours)} | ${Math.round(theirs)} | ${ratio.toFixed(2).replace('.', ',')} |`,
    );
  }
}
