import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { State } from '#enrolment/states.ts';
import { findOwnCells, findRegionCells } from '#follow-up/figures/repository.ts';
import { refreshFigures, refreshRecentFigures } from '#follow-up/figures/service.ts';
import { parisYearBounds } from '#platform/french/time.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../../support/app.ts';
import { createAction, createSession, setSession, themeOf } from '../../support/catalogue.ts';
import { createEnrolment } from '../../support/enrolments.ts';
import { figuresIn } from '../../support/follow-up.ts';
import { createStructure, createUser, setStructure, type TestUser } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';

let site: TestSite;
let manager: Visitor;
let hr: Visitor;
let provider: Visitor;
let foreign: Visitor;
const at = { gironde: 0, vienne: 0, body: 0, otherBody: 0 };

/** Two training bodies, two structures of two départements, sessions of March and June 2026 and one of 2027. */
beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-01T09:00:00Z' });
  const { db } = site.dependencies;
  at.gironde = await createStructure(db);
  at.vienne = await createStructure(db);
  await setStructure(db, at.vienne, { department: '86' });
  at.body = await createStructure(db, { isTrainingBody: true, name: 'Organisme Un' });
  at.otherBody = await createStructure(db, { isTrainingBody: true, name: 'Organisme Deux' });
  const people: TestUser[] = [];
  for (let index = 0; index < 4; index += 1) people.push(await createUser(db));
  const at86 = { structureId: at.vienne };
  const at33 = { structureId: at.gironde };
  const run = async (
    providerId: number,
    startsInDays: number,
    action: { kind?: string; theme?: string },
    rows: [person: number, where: { structureId: number }, state: State][],
  ) => {
    const { id: actionId } = await createAction(db, { providerId, ...action });
    const sessionId = await createSession(db, { actionId, now: site.clock.now(), startsInDays, capacity: 4 });
    for (const [person, where, state] of rows) {
      await createEnrolment(db, { userId: people[person]?.id ?? 0, ...where, sessionId, state });
    }
    return sessionId;
  };
  await run(at.body, 10, {}, [
    [0, at33, 'attended'],
    [1, at33, 'absent'],
    [2, at86, 'refused_by_hr'],
    [3, at86, 'attended'],
  ]);
  await run(at.body, 100, { kind: 'webinaire', theme: 'emploi' }, [
    [0, at33, 'attended'],
    [3, at86, 'withdrawn'],
  ]);
  await run(at.otherBody, 10, { theme: 'handicap' }, [
    [0, at33, 'refused_by_provider'],
    [1, at33, 'enrolled'],
  ]);
  await run(at.body, 400, {}, [[2, at33, 'enrolled']]);
  const cancelled = await run(at.body, 20, {}, [[2, at33, 'session_cancelled']]);
  await setSession(db, cancelled, { cancelled_at: site.clock.now() });
  await refreshFigures(site.dependencies);

  manager = await site.signedIn((await createUser(db, { isAgencyManager: true })).email);
  const acting = async (structureId: number, right: 'hr_validator' | 'provider') => {
    const browser = await site.signedIn(
      (await createUser(db, { affiliations: { [structureId]: [right] } })).email,
    );
    await browser.submit('/parcourspro/profil', { profil: `${right}:${structureId}` }, '/mes-structures');
    return browser;
  };
  hr = await acting(at.gironde, 'hr_validator');
  provider = await acting(at.body, 'provider');
  foreign = await acting(at.otherBody, 'provider');
});
afterAll(() => site.close());

/** The figures of a file, by table and line. */
async function csv(browser: Visitor, path: string): Promise<Record<string, Record<string, string>>> {
  const response = await browser.get(path);
  expect(response.status, path).toBe(200);
  const [head = [], ...rows] = response.text
    .replace('\uFEFF', '')
    .trim()
    .split('\r\n')
    .map((line) => line.split(';'));
  return Object.fromEntries(
    rows.map((row) => [
      `${row[1]} ${row[2]}`,
      Object.fromEntries(head.map((name, index) => [name, row[index] ?? ''])),
    ]),
  );
}

test('the region: every request counts once, people once, cancelled sessions offer no seats', async () => {
  const figures = await csv(manager, '/agence/chiffres.csv?annee=2026');
  expect(figures['Total Total']).toMatchObject({
    Demandes: '9',
    'Refus employeur': '1',
    'Refus prestataire': '1',
    'Taux de refus (%)': '22',
    'Places prises': '5',
    'Places offertes': '12',
    'Remplissage (%)': '42',
    Présents: '3',
    Absents: '1',
    'Présence (%)': '75',
    Personnes: '2',
  });
  expect(figures['Mois Mars']).toMatchObject({ Demandes: '7', 'Places offertes': '8', Personnes: '2' });
  expect(figures['Mois Juin']).toMatchObject({ Demandes: '2', Personnes: '1' });
  expect(figures['Type Webinaire']).toMatchObject({ Demandes: '2', 'Places offertes': '4' });
  expect(figures['Thème Handicap et inclusion']).toMatchObject({ Demandes: '2', Personnes: '0' });
  expect(figures['Département Vienne\u00a0(86)']).toMatchObject({
    Demandes: '3',
    'Places offertes': '',
    Personnes: '1',
  });
});

