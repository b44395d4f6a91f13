import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { applyImport, PlanStale } from '#rafael/imports/apply/service.ts';
import { planImport } from '#rafael/imports/plan/service.ts';
import { type LheoElement, withText } from '#rafael/lheo/tree.ts';
import { saveFormation } from '#rafael/offers/saving/save.ts';
import { formationAt } from '../../../bench/rafael/formations.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { journalOf } from '../../support/journal.ts';
import { applyPlan, importFile, lheoFile, planOf } from '../../support/offer-imports.ts';
import { createStructure, createUser } from '../../support/people.ts';

const SIRET = '32922456200234';
let site: TestSite;
let body: number;
let userId: number;
let ada: Visitor;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-01T09:00:00Z' });
  body = await createStructure(db(), { siret: SIRET, isTrainingBody: true });
  const user = await createUser(db(), { affiliations: { [body]: ['of_catalogue'] } });
  userId = user.id;
  ada = await site.signedIn(user.email);
});
afterAll(() => site.close());
beforeEach(async () => {
  await db()('offer_imports').delete();
  await db()('offers').delete();
});

const db = () => site.dependencies.db;
const formation = (nth: number) => formationAt(nth, SIRET, 2027);
const titled = (tree: LheoElement, title: string) => withText(tree, 'intitule-formation', title);
const idOf = (plan: string) => Number(plan.split('/').at(-1));
const plan = (content: string) =>
  planImport(site.dependencies, {
    file: { name: 'a.xml', bytes: Buffer.from(content) },
    body: { structureId: body, siret: SIRET },
    userId,
  });
const apply = (importId: number, complete = false) =>
  applyImport(site.dependencies, { importId, structureId: body, userId, complete, publish: true });
const save = (tree: LheoElement) =>
  db().transaction((trx) =>
    saveFormation(
      trx,
      { structureId: body, tree },
      { source: 'entered', userId, now: site.clock.now(), publish: true },
    ),
  );
const offers = () => db()('offers').orderBy('external_number').select('*');

test('a plan applied twice at once is applied once', async () => {
  const importId = await plan(lheoFile(...[1, 2, 3].map(formation)));
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => apply(importId)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const one of outcomes)
    if (one.status === 'rejected')
      expect(one.reason).toMatchObject({ status: 409, message: 'Cet import est déjà appliqué.' });
  expect(await offers()).toMatchObject([{ version: 1 }, { version: 1 }, { version: 1 }]);
  expect((await journalOf(db())).filter(({ action }) => action === 'offers.imported')).toHaveLength(1);
});

test('of two plans of the same day, the second is out of date once the first is applied', async () => {
  await save(formation(1));
  const [one, other] = [
    await plan(lheoFile(titled(formation(1), 'Un'))),
    await plan(lheoFile(titled(formation(1), 'Deux'))),
  ];
  const outcomes = await Promise.allSettled([apply(one), apply(other)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = outcomes.find((each) => each.status === 'rejected');
  expect(refused?.reason).toBeInstanceOf(PlanStale);
});

test('a catalogue that changed since: refused with 409, nothing is written, and the page says what to do', async () => {
  await importFile(ada, lheoFile(formation(1), formation(2)));
  const address = await planOf(ada, lheoFile(titled(formation(1), 'Du fichier')));
  await save(titled(formation(2), 'Écrite entre-temps'));
  const before = await offers();
  const answer = await applyPlan(ada, address, { publier: '1', complet: '1' });
  expect(answer.status).toBe(409);
  expect(answer.text).toContain('Le catalogue a changé');
  expect(answer.text).toContain('href="/rafaelpro/catalogue/importer"');
  expect(await offers()).toEqual(before);
  const page = await ada.get(address);
  expect(page.text).toContain('Plus à jour');
  expect(page.text).not.toContain('Appliquer l’import');
  expect(
    await db()('offer_imports')
      .where({ id: idOf(address) })
      .first(),
  ).toMatchObject({ state: 'stale' });
});

test('another body’s change makes no plan stale', async () => {
  const other = await createStructure(db(), { isTrainingBody: true });
  const importId = await plan(lheoFile(formation(1)));
  await db().transaction((trx) =>
    saveFormation(
      trx,
      { structureId: other, tree: formation(1) },
      { source: 'entered', userId, now: site.clock.now(), publish: true },
    ),
  );
  expect(await apply(importId)).toMatchObject({ added: 1 });
});

test('whoever changes the catalogue while a plan is applied comes before or after, never in between', async () => {
  await save(formation(1));
  for (let round = 0; round < 5; round += 1) {
    const importId = await plan(lheoFile(titled(formation(1), `Fichier ${round}`), formation(10 + round)));
    const edited = titled(formation(1), `Écran ${round}`);
    const [applied] = await Promise.allSettled([
      apply(importId),
      // As a form does: the body first, then what is saved.
      db().transaction(async (trx) => {
        await trx.raw('select from structures where id = ? for no key update', [body]);
        await saveFormation(
          trx,
          { structureId: body, tree: edited },
          { source: 'entered', userId, now: site.clock.now(), publish: true },
        );
      }),
    ]);
    const rows = await offers();
    const isThere = rows.some((row) => row.external_number === `F${10 + round}`);
    // The whole file, or nothing of it.
    expect(isThere).toBe(applied.status === 'fulfilled');
    expect(rows.find((row) => row.external_number === 'F1')?.title).toBe(`Écran ${round}`);
  }
});

test('a failure amid leaves nothing half applied, and the plan can be applied again', async () => {
  const importId = await plan(lheoFile(...Array.from({ length: 250 }, (_, nth) => formation(nth))));
  // The third part of the work is no formation.
  await db()('offer_import_items')
    .where({ import_id: importId, position: 240 })
    .update({
      tree: JSON.stringify({ name: 'formation', attributes: { numero: 'x'.repeat(500) }, children: [] }),
    });
  await expect(apply(importId)).rejects.toThrow();
  expect(await offers()).toEqual([]);
  expect(await db()('offer_imports').where({ id: importId }).first()).toMatchObject({ state: 'planned' });
  await db()('offer_import_items')
    .where({ import_id: importId, position: 240 })
    .update({ tree: JSON.stringify(formation(239)) });
  expect(await apply(importId)).toMatchObject({ added: 250 });
});

test('a file that is too much at once waits its turn: two are planned at a time, the third comes again', async () => {
  const large = lheoFile(...Array.from({ length: 400 }, (_, nth) => formation(nth)));
  const tokens = await Promise.all([1, 2, 3, 4].map(() => ada.token('/rafaelpro/catalogue/importer')));
  const answers = await Promise.all(
    tokens.map((token) =>
      ada.agent
        .post('/rafaelpro/catalogue/importer')
        .field('_csrf', token)
        .attach('fichier', Buffer.from(large), 'a.xml'),
    ),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([303, 303, 503, 503]);
  expect(answers.find(({ status }) => status === 503)?.headers['retry-after']).toBe('10');
});
