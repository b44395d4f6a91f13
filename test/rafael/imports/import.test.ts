import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forgetPlans } from '#rafael/imports/forget.ts';
import { childrenOf, element, type LheoElement, withChildren, withText } from '#rafael/lheo/tree.ts';
import { formationAt } from '../../../bench/rafael/formations.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { DAY } from '../../support/database.ts';
import { lastEntry } from '../../support/journal.ts';
import { readAll } from '../../support/lheo.ts';
import {
  AGENCY_FORM,
  applyPlan,
  BODY_FORM,
  countsOf,
  importFile,
  lheoFile,
  ofBody,
  planOf,
  replaced,
  sendFile,
  withActions,
} from '../../support/offer-imports.ts';
import { createStructure, createUser, type TestUser } from '../../support/people.ts';
import { first } from '../../support/rows.ts';
import { recordStatements } from '../../support/statements.ts';

const SIRET = '32922456200234';
const OTHER = '73282932000074';
let site: TestSite;
let body: number;
let other: number;
let keeper: TestUser;
let ada: Visitor;
let agnes: Visitor;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-01T09:00:00Z' });
  body = await createStructure(db(), { siret: SIRET, isTrainingBody: true, name: 'Institut Essai' });
  other = await createStructure(db(), { siret: OTHER, isTrainingBody: true, name: 'Autre Institut' });
  keeper = await createUser(db(), { affiliations: { [body]: ['of_catalogue'] } });
  ada = await site.signedIn(keeper.email);
  agnes = await site.signedIn((await createUser(db(), { isAgencyManager: true })).email);
});
afterAll(() => site.close());
beforeEach(async () => {
  await db()('offer_imports').delete();
  await db()('offers').delete();
});

const db = () => site.dependencies.db;
const formation = (nth: number) => formationAt(nth, SIRET, 2027);
const titled = (tree: LheoElement, title: string) => withText(tree, 'intitule-formation', title);
const offers = (of: Record<string, unknown> = {}) =>
  db()('offers').where(of).orderBy('external_number').select('*');
const sessions = () => db()('offer_sessions').orderBy(['action_id', 'position']).select('*');
const plain = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&nbsp;', '\u00a0')
    .replace(/\s+/g, ' ');
/** Everything that the catalogue holds, without what only says when. */
const everything = async () => ({
  offers: await offers(),
  actions: await db()('offer_actions').orderBy('id'),
  sessions: await sessions(),
  meetings: await db()('information_meetings').orderBy('id'),
});