test.each([
  ['annee=2027', { Demandes: '1', 'Places offertes': '4' }],
  ['annee=2026&type=1', { Demandes: '7', 'Places offertes': '8' }],
  ['annee=2026&departement=33', { Demandes: '6', Personnes: '1' }],
  ['annee=2026&departement=86&type=1', { Demandes: '2', Personnes: '1' }],
])('limited to %s', async (query, expected) => {
  expect((await csv(manager, `/agence/chiffres.csv?${query}`))['Total Total']).toMatchObject(expected);
});

test('what is counted beforehand and what is counted at once agree, part by part', async () => {
  const { db } = site.dependencies;
  const bounds = parisYearBounds(2026);
  const { id: themeId } = await themeOf(db, 'vae');
  for (const limits of [
    {},
    { kindId: 1 },
    { themeId },
    { department: '33' },
    { kindId: 1, department: '86' },
  ]) {
    const region = await findRegionCells(db, { year: 2026, ...limits });
    const parts = await Promise.all(
      [at.body, at.otherBody].map((providerId) =>
        findOwnCells(db, { providerId }, { year: 2026, ...limits }, bounds),
      ),
    );
    const sum = (cells: { month: number | null; requests: number; capacity: number | null }[]) =>
      cells
        .filter((one) => one.month !== null)
        .reduce((total, one) => total + one.requests * 1000 + (one.capacity ?? 0), 0);
    expect(sum(region), JSON.stringify(limits)).toBe(sum(parts.flat()));
  }
});

test('a training body and a structure see their own, and nothing of others', async () => {
  expect(
    (await csv(provider, '/parcourspro/prestataire/chiffres.csv?annee=2026'))['Total Total'],
  ).toMatchObject({
    Demandes: '7',
    'Places offertes': '8',
  });
  const other = await csv(foreign, `/parcourspro/prestataire/chiffres.csv?annee=2026&prestataire=${at.body}`);
  expect(other['Total Total']).toMatchObject({ Demandes: '2', 'Places offertes': '4' });
  const own = (await csv(hr, `/parcourspro/valideur/chiffres.csv?annee=2026&prestataire=${at.body}`))[
    'Total Total'
  ];
  expect(own).toMatchObject({ Demandes: '6', Personnes: '1' });
  expect(own).not.toHaveProperty('Places offertes');
  expect(
    (await csv(manager, `/agence/chiffres.csv?annee=2026&prestataire=${at.body}`))['Total Total'],
  ).toMatchObject({
    Demandes: '7',
  });
});

describe('the pages', () => {
  const pages = [
    ['/agence/chiffres', () => manager],
    [`/agence/chiffres?prestataire=1&type=1`, () => manager],
    ['/parcourspro/valideur/chiffres', () => hr],
    ['/parcourspro/prestataire/chiffres', () => provider],
  ] as const;
  test.each(pages)('%s: light, few statements, no write, drawings without style', async (path, browser) => {
    const response = await browser().get(path);
    expect(response.status).toBe(200);
    expect(Buffer.byteLength(response.text)).toBeLessThan(60 * 1024);
    expect(response.text).not.toMatch(/ style="|<style/);
    const statements = await recordStatements(() => browser().get(path));
    expect(statements.length).toBeLessThanOrEqual(4);
    expect(statements.filter((sql) => /^\s*(insert|update|delete)/i.test(sql))).toEqual([]);
  });

  test('the table says what the drawing shows', async () => {
    const page = readable((await manager.get('/agence/chiffres?annee=2026')).text);
    expect(page).toContain('Mars : 7 demandes, 2 présents');
    expect(page).toMatch(/<th scope="row">Mars<\/th><td class="number">7</);
    expect(page).toContain('42\u00a0%</strong> de remplissage');
    expect(page).toContain('Chiffres comptés le 1\u00a0mars');
  });

  test.each([
    'annee=0',
    'annee=99999',
    'annee=x',
    'type=%00',
    'theme=-1',
    'departement=%27--',
    'departement=toString',
    'type=1&type=2',
    'prestataire=9999999999',
  ])('an address of any kind is answered: %s', async (query) => {
    for (const end of ['', '.csv'])
      expect((await manager.get(`/agence/chiffres${end}?${query}`)).status).toBe(200);
  });

  test('a year without anything says so', async () => {
    expect((await provider.get('/parcourspro/prestataire/chiffres?annee=2030')).text).toContain(
      'Rien à compter',
    );
  });
});

test('counted twice at the same moment, or only what is recent, the figures are the same', async () => {
  const all = () => figuresIn(site.dependencies.db);
  const before = await all();
  await Promise.all([refreshFigures(site.dependencies), refreshFigures(site.dependencies)]);
  expect(await all()).toEqual(before);
  await refreshRecentFigures(site.dependencies);
  expect(await all()).toEqual(before);
});

test('what is counted again every hour leaves earlier years as they were', async () => {
  const { db } = site.dependencies;
  const asked = async () => (await figuresIn(db, { year: 2026 })).filter(({ requests }) => requests !== 0);
  await db('figures').where({ year: 2026 }).update({ requests: 0 });
  site.clock.set('2028-01-10T09:00:00Z');
  await refreshRecentFigures(site.dependencies);
  expect(await asked()).toEqual([]);
  await refreshFigures(site.dependencies);
  expect((await asked()).length).toBeGreaterThan(0);
});
