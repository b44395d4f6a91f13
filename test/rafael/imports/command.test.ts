import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Knex } from 'knex';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openCommand } from '#platform/database/command.ts';
import { importOffers, type OffersImportOptions } from '#rafael/imports/command/import.ts';
import { childrenOf, type LheoElement, withChildren, withText } from '#rafael/lheo/tree.ts';
import { projectSession } from '#rafael/offers/project/session.ts';
import { fileOfFormations, formationAt } from '../../../bench/rafael/formations.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { lastEntry } from '../../support/journal.ts';
import { lheoFile, ofBody, replaced, withActions } from '../../support/offer-imports.ts';
import { createStructure } from '../../support/people.ts';
import { COMPILED_ONCE, until } from '../../support/process.ts';

const SIRET = '32922456200234';
const OTHER = '73282932000074';
const folder = mkdtempSync(path.join(tmpdir(), 'parcourspro-offers-'));
const file = path.join(folder, 'offre.xml');
const rejectsPath = path.join(folder, 'rejets.csv');
let database: TestDatabase;
let command: Knex;
let body: number;
let other: number;

beforeAll(async () => {
  database = await createTestDatabase({ now: '2026-12-01T09:00:00Z' });
  command = await openCommand(database.url);
  body = await createStructure(db(), { siret: SIRET, isTrainingBody: true });
  other = await createStructure(db(), { siret: OTHER, isTrainingBody: true });
});
afterAll(async () => {
  await command.destroy();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await database.owner('offer_imports').delete();
  await database.owner('offers').delete();
});

const db = () => database.dependencies.db;
const formation = (nth: number) => formationAt(nth, SIRET, 2027);
const run = (content: string, options: Partial<OffersImportOptions> = {}) => {
  writeFileSync(file, content);
  return importOffers(command, {
    file,
    complete: false,
    publish: true,
    checkOnly: false,
    rejectsPath,
    now: database.clock.now(),
    ...options,
  });
};
const offers = () => database.owner('offers').orderBy(['structure_id', 'external_number']).select('*');
const rejects = () => readFileSync(rejectsPath, 'utf8').split('\r\n').slice(1, -1);

test('formations of several bodies, again unchanged; the journal and the list of the agency say so', async () => {
  const content = lheoFile(...[1, 2, 3].map(formation), ofBody(formation(1), OTHER));
  expect(await run(content)).toMatchObject({ version: '2.3', read: 4, new: 4, rejected: 0 });
  expect(await offers()).toMatchObject([
    { external_number: 'F1', structure_id: body, state: 'published', source: 'agency', created_by: null },
    { external_number: 'F2' },
    { external_number: 'F3' },
    { external_number: 'F1', structure_id: other },
  ]);
  expect(await lastEntry(db())).toMatchObject({
    action: 'offers.imported',
    way: 'system',
    details: { read: 4, added: 4, updated: 0, archived: 0, rejected: 0 },
  });
  expect(await database.owner('offer_imports').select('*')).toMatchObject([
    { state: 'applied', structure_id: null, file_name: 'offre.xml', size: Buffer.byteLength(content) },
  ]);
  const before = await offers();
  expect(await run(content)).toMatchObject({ read: 4, new: 0, changed: 0, unchanged: 4 });
  expect(await offers()).toEqual(before);
});

test('a formation as pages import it: the same rows, whichever way it came', async () => {
  await run(lheoFile(formation(5)));
  const [action] = await database.owner('offer_actions').select('*');
  expect(action).toMatchObject({ external_number: 'F5-1', place_city: expect.any(String) });
  expect(await database.owner('offer_sessions').count('* as count').first()).toEqual({
    count: childrenOf(formation(5), 'action').flatMap((one) => childrenOf(one, 'session')).length,
  });
});

test('rejects go to a file, each with its line and reason; without any there is none', async () => {
  const bad = withText(formation(2), 'intitule-formation', 'x'.repeat(300));
  expect(await run(lheoFile(formation(1), bad, ofBody(formation(3), '00000000000000')))).toMatchObject({
    new: 1,
    rejected: 2,
    issues: { E20: 1, E30: 1 },
  });
  expect(rejects()).toEqual([
    expect.stringMatching(/^4;\d+;"\t32922456200234";F2;x+…;E20;.*formation\[2\]\/intitule-formation$/),
    expect.stringMatching(/^5;1;"\t00000000000000";F3;.*;E30;/),
  ]);
  await run(lheoFile(formation(1)));
  expect(existsSync(rejectsPath)).toBe(false);
});

test('a number that comes twice: both are rejected, each naming the other, and the rest is taken', async () => {
  const again = withText(formation(1), 'intitule-formation', 'Autre');
  const content = lheoFile(formation(1), ...[2, 3].map(formation), again, ofBody(formation(1), OTHER));
  expect(await run(content)).toMatchObject({ read: 5, new: 3, rejected: 2, issues: { E32: 2 } });
  expect(rejects()).toEqual([
    expect.stringMatching(/^3;.*aussi à la ligne 6/),
    expect.stringMatching(/^6;.*aussi à la ligne 3/),
  ]);
  expect((await offers()).map((one) => [one.structure_id, one.external_number])).toEqual([
    [body, 'F2'],
    [body, 'F3'],
    [other, 'F1'],
  ]);
});

