import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createBenchDatabase, openOne } from './database.ts';
import { startApp } from './pages/app.ts';
import { measureSignIns, publishedBy } from './sso/openid.ts';
import { createEntrant, leaveOld } from './sso/tickets.ts';
import { prepareValidations } from './sso/validations.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    tickets: { type: 'string', default: '2000' },
    /** Whole sign-ins of a round. */
    signins: { type: 'string', default: '300' },
    connections: { type: 'string', default: '10' },
    old: { type: 'string', default: '1000000' },
    /** Where PostgreSQL's own measure is, which the embedded server comes without. */
    pgbench: { type: 'string', default: 'pgbench' },
  },
});
const rounds = Number(values.rounds);
const tickets = Number(values.tickets);
const connections = Number(values.connections);

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
  const { pgbench } = values;
  const needs = { db, url: database.url, app, entrant, directory, pgbench, rounds, tickets, connections };
  const validations = await prepareValidations(needs);
  stops.push(() => validations.stop());

  const empty = await validations.measure();
  const signIns = await measureSignIns({
    db,
    app,
    entrant,
    rounds,
    count: Number(values.signins),
    connections,
  });
  await leaveOld(db, entrant, Number(values.old));
  const full = await validations.measure();
  const words = (value: number) => value.toFixed(2).replace('.', ',');
  console.log(
    `${tickets} tickets par tour, ${connections} à la fois, ${rounds} tours ; médianes. ${empty.statements} requêtes SQL par validation.\n`,
  );
  console.log(
    '| tickets dans la table | validations par seconde | p99 (ms) | rapport à Express avec les mêmes requêtes | à pgbench |\n|---|--:|--:|--:|--:|',
  );
  for (const [name, { perSecond, p99, ratios }] of [
    ['ceux des tours', empty] as const,
    [`et ${Number(values.old).toLocaleString('fr-FR')} d’avant, autant de visites`, full] as const,
  ])
    console.log(
      `| ${name} | ${Math.round(perSecond)} | ${Math.round(p99)} | ${words(ratios.express)} | ${words(ratios.pgbench)} |`,
    );
  console.log(`\nRalentissement avec les anciens : ${words(empty.perSecond / full.perSecond)} fois.`);
  console.log(
    `\nConnexions entières par OpenID Connect : ${Math.round(signIns.perSecond)} par seconde, ${Math.round(signIns.p99)} ms à 99 % ; ${words(signIns.ratio)} fois la même bibliothèque en mémoire.`,
  );
  const [addresses, keys] = await publishedBy(database.url);
  console.log(`\nRequêtes SQL des adresses publiées : ${addresses} ; des clés : ${keys}.`);
}
