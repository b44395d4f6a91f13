import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkFormation } from '#rafael/lheo/checks.ts';
import { readSearch } from '#rafael/search/schemas.ts';
import { searchOffers } from '#rafael/search/service.ts';
import { formations } from '../../seeds/demo/offers/formations.ts';
import { treeOf } from '../../seeds/demo/offers/tree.ts';
import { seedDemo } from '../../seeds/demo.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedDemo(database.dependencies);
});
afterAll(() => database.drop());

const search = (fields: Record<string, string>) => searchOffers(database.dependencies, readSearch(fields));

test('every formation is LHÉO without a fault, whatever the day', () => {
  const body = { name: 'Un organisme', siret: '73282932000074' };
  for (const now of ['2026-12-24T10:00:00Z', '2027-02-26T10:00:00Z', '2028-02-29T10:00:00Z']) {
    for (const draft of formations) {
      const tree = treeOf(draft, { number: 'D1', body, now: new Date(now) });
      expect(checkFormation(tree, { today: '2020-01-01' })).toEqual([]);
    }
  }
});

test('the offer has what its pages have to show', async () => {
  const { db } = database.dependencies;
  const all = await search({});
  expect(formations).toHaveLength(40);
  expect(all.total).toBeGreaterThanOrEqual(35);
  const choicesOf = (name: string) => all.form.selects.find((one) => one.name === name)?.choices ?? [];
  expect(choicesOf('domaine')).toHaveLength(10);
  expect(choicesOf('departement').length).toBeGreaterThanOrEqual(8);
  expect(choicesOf('programme').length).toBeGreaterThanOrEqual(4);
  expect(choicesOf('public').length).toBeGreaterThanOrEqual(4);
  expect(choicesOf('organisme')).toHaveLength(4);
  for (const tick of ['places', 'reunion', 'certifiante', 'conventionnee']) {
    const { total } = await search({ [tick]: '1' });
    expect([tick, total > 5 && total < all.total]).toEqual([tick, true]);
  }
  expect((await search({ passees: '1' })).total).toBeGreaterThan(all.total);
  expect((await search({ q: 'soudeur metalique' })).total).toBeGreaterThan(0);

  const counts = async (where: string) => Number((await db('offers').whereRaw(where).count())[0]?.count);
  expect(await counts(`state = 'draft'`)).toBe(1);
  expect(await counts(`confirmed_at < now() - interval '180 days'`)).toBeGreaterThanOrEqual(3);
  const full = await db('offer_sessions').where({ state: 'open', has_place: false }).count();
  expect(Number(full[0]?.count)).toBeGreaterThanOrEqual(5);
});

test('each right of RafaelPro has its account', async () => {
  const { db } = database.dependencies;
  const rights = await db('users as u')
    .join('affiliations as a', 'a.user_id', 'u.id')
    .join('affiliation_rights as r', 'r.affiliation_id', 'a.id')
    .whereIn(
      'u.email',
      [
        'of.catalogue',
        'of.preinscription',
        'of.general',
        'prescripteur1',
        'prescripteur2',
        'prescripteur3',
      ].map((login) => `${login}@demo.example`),
    )
    .whereNot('r.right', 'beneficiary')
    .orderBy(['u.email', 'r.right'])
    .select('u.email', 'r.right');
  expect(rights.map(({ email, right }) => [email.split('@')[0], right])).toEqual([
    ['of.catalogue', 'of_catalogue'],
    ['of.general', 'of_general'],
    ['of.preinscription', 'of_preregistration'],
    ['prescripteur1', 'prescriber_1'],
    ['prescripteur2', 'prescriber_2'],
    ['prescripteur3', 'prescriber_2'],
    ['prescripteur3', 'prescriber_3'],
  ]);
});