test('a complete file archives what it leaves out of the bodies that it names, save where seats are taken', async () => {
  await run(lheoFile(...[1, 2, 3].map(formation), ofBody(formation(1), OTHER)));
  await database.owner('offer_sessions').where({ external_number: 'F3-1-1' }).update({ seats_held: 1 });
  expect(await run(lheoFile(formation(1)), { complete: true })).toMatchObject({ archived: 1, left: 1 });
  expect((await offers()).map(({ state }) => state)).toEqual([
    'published',
    'archived',
    'published',
    'published',
  ]);
  expect(await database.owner('offer_import_items').select('*')).toEqual([]);
});

test('seats that people have are kept', async () => {
  await run(lheoFile(formation(1)));
  await database.owner('offer_sessions').where({ external_number: 'F1-1-1' }).update({ seats_held: 2 });
  const [action] = childrenOf(formation(1), 'action') as [LheoElement];
  const [, second] = childrenOf(action, 'session');
  const without = withActions(formation(1), [withChildren(action, 'session', [second as LheoElement])]);
  expect(await run(lheoFile(without))).toMatchObject({ issues: { W49: 1 } });
  expect(await database.owner('offer_sessions').where({ external_number: 'F1-1-1' }).first()).toMatchObject({
    state: 'open',
    seats_held: 2,
  });
  expect(await run(lheoFile(without))).toMatchObject({ unchanged: 1, changed: 0 });
  await run(lheoFile(replaced(formation(1), 'capacite-simultanee', '1')));
  const { capacity, lheo } = await database
    .owner('offer_sessions')
    .where({ external_number: 'F1-1-1' })
    .first();
  expect(capacity).toBeGreaterThanOrEqual(2);
  expect(projectSession(lheo).capacity).toBe(capacity);
});

test('a check says what it would do, and changes nothing', async () => {
  expect(await run(lheoFile(formation(1)), { checkOnly: true })).toMatchObject({ new: 1 });
  expect(await offers()).toEqual([]);
  expect(await database.owner('offer_imports').select('*')).toEqual([]);
});

describe('nothing is changed by', () => {
  const whole = [...fileOfFormations(600, SIRET, 2027)].join('');
  test.each([
    ['a file that is cut in the middle', whole.slice(0, whole.length / 2), /ligne \d+, colonne \d+.*\(E02\)/],
    ['a file of another kind', '<x/>', /E03/],
  ])('%s', async (_, content, words) => {
    await expect(run(content)).rejects.toMatchObject({
      name: 'CommandError',
      message: expect.stringMatching(words),
    });
    expect(await offers()).toEqual([]);
  });

  test('a file that is not there, or a folder', async () => {
    await expect(run('', { file: path.join(folder, 'absent.xml') })).rejects.toThrow('fichier introuvable');
    await expect(run('', { file: folder })).rejects.toThrow('c’est un dossier');
  });

  test('a process that is killed amid', async () => {
    writeFileSync(file, [...fileOfFormations(6000, SIRET, 2027)].join(''));
    const child = spawn(process.execPath, ['src/offers-import.ts', file, `--rejets=${rejectsPath}`], {
      env: { ...COMPILED_ONCE, PATH: process.env.PATH, DATABASE_OWNER_URL: database.url },
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    // Rows of a transaction that nobody sees yet: its statements have begun.
    await until(
      async () =>
        (
          await database.owner.raw(
            `select from pg_stat_activity where datname = current_database() and application_name = 'parcourspro command'
                and xact_start < clock_timestamp() - interval '0.5 s' and query ~ 'offer'`,
          )
        ).rowCount > 0,
    );
    child.kill('SIGKILL');
    await exited;
    expect(await offers()).toEqual([]);
    expect(await run(lheoFile(formation(1)))).toMatchObject({ new: 1 });
  });
});

test('the command says what it did, in time and memory', async () => {
  writeFileSync(file, lheoFile(formation(1), withText(formation(2), 'intitule-formation', 'x'.repeat(300))));
  const { status, stdout } = spawnSync(
    process.execPath,
    ['src/offers-import.ts', file, '--brouillons', `--rejets=${rejectsPath}`],
    {
      encoding: 'utf8',
      env: { ...COMPILED_ONCE, PATH: process.env.PATH ?? '', DATABASE_OWNER_URL: database.url },
    },
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(/LHÉO 2\.3 : 2.formations lues, 1.nouvelle, 0.modifiée, 0.inchangée, 1.rejetée\./);
  expect(stdout).toContain('E20 Longueur de texte : 1');
  // Found by its words as soon as the command ends.
  expect(await database.owner('offer_documents').count('* as count').first()).toEqual({ count: 1 });
  expect(await database.owner('offer_documents_due').select('*')).toEqual([]);
  expect(stdout).toContain(`Formations rejetées : ${rejectsPath}`);
  expect(stdout).toMatch(/\d+,?\d* ?s|\d+\.\d s, \d+ Mo au plus/);
});
