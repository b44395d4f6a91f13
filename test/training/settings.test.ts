import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Stale } from '#platform/versions.ts';
import { type Settings, settingsChanges } from '#training/settings/rules.ts';
import { saveSettings } from '#training/settings/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createAction, createSession } from '../support/catalogue.ts';
import { createEnrolment } from '../support/enrolments.ts';
import { lastEntry } from '../support/journal.ts';
import { createStructure, createUser } from '../support/people.ts';
import { setSettings, settingsOf } from '../support/settings.ts';
import { recordStatements } from '../support/statements.ts';

const PAGE = '/agence/catalogue/reglages';
let site: TestSite;
let agnes: Visitor;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
  agnes = await site.signedIn((await createUser(site.dependencies.db, { isAgencyManager: true })).email);
});
afterAll(() => site.close());

const asShipped = {
  actions_par_an: '5',
  formations_par_an: '3',
  places_par_structure: '2',
  echelonnee_jusqu_au: '',
  echelonnee_demandes: '',
  jours_tardive: '7',
};
const saved = () => settingsOf(site.dependencies.db);
beforeEach(async () => {
  await setSettings(site.dependencies.db, {
    yearly_actions: 5,
    yearly_formations: 3,
    structure_seats_per_formation: 2,
    staggered_until: null,
    staggered_live_requests: null,
    late_withdrawal_days: 7,
    lock_version: 1,
  });
});
const send = (changes: Record<string, string>, version = '1') =>
  agnes.submit(PAGE, { ...asShipped, version, ...changes });

test('new values are read in plain words with whom they touch, then saved for good', async () => {
  const { db } = site.dependencies;
  const structure = await createStructure(db, { isTrainingBody: true, memberIn: [2026] });
  const person = await createUser(db, { affiliations: { [structure]: [] } });
  for (let index = 0; index < 3; index += 1) {
    const { id: actionId } = await createAction(db, { providerId: structure });
    const sessionId = await createSession(db, { actionId, now: site.clock.now() });
    await createEnrolment(db, { sessionId, userId: person.id, structureId: structure, at: site.clock.now() });
  }
  const changes = {
    actions_par_an: '6',
    formations_par_an: '2',
    echelonnee_jusqu_au: '31/03/2026',
    echelonnee_demandes: '1',
    jours_tardive: '10',
  };
  const check = await send(changes);
  expect(check.status).toBe(200);
  for (const words of [
    '6\u00a0actions réservées par année civile, au lieu de 5',
    '2\u00a0formations par année civile, au lieu de 3',
    '1\u00a0personne en a déjà davantage',
    'Jusqu’au 31\u00a0mars 2026 inclus, une personne a au plus 1\u00a0demande en cours',
    'à moins de 10\u00a0jours du début, au lieu de 7',
  ])
    expect(check.text).toContain(words);
  expect(await saved()).toMatchObject({ yearly_actions: 5 });
  expect((await send({ ...changes, etape: 'modifier' })).text).toContain('value="31/03/2026"');
  expect((await send({ ...changes, etape: 'confirmer' })).status).toBe(303);
  expect(await saved()).toMatchObject({
    yearly_actions: 6,
    yearly_formations: 2,
    staggered_until: '2026-03-31',
    staggered_live_requests: 1,
    late_withdrawal_days: 10,
    lock_version: 2,
  });
  expect(await lastEntry(db)).toMatchObject({
    action: 'settings.updated',
    details: { yearlyActions: 6, staggeredUntil: '2026-03-31' },
  });
  const conditions = await site.visitor().get('/parcourspro/condition');
  expect(conditions.text).toContain('<strong>6</strong> actions réservées au plus');
});

test('nothing changed: nothing to read, saved at once', async () => {
  expect((await send({})).status).toBe(303);
});