describe('a file, its plan, and doing what it says', () => {
  test('shown first and written only then; the same file again changes nothing and writes nothing', async () => {
    const file = lheoFile(formation(1), formation(5), formation(8));
    const plan = await planOf(ada, file);
    expect(await offers()).toEqual([]);
    const page = await ada.get(plan);
    expect(plain(page.text)).toMatch(/3 formations lues 3 Nouvelles 0 Modifiée 0 Inchangée 0 Rejetée/);
    expect(page.text).toContain('Titre professionnel');
    const answer = await applyPlan(ada, plan);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe(plan);
    expect(await offers()).toMatchObject([
      {
        external_number: 'F1',
        state: 'published',
        source: 'import',
        structure_id: body,
        created_by: keeper.id,
      },
      { external_number: 'F5', state: 'published' },
      { external_number: 'F8', state: 'published' },
    ]);
    expect(await sessions()).toHaveLength(
      [1, 5, 8].flatMap((nth) =>
        childrenOf(formation(nth), 'action').flatMap((one) => childrenOf(one, 'session')),
      ).length,
    );
    expect(await lastEntry(db())).toMatchObject({
      action: 'offers.imported',
      actor_id: keeper.id,
      structure_id: body,
      details: { read: 3, added: 3, updated: 0, archived: 0, rejected: 0 },
    });
    expect(plain((await ada.get(plan)).text)).toContain('L’import est appliqué : 3 formations ajoutées.');

    const before = await everything();
    const again = await planOf(ada, file);
    expect(await countsOf(db(), again)).toMatchObject({
      read: 3,
      new: 0,
      changed: 0,
      unchanged: 3,
      rejected: 0,
    });
    expect((await ada.get(again)).text).toContain('Tout ce que dit le fichier est déjà dans le catalogue.');
    await applyPlan(ada, again);
    expect(await everything()).toEqual(before);
  });

  test('what changes is told field by field, and changed in place', async () => {
    await importFile(ada, lheoFile(formation(1), formation(2)));
    const [before] = await offers({ external_number: 'F2' });
    const plan = await planOf(ada, lheoFile(formation(1), titled(formation(2), 'Soudure, niveau 2')));
    const { text } = await ada.get(`${plan}?voir=changed`);
    expect(plain(text)).toMatch(/Intitulé : Titre professionnel .* → Soudure, niveau 2/);
    await applyPlan(ada, plan);
    const [after] = await offers({ external_number: 'F2' });
    expect(after).toMatchObject({ id: before.id, title: 'Soudure, niveau 2', version: before.version + 1 });
    expect((await readAll(await exportOf(ada))).map(({ tree }) => tree.attributes?.numero)).toEqual([
      'F1',
      'F2',
    ]);
  });

  test('as a draft, where « publier » is not ticked', async () => {
    await importFile(ada, lheoFile(formation(1)), {});
    expect(await offers()).toMatchObject([{ state: 'draft', published_at: null }]);
  });

  test('what the file leaves out stays, or is archived where it is a complete catalogue; never deleted', async () => {
    await importFile(ada, lheoFile(formation(1), formation(2), formation(3)));
    const partial = await planOf(ada, lheoFile(formation(1)));
    expect(await countsOf(db(), partial)).toMatchObject({ missing: 2 });
    expect(plain((await ada.get(`${partial}?voir=missing`)).text)).toContain('Absentes du fichier');
    await applyPlan(ada, partial);
    expect((await offers()).map(({ state }) => state)).toEqual(['published', 'published', 'published']);
    const complete = await importFile(ada, lheoFile(formation(1)), { complet: '1' });
    expect((await offers()).map(({ state }) => state)).toEqual(['published', 'archived', 'archived']);
    expect(plain((await ada.get(complete)).text)).toContain('2 archivées');
    // Back in a file, it comes out of the archives.
    const back = await planOf(ada, lheoFile(formation(1), formation(2)));
    expect(plain((await ada.get(`${back}?voir=changed`)).text)).toContain(
      'État : Archivée → Sortie des archives',
    );
    await applyPlan(ada, back);
    expect((await offers()).map(({ state }) => state)).toEqual(['published', 'published', 'archived']);
    await importFile(ada, lheoFile(...[1, 2, 3].map(formation)), {});
    expect((await offers()).map(({ state }) => state)).toEqual(['published', 'published', 'draft']);
  });

  test('a rejected formation is no missing one: it is not archived', async () => {
    await importFile(ada, lheoFile(formation(1), formation(2)));
    const plan = await planOf(ada, lheoFile(formation(1), titled(formation(2), 'x'.repeat(300))));
    expect(await countsOf(db(), plan)).toMatchObject({ rejected: 1, missing: 0 });
    const mistyped = await planOf(ada, lheoFile(formation(1), ofBody(formation(2), OTHER)));
    expect(await countsOf(db(), mistyped)).toMatchObject({ rejected: 1, missing: 0 });
  });

  test('a file of LHÉO 2.2 gives the same rows as one of 2.3', async () => {
    const file = lheoFile(formation(1), formation(5));
    await importFile(ada, file);
    const old = file.replace('http://lheo.gouv.fr/2.3', 'http://www.lheo.org/2.2');
    const plan = await planOf(ada, old);
    expect(await countsOf(db(), plan)).toMatchObject({ unchanged: 2, rejected: 0 });
    expect(plain((await ada.get(plan)).text)).toContain('LHÉO 2.2');
  });

  test('the totals add up, whatever is in the file', async () => {
    await importFile(ada, lheoFile(formation(1), formation(2), formation(3)));
    const plan = await planOf(
      ada,
      lheoFile(formation(1), titled(formation(2), 'Autre'), formation(4), titled(formation(6), '')),
    );
    const { read, ...counts } = await countsOf(db(), plan);
    expect(counts).toMatchObject({ new: 1, changed: 1, unchanged: 1, rejected: 1, missing: 1 });
    expect(read).toBe(counts.new + counts.changed + counts.unchanged + counts.rejected);
    const lines = db()('offer_import_items').where({ import_id: Number(plan.split('/').at(-1)) });
    expect(await lines.count('* as count').first()).toEqual({ count: read + counts.missing });
  });
});

const exportOf = async (who: Visitor) =>
  (await who.submit('/rafaelpro/catalogue/export.xml', {}, '/rafaelpro/catalogue/diffusion')).text;

