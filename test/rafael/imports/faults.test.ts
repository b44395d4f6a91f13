import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { childrenOf, element, type LheoElement, withChildren, withText } from '#rafael/lheo/tree.ts';
import { formationAt } from '../../../bench/rafael/formations.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { readAll } from '../../support/lheo.ts';
import {
  AGENCY_FORM,
  BODY_FORM,
  countsOf,
  importFile,
  lheoFile,
  ofBody,
  planOf,
  replaced,
  withActions,
} from '../../support/offer-imports.ts';
import { createStructure, createUser } from '../../support/people.ts';

/** What importers of other applications got wrong, each as its users told it. */
const SIRET = '32922456200234';
const OTHER = '73282932000074';
let site: TestSite;
let body: number;
let other: number;
let ada: Visitor;
let agnes: Visitor;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-01T09:00:00Z' });
  const place = { postcode: '87000', city: 'Limoges' };
  body = await createStructure(db(), {
    siret: SIRET,
    isTrainingBody: true,
    name: 'Institut Essai',
    ...place,
  });
  other = await createStructure(db(), {
    siret: OTHER,
    isTrainingBody: true,
    name: 'Institut Essai',
    ...place,
  });
  ada = await site.signedIn((await createUser(db(), { affiliations: { [body]: ['of_general'] } })).email);
  agnes = await site.signedIn((await createUser(db(), { isAgencyManager: true })).email);
});
afterAll(() => site.close());
beforeEach(async () => {
  await db()('offer_imports').delete();
  await db()('offers').delete();
});

const db = () => site.dependencies.db;
const formation = (nth: number) => formationAt(nth, SIRET, 2027);
const exported = async () =>
  (await readAll((await ada.submit('/rafaelpro/catalogue/export.xml', {}, BODY_FORM)).text)).map(
    ({ tree }) => tree,
  );

test('a quote, an apostrophe or a comma in a text breaks nothing, and comes back as it was', async () => {
  const words = `L'atelier "bois", c’est \\ l'essentiel ; 50 % d'heures & <plus>`;
  await importFile(ada, lheoFile(withText(formation(1), 'intitule-formation', words)));
  const [tree] = await exported();
  expect(childrenOf(tree as LheoElement, 'intitule-formation')[0]?.text).toBe(words);
  expect((await ada.get('/rafaelpro/catalogue')).text).not.toContain('<plus>');
});

test('a file sent again, corrected, updates what was there; the report of the first stays', async () => {
  const wrong = await importFile(
    ada,
    lheoFile(formation(1), withText(formation(2), 'intitule-formation', 'x'.repeat(300))),
  );
  await importFile(ada, lheoFile(withText(formation(1), 'intitule-formation', 'Mieux'), formation(2)));
  expect(await db()('offers').orderBy('external_number').pluck('title')).toEqual([
    'Mieux',
    expect.stringContaining('parcours 2'),
  ]);
  expect((await ada.get(`${wrong}?voir=rejected`)).text).toContain('E20');
});

test('the place of an action is its own, whatever the address of the body; two bodies of one name stay two', async () => {
  const [action] = childrenOf(formation(1), 'action') as [LheoElement];
  const there = replaced(
    replaced(replaced(action, 'codepostal', '64000'), 'ville', 'Pau'),
    'code-INSEE-commune',
    '64445',
  );
  const tree = withActions(formation(1), [there]);
  await importFile(agnes, lheoFile(tree, ofBody(tree, OTHER)), { publier: '1' }, { form: AGENCY_FORM });
  expect(await db()('offer_actions').select('place_city', 'department')).toEqual([
    { place_city: 'Pau', department: '64' },
    { place_city: 'Pau', department: '64' },
  ]);
  expect((await db()('offers').pluck('structure_id')).sort()).toEqual([body, other].sort());
});

test('an old region code and dates of modules far from those of the session are kept', async () => {
  const [action] = childrenOf(formation(1), 'action') as [LheoElement];
  const address = element('adresse', [
    element('ligne', '1 rue du Centre'),
    element('codepostal', '33000'),
    element('ville', 'Bordeaux'),
    element('region', '72'),
  ]);
  const old = withChildren(action, 'adresse-information', [element('adresse-information', [address])]);
  const dated = withChildren(old, 'date-information', [
    element('date-information', [element('date', '20260105')]),
  ]);
  const plan = await importFile(ada, lheoFile(withActions(formation(1), [dated])));
  expect(await countsOf(db(), plan)).toMatchObject({ new: 1, issues: { W43: 1 } });
  const text = JSON.stringify(await exported());
  expect(text).toContain('"region","text":"72"');
  expect(text).toContain('20260105');
});

test('all sessions of all actions of two years are kept, those of the past among them', async () => {
  const [action] = childrenOf(formation(1), 'action') as [LheoElement];
  const [session] = childrenOf(action, 'session') as [LheoElement];
  const of = (number: string, start: string, end: string) => ({
    ...replaced(replaced(session, 'debut', start), 'fin', end),
    attributes: { numero: number },
  });
  const years = [
    of('S1', '20250901', '20260630'),
    of('S2', '20260901', '20270630'),
    of('S3', '20270901', '20280630'),
  ];
  await importFile(ada, lheoFile(withActions(formation(1), [withChildren(action, 'session', years)])));
  expect(await db()('offer_sessions').orderBy('position').pluck('external_number')).toEqual([
    'S1',
    'S2',
    'S3',
  ]);
});

test('attributes in any order, and another prefix for the namespace, say the same', async () => {
  const tree = { ...formation(1), attributes: { numero: 'F1', info: 'x', datemaj: '20270101' } };
  const content = lheoFile(tree);
  await importFile(ada, content);
  const turned = content.replace(/<formation [^>]*>/, '<formation datemaj="20270101" info="x" numero="F1">');
  expect(turned).not.toBe(content);
  expect(await countsOf(db(), await planOf(ada, turned))).toMatchObject({ unchanged: 1 });
  const prefixed = content.replaceAll(/<(\/?)(?=[a-zA-Z])/g, '<$1l:').replace('xmlns=', 'xmlns:l=');
  expect(await countsOf(db(), await planOf(ada, prefixed))).toMatchObject({ unchanged: 1 });
});

test('no number in an address or a form makes a failure of ours', async () => {
  for (const id of ['0', '-1', '1e9', '99999999999', '%00', "1'--", '1;drop']) {
    expect((await ada.get(`/rafaelpro/catalogue/imports/${id}`)).status, id).toBe(404);
    const answer = await ada.submit(`/rafaelpro/catalogue/imports/${id}/appliquer`, {}, BODY_FORM);
    expect(answer.status, id).toBe(404);
  }
});