test('a second manager is told what the first saved, and keeps what they typed', async () => {
  expect((await send({ jours_tardive: '10', etape: 'confirmer' })).status).toBe(303);
  const late = await send({ jours_tardive: '15', etape: 'confirmer' });
  expect(late.status).toBe(409);
  expect(late.text).toContain('Quelqu’un d’autre a enregistré');
  expect(late.text).toMatch(/Annulation tardive[^<]*<\/dt><dd class="prose">10</);
  expect(late.text).toContain('value="15"');
  expect(await saved()).toMatchObject({ late_withdrawal_days: 10 });
  expect((await send({ jours_tardive: '15', etape: 'confirmer' }, '2')).status).toBe(303);
});

test('at the same moment, one of the two is saved', async () => {
  const outcomes = await Promise.allSettled(
    [8, 9].map((lateDays) => saveSettings(site.dependencies, 1, { ...settings, lateDays })),
  );
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(
    (outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult).reason,
  ).toBeInstanceOf(Stale);
});

describe('refused, with what was typed', () => {
  test.each<[string, Record<string, string>, string]>([
    ['letters', { actions_par_an: 'cinq' }, '#actions_par_an'],
    ['a negative number', { actions_par_an: '-1' }, '#actions_par_an'],
    ['a huge number', { jours_tardive: '99999999999999999999' }, '#jours_tardive'],
    ['a decimal', { jours_tardive: '1.5' }, '#jours_tardive'],
    ['nothing', { places_par_structure: '' }, '#places_par_structure'],
    ['no seat at all', { places_par_structure: '0' }, '#places_par_structure'],
    ['more formations than actions', { formations_par_an: '6' }, '#formations_par_an'],
    ['a day without a number', { echelonnee_jusqu_au: '2026-04-01' }, '#echelonnee_demandes'],
    ['a number without a day', { echelonnee_demandes: '2' }, '#echelonnee_jusqu_au'],
    ['a day that does not exist', { echelonnee_jusqu_au: '2026-02-30' }, '#echelonnee_jusqu_au'],
    [
      'a day gone by',
      { echelonnee_jusqu_au: '2026-03-01', echelonnee_demandes: '1' },
      '#echelonnee_jusqu_au',
    ],
    ['bytes', { jours_tardive: '\u0000' }, '#jours_tardive'],
  ])('%s', async (_what, wrong, link) => {
    for (const etape of ['', 'confirmer']) {
      const answer = await send({ ...wrong, etape });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(`href="${link}"`);
    }
    expect(await saved()).toMatchObject({ lock_version: 1 });
  });
});

test('the pages ask the database four times at most', async () => {
  for (const path of [PAGE, '/agence/catalogue'])
    expect((await recordStatements(() => agnes.get(path))).length).toBeLessThanOrEqual(4);
});

const settings: Settings = {
  yearlyActions: 5,
  yearlyFormations: 3,
  structureSeats: 2,
  staggeredUntil: null,
  staggeredRequests: null,
  lateDays: 7,
};
const nobody = { overActions: 0, overFormations: 0, overSeats: 0, overRequests: 0 };

test.each<[Partial<Settings>, string, string]>([
  [
    { structureSeats: 3 },
    '3\u00a0places dans une même formation, au lieu de 2',
    'avancent dans le quart d’heure',
  ],
  [{ structureSeats: 1 }, '1\u00a0place dans une même formation', 'Personne n’est au-dessus'],
  [{ yearlyActions: 0, yearlyFormations: 0 }, '0\u00a0action réservée', 'Personne n’est au-dessus'],
  [{ lateDays: 1 }, 'moins de 1\u00a0jour', 'ne changent pas'],
])('%o in words', (change, text, consequence) => {
  const [first] = settingsChanges(settings, { ...settings, ...change }, nobody);
  expect(first?.text).toContain(text);
  expect(first?.consequence).toContain(consequence);
  expect(settingsChanges(settings, settings, nobody)).toEqual([]);
});

test('an opening that stops', () => {
  const before = { ...settings, staggeredUntil: '2026-03-31', staggeredRequests: 1 };
  expect(settingsChanges(before, settings, nobody)[0]?.text).toBe('L’ouverture échelonnée s’arrête.');
  expect(settingsChanges(before, { ...before, staggeredRequests: 2 }, nobody)[0]?.text).toContain(
    'jusqu’ici',
  );
});