describe('what is not taken', () => {
  test('one bad formation among a thousand is told by its line, path and rule; the others are taken', async () => {
    const trees = Array.from({ length: 1000 }, (_, nth) => formation(nth));
    trees[499] = replaced(trees[499] as LheoElement, 'debut', '20270231');
    const plan = await planOf(ada, lheoFile(...trees));
    expect(await countsOf(db(), plan)).toMatchObject({ read: 1000, new: 999, rejected: 1 });
    const { text } = await ada.get(plan);
    expect(plain(text)).toContain('Date inexacte (E23, ligne 502)');
    expect(text).toContain('formation[500]/action[1]/session[1]/periode/debut');
    expect(text).toContain('20270231');
    await applyPlan(ada, plan);
    expect((await db()('offers').count('* as count').first())?.count).toBe(999);
  });

  test('the rejects as CSV, where nothing is a formula', async () => {
    const evil = titled(
      { ...formation(1), attributes: { numero: '=HYPERLINK("http://x")' } },
      `+${'1'.repeat(300)}`,
    );
    const plan = await planOf(ada, lheoFile(evil));
    const { text, headers } = await ada.get(`${plan}/rejets.csv`);
    expect(headers['content-type']).toContain('text/csv');
    const [header, line] = text.replace('\ufeff', '').split('\r\n');
    expect(header).toBe('Ligne;Colonne;Formation;Intitulé;Code;Raison;Valeur;Chemin');
    expect(line).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(line).toContain(`;'+111`);
    expect(line).toContain(';E20;');
    expect(line).toContain('formation[1]/intitule-formation');
  });

  test('a number that comes twice is rejected both times, each naming the other’s line', async () => {
    const plan = await planOf(ada, lheoFile(formation(1), formation(2), titled(formation(1), 'Autre')));
    expect(await countsOf(db(), plan)).toMatchObject({ new: 1, rejected: 2, issues: { E32: 2 } });
    const { text } = await ada.get(plan);
    expect(plain(text)).toContain('(E32, ligne 3) : Ce numéro est aussi à la ligne 5');
    expect(plain(text)).toContain('(E32, ligne 5) : Ce numéro est aussi à la ligne 3');
    await applyPlan(ada, plan);
    expect((await offers()).map((one) => one.external_number)).toEqual(['F2']);
  });

  test('two actions of a formation, or two sessions of an action, with one number', async () => {
    const [action] = childrenOf(formation(1), 'action') as [LheoElement];
    const [session] = childrenOf(action, 'session') as [LheoElement];
    const plan = await planOf(
      ada,
      lheoFile(
        withActions(formation(1), [action, action]),
        withActions(formation(2), [withChildren(action, 'session', [session, session])]),
      ),
    );
    const { text } = await ada.get(plan);
    expect(text).toContain('formation[1]/action[2]');
    expect(text).toContain('formation[2]/action[1]/session[2]');
    expect(await countsOf(db(), plan)).toMatchObject({ rejected: 2 });
  });

  test('the formation of another body never touches its catalogue', async () => {
    const beta = await site.signedIn(
      (await createUser(db(), { affiliations: { [other]: ['of_general'] } })).email,
    );
    await importFile(beta, lheoFile(ofBody(formation(1), OTHER)));
    const before = await everything();
    const plan = await planOf(ada, lheoFile(titled(ofBody(formation(1), OTHER), 'Volée')));
    const { text } = await ada.get(plan);
    expect(plain(text)).toContain('Autre organisme (E30');
    expect(plain(text)).toMatch(/votre SIRET est 329.224.562.00234/);
    await applyPlan(ada, plan, { complet: '1' });
    expect(await everything()).toEqual(before);
  });

  test('the same number with its own body and another’s: only the other’s is rejected', async () => {
    const plan = await planOf(ada, lheoFile(formation(1), ofBody(formation(1), OTHER)));
    expect(await countsOf(db(), plan)).toMatchObject({ new: 1, rejected: 1, issues: { E30: 1 } });
  });

  test('a number longer than is kept', async () => {
    const plan = await planOf(ada, lheoFile({ ...formation(1), attributes: { numero: 'x'.repeat(101) } }));
    expect(await countsOf(db(), plan)).toMatchObject({ rejected: 1 });
  });
});

