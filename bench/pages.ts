import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startCompanion } from '#demo/companion.ts';
import { hashPassword } from '#platform/security/passwords.ts';
import { FULL, fillCatalogue } from './catalogue/fill.ts';
import { PASSWORD } from './catalogue/site.ts';
import { createBenchDatabase, openOne } from './database.ts';
import { signIn, startApp } from './pages/app.ts';
import { type Measure, measure, median } from './pages/measure.ts';
import { statementsOf } from './pages/statements.ts';
import { peopleOf, type Subject, subjectsOf } from './pages/subjects.ts';

const { values } = parseArgs({
  options: {
    /** A database that `bench:data --keep` has left; else one is filled, and dropped. */
    database: { type: 'string' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '10' },
    /** Only pages whose name holds this. */
    only: { type: 'string', default: '' },
    /** Writes where the application spends its time into this folder (`--cpu-prof`). */
    profile: { type: 'string' },
  },
});
const load = { seconds: Number(values.seconds), connections: Number(values.connections) };

const directory = mkdtempSync(path.join(tmpdir(), 'parcourspro-pages-'));
const stops: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
try {
  await run(values.database ?? (await filled()));
} finally {
  for (const stop of stops.reverse()) await stop();
}

/** The address of a database of the size that the issue asks for. */
async function filled(): Promise<string> {
  const database = await createBenchDatabase();
  stops.push(() => database.drop());
  const began = performance.now();
  await fillCatalogue(database.url, FULL, new Date(), await hashPassword(PASSWORD));
  console.log(`${JSON.stringify(FULL)}, made in ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
  return database.url;
}

async function run(url: string): Promise<void> {
  const db = openOne(url);
  stops.push(() => db.destroy());
  const people = await peopleOf(db);
  const subjects = (await subjectsOf(db)).filter(({ name }) => name.includes(values.only));

  const statements = await statementsOf(url, subjects, people);
  const flags = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${path.resolve(values.profile)}`] : [];
  const app = await startApp(url, directory, flags);
  stops.push(() => app.stop());
  const idle = app.memory();
  const cookies: Partial<Record<NonNullable<Subject['as']>, string>> = {};
  for (const profile of new Set(subjects.flatMap(({ as }) => as ?? []))) {
    cookies[profile] = await signIn(app.base, { ...people[profile], password: PASSWORD });
    console.log(`${profile}: ${people[profile].has}`);
  }

  const pages = path.join(directory, 'pages');
  mkdirSync(pages);
  const sizes: { html: number; sent: number }[] = [];
  for (const [index, { paths, as }] of subjects.entries()) {
    const answer = await fetch(app.base + paths[0], {
      headers: { 'accept-encoding': 'gzip, deflate, br', ...(as ? { cookie: cookies[as] ?? '' } : {}) },
    });
    if (answer.status !== 200) throw new Error(`${paths[0]}: ${answer.status}`);
    const html = await answer.text();
    writeFileSync(path.join(pages, `${index}.html`), html);
    sizes.push({ html: Buffer.byteLength(html), sent: Number(answer.headers.get('content-length')) });
  }
  const bare = await startCompanion(new URL('./pages/bare.ts', import.meta.url), [pages]);
  stops.push(() => bare.stop());

  const results = subjects.map(() => ({
    app: [] as Measure[],
    bare: [] as Measure[],
    usual: [] as Measure[],
  }));
  // The first round warms both up, and is not counted.
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    for (const [index, { paths, as }] of subjects.entries()) {
      const cookie = as && cookies[as];
      const ours = await measure({ ...load, base: app.base, paths, cookie });
      const theirs = await measure({ ...load, base: bare.ready, paths: [`/${index}`] });
      const usual = await measure({ ...load, base: bare.ready, paths: [`/usual/${index}`] });
      if (round > 0) {
        results[index]?.app.push(ours);
        results[index]?.bare.push(theirs);
        results[index]?.usual.push(usual);
      }
    }
  }

  console.log(
    `\n${values.rounds} tours de ${load.seconds} s, ${load.connections} connexions ; médianes. Rapport : à une page nue d’Express et d’EJS de même taille, compressée comme les nôtres ; puis comme le module « compression » le fait seul.\n`,
  );
  console.log(
    '| page | requêtes/s | p50 (ms) | p99 (ms) | octets (compressés) | requêtes SQL : préparation / exécution (ms) | rapport | compression usuelle |',
  );
  console.log('|---|--:|--:|--:|--:|--:|--:|--:|');
  for (const [index, { name }] of subjects.entries()) {
    const { app: ours = [], bare = [], usual = [] } = results[index] ?? {};
    const size = sizes[index];
    const of = (key: 'perSecond' | 'p50' | 'p99') => median(ours.map((one) => one[key]));
    const ratioTo = (theirs: Measure[]) =>
      median(ours.map((one, round) => one.perSecond / (theirs[round]?.perSecond ?? Number.NaN)));
    const whole = (count = 0) => Math.round(count).toLocaleString('fr-FR');
    const decimal = (count = 0) => count.toFixed(2).replace('.', ',');
    const { count, planned, run } = statements[index] ?? {};
    console.log(
      `| ${name} | ${whole(of('perSecond'))} | ${whole(of('p50'))} | ${whole(of('p99'))} | ${whole(size?.html)} (${whole(size?.sent)}) | ${count} : ${decimal(planned)} / ${decimal(run)} | ${decimal(ratioTo(bare))} | ${decimal(ratioTo(usual))} |`,
    );
  }
  console.log(
    `\nMémoire du processus : ${Math.round(idle)} Mo au démarrage, ${Math.round(app.memory())} Mo après la mesure.`,
  );
}
