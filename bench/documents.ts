import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runMigrations } from 'graphile-worker';
import type { Knex } from 'knex';
import { followSession } from '#follow-up/documents/issuing/follow.ts';
import { findFollowedSession } from '#follow-up/documents/issuing/repository.ts';
import { issue } from '#follow-up/documents/issuing/service.ts';
import { certificate } from '#follow-up/documents/kinds/certificate.ts';
import { currentTemplates } from '#follow-up/documents/templates/service.ts';
import { readTicket, writeTicket } from '#follow-up/signing/room/ticket.ts';
import { signPresence } from '#follow-up/signing/signatures/service.ts';
import { hashPassword } from '#platform/security/passwords.ts';
import { openSite, PASSWORD } from './catalogue/site.ts';
import { createBenchDatabase } from './database.ts';
import { measureDrawing } from './documents/drawing.ts';
import { fillDocuments, PEOPLE } from './documents/fill.ts';
import { type RunningApp, signIn, startApp } from './pages/app.ts';
import { measure } from './pages/measure.ts';
import { recordSent, statementsIn } from './recording.ts';

/** Sessions that the application issues while its pages are measured; the first two are issued here. */
const [ISSUED_HERE, ISSUED_THERE] = [2, 6];
/** In which all of a session sign, in milliseconds: six times as fast as the minute that they have. */
const SIGNING_MS = 10_000;

const directory = mkdtempSync(path.join(tmpdir(), 'parcourspro-documents-'));
const database = await createBenchDatabase();
const { db, dependencies, close } = openSite(database.url);
const rows: [what: string, found: string, target: string][] = [];
const figure = (value: number, unit: string, digits = 0) =>
  `${value.toLocaleString('fr-FR', { maximumFractionDigits: digits, minimumFractionDigits: digits })} ${unit}`;
let app: RunningApp | undefined;
try {
  // E-mails are queued before the application has begun, which makes the queue otherwise.
  await runMigrations({ connectionString: database.url });
  const filled = await fillDocuments(db, ISSUED_HERE + ISSUED_THERE, await hashPassword(PASSWORD));
  const [alone = 0, whole = 0, ...others] = filled.closed;
  await drawing();
  await issuing(alone, whole);
  await signing(filled.people, filled.slotToSign);
  app = await startApp(database.url, directory, []);
  await meanwhile(app, others);
  await archive(app, whole, await signIn(app.base, { ...filled.provider, password: PASSWORD }));
  console.log('\n| mesure | valeur | visée |\n|---|--:|--:|');
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
} finally {
  await app?.stop();
  await close();
  await database.drop();
  rmSync(directory, { recursive: true, force: true });
}

async function drawing(): Promise<void> {
  const template = (await currentTemplates(db, ['certificate'])).get('certificate');
  const { bare, embedded, certificate: whole } = await measureDrawing(template?.source ?? '');
  rows.push(['Page nue de pdfkit, mêmes mots, police de tout lecteur', figure(bare, 'ms', 1), '']);
  rows.push(['la même avec nos polices dans le fichier', figure(embedded, 'ms', 1), '']);
  rows.push(['Certificat avec son QR code', figure(whole, 'ms', 1), '']);
  rows.push(['rapport à la première', figure(whole / bare, 'fois', 2), '2,5']);
  rows.push(['rapport à la seconde', figure(whole / embedded, 'fois', 2), '2,5']);
  rows.push(['Certificats par seconde, un processeur', figure(1000 / whole, ''), '100']);
}