describe('what is taken with a word of warning', () => {
  const warnings = async (plan: string) => plain((await ada.get(`${plan}?voir=warned`)).text);

  test('codes that the agency’s lists do not have, or that are over; without a list nothing is said', async () => {
    const tree = withChildren(formation(1), 'certification', [
      element('certification', [element('code-RNCP', '31114')]),
    ]);
    expect(await countsOf(db(), await planOf(ada, lheoFile(tree)))).toMatchObject({ new: 1, warned: 0 });
    await db()('formacodes').insert({ code: '15081', version: 'V14', label: 'x' });
    await db()('certifications').insert({
      kind: 'RNCP',
      code: '31114',
      label: 'x',
      expires_on: '2026-11-30',
    });
    const plan = await planOf(ada, lheoFile(tree));
    expect(await countsOf(db(), plan)).toMatchObject({ new: 1, warned: 1, issues: { W40: 1, W41: 1 } });
    const text = await warnings(plan);
    expect(text).toContain('La liste Formacode V14 de l’agence n’a pas ce code');
    expect(text).toContain('a pris fin le 30/11/2026');
    await db()('formacodes').delete();
    await db()('certifications').delete();
  });

  test('a file that is older than the catalogue', async () => {
    await importFile(ada, lheoFile(formation(1)));
    const older = { ...titled(formation(1), 'Avant'), attributes: { numero: 'F1', datemaj: '20260101' } };
    const plan = await planOf(ada, lheoFile(older));
    expect(await warnings(plan)).toContain('Fichier plus ancien que le catalogue (W47');
  });

  test('the same title, place and dates under another number, in the file or in the catalogue; hours apart are two', async () => {
    const [action] = childrenOf(formation(1), 'action') as [LheoElement];
    const copy = (number: string, hours = 0) => ({
      ...withActions(formation(1), [
        withText(
          action,
          'nombre-heures-total',
          String(Number(textOf(action, 'nombre-heures-total')) + hours),
        ),
      ]),
      attributes: { numero: number },
    });
    const inFile = await planOf(ada, lheoFile(formation(1), copy('COPIE', 9), copy('AUTRE', 10)));
    expect(await countsOf(db(), inFile)).toMatchObject({ new: 3, issues: { W48: 1 } });
    expect(await warnings(inFile)).toContain('que la formation F1 (ligne 3)');
    await importFile(ada, lheoFile(formation(1)));
    const saved = await planOf(ada, lheoFile(copy('COPIE', 9)));
    expect(await warnings(saved)).toContain('que la formation F1 du catalogue');
    expect(await countsOf(db(), await planOf(ada, lheoFile(copy('AUTRE', 10))))).toMatchObject({ warned: 0 });
  });

  test('a past session that is open; the import takes it', async () => {
    const past = replaced(replaced(formation(1), 'debut', '20260105'), 'fin', '20260630');
    const plan = await planOf(ada, lheoFile(past));
    expect(await warnings(plan)).toContain('Session passée encore ouverte (W46');
    await applyPlan(ada, plan);
    expect(await offers()).toHaveLength(1);
  });
});

const textOf = (tree: LheoElement, name: string) => childrenOf(tree, name)[0]?.text ?? '';

