import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Knex } from 'knex';
import { startCompanion } from '#demo/companion.ts';
import { hashToken } from '#platform/security/secrets.ts';
import { validate } from '#sso/cas/validation.ts';
import { openSite } from './catalogue/site.ts';
import { createBenchDatabase, openOne } from './database.ts';
import { startApp } from './pages/app.ts';
import { median } from './pages/measure.ts';
import { recordSent } from './recording.ts';
import type { Validated } from './sso/load.ts';
import { createEntrant, type Entrant, giveTickets, leaveOld, SERVICE_URL, TICKET } from './sso/tickets.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    tickets: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '10' },
    old: { type: 'string', default: '1000000' },
  },
});
const rounds = Number(values.rounds);
const tickets = Number(values.tickets);

const directory = mkdtempSync(path.join(tmpdir(), 'parcourspro-sso-'));
const stops: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
try {
  await run();
} finally {
  for (const stop of stops.reverse()) await stop();
}

async function run(): Promise<void> {
  const database = await createBenchDatabase();
  stops.push(() => database.drop());
  const db = openOne(database.url);
  stops.push(() => db.destroy());
  const entrant = await createEntrant(db);
  const app = await startApp(database.url, directory, []);
  stops.push(() => app.stop());
  const statements = path.join(directory, 'statements.json');
  const count = await recordValidation(db, database.url, entrant, statements);
  const bare = await startCompanion(new URL('./sso/bare.ts', import.meta.url), [database.url, statements]);
  stops.push(() => bare.stop());

  const ours = (ticket: string) =>
    `/cas/serviceValidate?${new URLSearchParams({ service: SERVICE_URL, ticket })}`;
  const theirs = (ticket: string) => `/?ticket=${ticket}`;
  const round = async (base: string, pathOf: (ticket: string) => string): Promise<Validated> => {
    const file = path.join(directory, 'paths.json');
    writeFileSync(file, JSON.stringify((await giveTickets(db, entrant, tickets)).map(pathOf)));
    const load = await startCompanion(new URL('./sso/load.ts', import.meta.url), [
      ...[base, values.connections, file, '<cas:authenticationSuccess>'],
    ]);
    await load.stop();
    return JSON.parse(load.ready);
  };
  const measured = async () => {
    const results: { app: Validated; bare: Validated }[] = [];
    // The first round warms both up, and is not counted.
    for (let nth = 0; nth <= rounds; nth += 1) {
      const one = { app: await round(app.base, ours), bare: await round(bare.ready, theirs) };
      if (nth > 0) results.push(one);
    }
    const of = (read: (one: (typeof results)[number]) => number) => median(results.map(read));
    return {
      perSecond: of((one) => one.app.perSecond),
      p99: of((one) => one.app.p99),
      ratio: of((one) => one.app.perSecond / one.bare.perSecond),
    };
  };

  const empty = await measured();
  await leaveOld(db, entrant, Number(values.old));
  const full = await measured();
  const words = (value: number) => value.toFixed(2).replace('.', ',');
  console.log(
    `${tickets} tickets par tour, ${values.connections} à la fois, ${rounds} tours ; médianes. ${count} requêtes SQL par validation.\n`,
  );
  console.log(
    '| tickets dans la table | validations par seconde | p99 (ms) | rapport à Express avec les mêmes requêtes |\n|---|--:|--:|--:|',
  );
  for (const [name, { perSecond, p99, ratio }] of [
    ['ceux des tours', empty] as const,
    [`et ${Number(values.old).toLocaleString('fr-FR')} d’avant, autant de visites`, full] as const,
  ])
    console.log(`| ${name} | ${Math.round(perSecond)} | ${Math.round(p99)} | ${words(ratio)} |`);
  console.log(`\nRalentissement avec les anciens : ${words(empty.perSecond / full.perSecond)} fois.`);
}

/** Writes down what one validation sends, the hash of its ticket left open. @returns how many statements */
async function recordValidation(db: Knex, url: string, entrant: Entrant, file: string): Promise<number> {
  const { dependencies, close } = openSite(url);
  try {
    const [ticket = ''] = await giveTickets(db, entrant, 1);
    const hash = hashToken(ticket);
    const sent = await recordSent(async () => {
      const answer = await validate(dependencies, { ticket, service: SERVICE_URL, renew: false });
      if (!('success' in answer)) throw new Error(JSON.stringify(answer));
    });
    const open = sent.map(({ text, values: given }) => ({
      text,
      values: given.map((value) => (value === hash ? TICKET : value)),
    }));
    writeFileSync(file, JSON.stringify(open));
    return sent.filter(({ text }) => !/^(begin|commit)/i.test(text)).length;
  } finally {
    await close();
  }
}