/** The certificates of a session by themselves, then all documents of another as its job issues them. */
async function issuing(alone: number, whole: number): Promise<void> {
  const sent = await recordSent(async () => {
    const took = await timed(() =>
      db.transaction(async (trx) => {
        const session = await findFollowedSession(trx, alone);
        if (!session) throw new Error('no session to issue for');
        const at = dependencies.clock.now();
        const items = ((await certificate.due(trx, session, at)) ?? []).flatMap((one) =>
          one.facts ? [{ ...one, facts: one.facts }] : [],
        );
        const { news } = await issue(dependencies, trx, { kind: certificate, session, items, at, by: null });
        if (news.length !== PEOPLE) throw new Error(`${news.length} certificates were issued`);
      }),
    );
    rows.push([`${PEOPLE} certificats émis`, figure(took / 1000, 's', 2), '5 s']);
  });
  rows.push([
    'requêtes SQL, sans le début ni la fin de la transaction',
    figure(statementsIn(sent), ''),
    '10',
  ]);
  const all = await recordSent(async () => {
    const took = await timed(() => followSession(dependencies, whole));
    rows.push([`Tous les documents d’une session de ${PEOPLE}`, figure(took / 1000, 's', 2), '5 s']);
  });
  const [{ count = 0 } = {}] = await db('issued_documents')
    .where({ session_id: whole })
    .count({ count: '*' });
  rows.push([`requêtes SQL, pour ${count} documents et leurs e-mails`, figure(all.length, ''), '']);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** All sign the same half-day, at moments of their own, each with a ticket of their own. */
async function signing(people: readonly number[], slotId: number): Promise<void> {
  const { clock, config } = dependencies;
  const times = await Promise.all(
    people.map(async (userId) => {
      await delay(Math.random() * SIGNING_MS);
      const ticket = readTicket(
        config.secrets,
        writeTicket(config.secrets, slotId, 'qr', clock.now()),
        clock.now(),
      );
      if (!ticket) throw new Error('a ticket of ours is not read');
      const from = { ip: '127.0.0.1', userAgent: 'bench' };
      return timed(() =>
        signPresence(dependencies, { userId, slotId, shown: { ticket }, strokes: '', from }),
      );
    }),
  );
  const [{ count = 0 } = {}] = await db('attendance_signatures').count({ count: '*' });
  rows.push([
    `${PEOPLE} personnes signent en ${SIGNING_MS / 1000} s : gardées`,
    figure(Number(count), ''),
    String(PEOPLE),
  ]);
  const sorted = times.toSorted((a, b) => a - b);
  rows.push([
    'p99 d’une signature',
    figure(sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0, 'ms'),
    '500 ms',
  ]);
}

/** A page, with nothing else to do and then while the application issues the documents of several sessions. */
async function meanwhile({ base }: RunningApp, sessions: readonly number[]): Promise<void> {
  const load = { base, paths: ['/connexion'], connections: 2 };
  await measure({ ...load, seconds: 3 });
  const idle = await measure({ ...load, seconds: 8 });
  for (const sessionId of sessions) await queueJob(db, sessionId);
  const busy = await measure({ ...load, seconds: 8 });
  const began = performance.now();
  while (
    Number((await db('issued_documents').whereIn('session_id', sessions).count({ count: '*' }))[0]?.count) ===
    0
  ) {
    if (performance.now() - began > 60_000) throw new Error('nothing was issued');
    await delay(100);
  }
  // What comes next is measured with nothing else to do.
  while (
    Number(
      (await db.raw(`select count(*) from graphile_worker.jobs where task_identifier = 'follow_documents'`))
        .rows[0].count,
    ) > 0
  ) {
    if (performance.now() - began > 180_000) throw new Error('the queue does not end');
    await delay(500);
  }
  rows.push(['Page de connexion, au repos : p99', figure(idle.p99, 'ms'), '']);
  rows.push(['pendant que des documents sont émis : p99', figure(busy.p99, 'ms'), '']);
  rows.push(['de plus', figure(busy.p99 - idle.p99, 'ms'), '20 ms']);
}

async function queueJob(trx: Knex, sessionId: number): Promise<void> {
  await trx.raw(
    `select graphile_worker.add_job('follow_documents', json_build_object('sessionId', ?::int))`,
    [sessionId],
  );
}

/** The file of a session, as its training body takes it. */
async function archive({ base, memory }: RunningApp, sessionId: number, cookie: string): Promise<void> {
  const space = `/parcourspro/prestataire/seances/${sessionId}`;
  const page = await (
    await fetch(`${base}${space}/documents-administratifs`, { headers: { cookie } })
  ).text();
  const token = /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const idle = memory();
  let most = idle;
  const began = performance.now();
  const answer = await fetch(`${base}${space}/dossier.zip`, {
    ...{ method: 'POST', headers: { cookie }, body: new URLSearchParams({ _csrf: token }) },
  });
  if (answer.headers.get('content-type') !== 'application/zip')
    throw new Error(`no archive: ${answer.status}`);
  let bytes = 0;
  let first = 0;
  let asked = began;
  for await (const chunk of answer.body ?? []) {
    first ||= performance.now() - began;
    bytes += chunk.length;
    // Asking takes some milliseconds by itself.
    if (performance.now() - asked < 100) continue;
    most = Math.max(most, memory());
    asked = performance.now();
  }
  rows.push([
    `Dossier d’une session (${figure(bytes / 1e6, 'Mo', 1)}) : premier octet`,
    figure(first, 'ms'),
    '300 ms',
  ]);
  rows.push(['en entier', figure((performance.now() - began) / 1000, 's', 2), '3 s']);
  rows.push(['mémoire de plus', figure(most - idle, 'Mo'), '60 Mo']);
}