describe('sessions for which people are registered', () => {
  beforeEach(async () => {
    await importFile(ada, lheoFile(formation(1), formation(2)));
    await db()('offer_sessions').where({ external_number: 'F1-1-1' }).update({ seats_held: 8 });
  });
  const taken = async () => first(await db()('offer_sessions').where({ external_number: 'F1-1-1' }));

  test('left out of the file, they stay; told in the plan, and the same file again changes nothing', async () => {
    const [action] = childrenOf(formation(1), 'action') as [LheoElement];
    const [, second] = childrenOf(action, 'session');
    const file = lheoFile(
      withActions(formation(1), [withChildren(action, 'session', [second as LheoElement])]),
      formation(2),
    );
    const plan = await planOf(ada, file);
    expect(plain((await ada.get(`${plan}?voir=warned`)).text)).toContain(
      'des candidatures y sont en cours, elle est gardée',
    );
    await applyPlan(ada, plan);
    expect(await taken()).toMatchObject({ state: 'open', seats_held: 8, capacity: 13 });
    expect(await countsOf(db(), await planOf(ada, file))).toMatchObject({ unchanged: 2, changed: 0 });
  });

  test('with fewer places than are taken, the places stay; with enough, they change', async () => {
    const with3 = lheoFile(replaced(formation(1), 'capacite-simultanee', '3'), formation(2));
    const plan = await planOf(ada, with3);
    const told = plain((await ada.get(`${plan}?voir=warned`)).text);
    expect(told).toMatch(/Le fichier donne 3.places, 8.sont déjà prises/);
    await applyPlan(ada, plan);
    const { lheo, ...row } = await taken();
    expect(row).toMatchObject({ seats_held: 8 });
    expect(row.capacity).toBeGreaterThanOrEqual(8);
    expect(JSON.stringify(lheo)).toContain(`"text": "${row.capacity}"`.replace(': ', ':'));
    await importFile(ada, lheoFile(replaced(formation(1), 'capacite-simultanee', '9'), formation(2)));
    expect(await taken()).toMatchObject({ capacity: 9 });
  });

  test('a formation that is missing from a complete catalogue is left, and told', async () => {
    const plan = await planOf(ada, lheoFile(formation(2)));
    expect(plain((await ada.get(`${plan}?voir=missing`)).text)).toContain('Gardée dans tous les cas');
    await applyPlan(ada, plan, { complet: '1' });
    expect((await offers()).map(({ state }) => state)).toEqual(['published', 'published']);
    expect(plain((await ada.get(plan)).text)).toContain('1 absente du fichier est gardée');
  });
});

describe('the agency', () => {
  test('imports a file of several bodies, each formation to the one whose SIRET it bears', async () => {
    const file = lheoFile(formation(1), ofBody(formation(1), OTHER), ofBody(formation(2), '00000000000000'));
    const plan = await planOf(agnes, file, { form: AGENCY_FORM });
    expect(await countsOf(db(), plan)).toMatchObject({ read: 3, new: 2, rejected: 1, issues: { E30: 1 } });
    const page = plain((await agnes.get(plan)).text);
    expect(page).toContain('Aucun organisme de formation en activité n’a ce SIRET.');
    expect(plain((await agnes.get(`${plan}?voir=new`)).text)).toContain('Autre Institut');
    expect((await applyPlan(agnes, plan)).status).toBe(303);
    expect(await offers()).toMatchObject([
      { external_number: 'F1', structure_id: body, source: 'agency' },
      { external_number: 'F1', structure_id: other, source: 'agency' },
    ]);
    expect(await lastEntry(db())).toMatchObject({ action: 'offers.imported', structure_id: null });
  });

  test('reads the imports of all, and applies its own alone', async () => {
    const plan = await planOf(ada, lheoFile(formation(1)));
    const id = plan.split('/').at(-1);
    const list = await agnes.get('/agence/rafaelpro/imports');
    expect(list.text).toContain('Institut Essai');
    const page = await agnes.get(`/agence/rafaelpro/imports/${id}`);
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('appliquer"');
    const answer = await agnes.submit(
      `/agence/rafaelpro/imports/${id}/appliquer`,
      {},
      '/agence/rafaelpro/imports/nouveau',
    );
    expect(answer.status).toBe(404);
    expect(await offers()).toEqual([]);
  });
});

describe('whose plan it is', () => {
  test('that of another body does not exist, nor that of the agency', async () => {
    const beta = await site.signedIn(
      (await createUser(db(), { affiliations: { [other]: ['of_catalogue'] } })).email,
    );
    const own = await planOf(ada, lheoFile(formation(1)));
    const agencys = (await planOf(agnes, lheoFile(formation(1)), { form: AGENCY_FORM })).split('/').at(-1);
    for (const [who, path] of [
      [beta, own],
      [beta, `${own}/rejets.csv`],
      [ada, `/rafaelpro/catalogue/imports/${agencys}`],
      [ada, '/rafaelpro/catalogue/imports/abc'],
      [ada, '/rafaelpro/catalogue/imports/2147483648'],
    ] as const)
      expect((await who.get(path)).status, path).toBe(404);
    expect((await beta.submit(`${own}/appliquer`, {}, BODY_FORM)).status).toBe(404);
    expect(await offers()).toEqual([]);
  });

  test('whoever answers candidatures alone imports nothing', async () => {
    const nora = await site.signedIn(
      (await createUser(db(), { affiliations: { [body]: ['of_preregistration'] } })).email,
    );
    expect((await nora.get(BODY_FORM)).status).toBe(403);
    const plan = await planOf(ada, lheoFile(formation(1)));
    expect((await nora.get(plan)).status).toBe(403);
    expect((await nora.submit(`${plan}/appliquer`, {}, '/mon-compte')).status).toBe(403);
  });
});

