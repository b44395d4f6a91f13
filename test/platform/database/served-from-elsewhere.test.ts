import { afterAll, beforeAll, expect, test } from 'vitest';
import { up } from '../../../migrations/20261130_85_served_from_elsewhere.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import { DAY } from '../../support/database.ts';
import { createStructure } from '../../support/people.ts';

/** What was stored while the first digits of a postcode told the département goes to that of its commune. */
let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());

type Corrections = Record<string, { overruled: string | null; value: string | null }>;

test.each<[string, string, string, string]>([
  ['33220', 'Fougueyrolles', '33', '24'],
  ['33220', 'PORT-STE-FOY-ET-PONCHAPT CEDEX', '33', '24'],
  ['37160', 'Buxeuil', '37', '86'],
  ['01200', 'Éloise', '01', '74'],
  ['94390', 'Paray-Vieille-Poste', '94', '91'],
  ['97133', 'Saint-Barthélemy', '971', '977'],
  ['98799', 'Clipperton', '987', '989'],
  // Of the postcode's own département, or elsewhere, or told by the commune of SIRENE.
  ['33220', 'Sainte-Foy-la-Grande', '33', '33'],
  ['33600', 'Fougueyrolles', '33', '33'],
  ['33220', 'Fougueyrolles', '47', '47'],
  ['33220', 'constructor', '33', '33'],
])('a structure of %s %s in %s: %s', async (postcode, city, before, department) => {
  const { db } = site.dependencies;
  const id = await createStructure(db);
  await db('structures').where({ id }).update({ postcode, city, department: before });
  await up(site.owner);
  expect(await db('structures').where({ id }).first()).toMatchObject({
    postcode,
    city,
    department,
    corrections: {},
  });
});

test.each<[string, Corrections, Corrections]>([
  [
    'the place: SIRENE still says the former one',
    { postcode: { overruled: '33600', value: '33220' } },
    { postcode: { overruled: '33600', value: '33220' }, department: { overruled: '33', value: '24' } },
  ],
  [
    'the département with it',
    { department: { overruled: '47', value: '33' } },
    { department: { overruled: '47', value: '24' } },
  ],
  ['the département away from what SIRENE says', { department: { overruled: '24', value: '33' } }, {}],
  ['something else', { name: { overruled: 'A', value: 'B' } }, { name: { overruled: 'A', value: 'B' } }],
])('where the agency has corrected %s', async (_what, before, after) => {
  const { db } = site.dependencies;
  const id = await createStructure(db);
  const place = { postcode: '33220', city: 'Fougueyrolles', department: '33' };
  await db('structures')
    .where({ id })
    .update({ ...place, corrections: JSON.stringify(before) });
  await up(site.owner);
  const row = await db('structures').where({ id }).first();
  expect([row.department, row.corrections]).toEqual(['24', after]);
});

test('a session is where its first half-day with a town is; a second time changes nothing', async () => {
  const { db } = site.dependencies;
  const now = new Date();
  const { id: actionId } = await createAction(db, { providerId: await createStructure(db) });
  const session = async (places: [string, string][], department: string | null) => {
    const id = await createSession(db, { actionId, now });
    await db('slots').where({ session_id: id }).delete();
    await db('slots').insert(
      places.map(([postcode, city], day) => ({
        session_id: id,
        starts_at: new Date(now.getTime() + day * DAY),
        ends_at: new Date(now.getTime() + day * DAY + 1),
        modality: city ? 'in_person' : 'remote',
        postcode,
        city,
      })),
    );
    await db('sessions')
      .where({ id })
      .update({ department, city: places.find(([, city]) => city)?.[1] ?? null });
    return id;
  };
  const ids = [
    await session(
      [
        ['37160', 'Buxeuil'],
        ['86000', 'Poitiers'],
      ],
      '37',
    ),
    await session(
      [
        ['', ''],
        ['33220', 'Fougueyrolles'],
      ],
      '33',
    ),
    await session(
      [
        ['33000', 'Bordeaux'],
        ['33220', 'Fougueyrolles'],
      ],
      '33',
    ),
    await session([['33220', 'Sainte-Foy-la-Grande']], '33'),
    await session([['', '']], null),
  ];
  const held = () => db('sessions').whereIn('id', ids).orderBy('id').pluck('department');
  await up(site.owner);
  expect(await held()).toEqual(['86', '24', '33', '33', null]);
  await up(site.owner);
  expect(await held()).toEqual(['86', '24', '33', '33', null]);
});