describe('time goes by', () => {
  test('a plan of thirty days is forgotten, its counts stay', async () => {
    const plan = await planOf(ada, lheoFile(formation(1), titled(formation(2), '')));
    const afterDays = (days: number) => ({
      db: db(),
      clock: { now: () => new Date(site.clock.now().getTime() + days * DAY) },
    });
    await forgetPlans(afterDays(29));
    expect(await db()('offer_import_items').count('* as count').first()).toEqual({ count: 2 });
    const later = afterDays(31);
    await forgetPlans(later);
    await forgetPlans(later);
    expect(await db()('offer_import_items').count('* as count').first()).toEqual({ count: 0 });
    const page = plain((await ada.get(plan)).text);
    expect(page).toContain('1 Nouvelle');
    expect(page).toContain('Élément manquant (E12) : 1');
    expect(page).not.toContain('Appliquer l’import');
    const late = await ada.submit(`${plan}/appliquer`, {}, BODY_FORM);
    expect(late.status).toBe(409);
    expect(late.text).toContain('plus de 30');
    expect(await offers()).toEqual([]);
  });

  test('the list has the newest first, with what each came to', async () => {
    await importFile(ada, lheoFile(formation(1)), { publier: '1' }, { name: 'premier.xml' });
    site.clock.advance(60_000);
    await planOf(ada, lheoFile(formation(2)), { name: '<b>second</b>.xml' });
    const { text } = await ada.get('/rafaelpro/catalogue/imports');
    expect(text.indexOf('&lt;b&gt;second')).toBeLessThan(text.indexOf('premier.xml'));
    expect(plain(text)).toMatch(/1.lue, 1.nouvelle/);
    expect(text).toContain('Appliqué');
    expect(text).toContain('À appliquer');
  });

  test('each page takes four statements at most', async () => {
    const plan = await planOf(ada, lheoFile(formation(1), titled(formation(2), '')));
    for (const path of [BODY_FORM, plan, `${plan}?voir=new`, '/rafaelpro/catalogue/imports'])
      expect((await recordStatements(() => ada.get(path))).length, path).toBeLessThanOrEqual(4);
  });

  test('pages of 25', async () => {
    const plan = await planOf(ada, lheoFile(...Array.from({ length: 30 }, (_, nth) => formation(nth))));
    const page = async (query: string) =>
      ((await ada.get(`${plan}${query}`)).text.match(/rowheader/g) ?? []).length;
    expect(await page('')).toBe(25);
    expect(await page('?voir=new&page=2')).toBe(5);
    expect(await page('?voir=<script>&page=-3')).toBe(25);
  });
});

describe('a file that is not taken as a whole is said at its field', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['nothing in it', '', 'Ce fichier est vide.'],
    ['an archive', Buffer.from('PK\u0003\u0004'), 'C’est une archive'],
    ['no XML', 'Numéro;Intitulé\r\n1;2', 'E02'],
    ['cut in the middle', lheoFile(formation(1)).slice(0, 3000), 'E02'],
    ['another dialect', '<lheo xmlns="urn:edof"><offres/></lheo>', 'E03'],
    ['a DOCTYPE', '<!DOCTYPE lheo><lheo xmlns="http://lheo.gouv.fr/2.3"/>', 'E01'],
  ])('%s', async (_, content, words) => {
    const answer = await sendFile(ada, content);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(words);
    expect(await db()('offer_imports').count('* as count').first()).toEqual({ count: 0 });
  });

  test('no file, or two', async () => {
    expect((await ada.submit(BODY_FORM, {})).status).toBe(422);
    const token = await ada.token(BODY_FORM);
    const two = await ada.agent
      .post(BODY_FORM)
      .field('_csrf', token)
      .attach('fichier', Buffer.from('x'), 'a.xml')
      .attach('fichier', Buffer.from('y'), 'b.xml');
    expect(two.status).toBe(422);
    expect(two.text).toContain('un seul fichier');
  });

  test('larger than a page takes: 413, with where else it goes', async () => {
    const answer = await sendFile(ada, Buffer.alloc(10 * 1_048_576 + 200_000, 32));
    expect(answer.status).toBe(413);
    expect(answer.text).toContain('offre@cap-metiers.pro');
    expect(answer.text).toContain('offers:import');
  });
});
