import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { formatDay } from '#platform/french/time.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { journalOf } from '../../support/journal.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { createProgramme, programmesIn } from '../../support/programmes.ts';
import { first } from '../../support/rows.ts';
import { recordStatements } from '../../support/statements.ts';

const LIST = '/agence/rafaelpro/programmes';
const FIELDS = {
  nom: 'PRF 2027',
  code: 'prf-2027',
  famille: 'PRF',
  du: '2027-01-01',
  au: '2027-12-31',
  prescription: '1',
};

let site: TestSite;
let agency: Visitor;
beforeAll(async () => {
  site = await createTestSite({ now: '2027-03-01T10:00:00Z' });
  const manager = await createUser(site.dependencies.db, { isAgencyManager: true });
  agency = await site.signedIn(manager.email);
});
afterAll(() => site.close());
beforeEach(() => site.dependencies.db('programmes').delete());

test('a programme is added, changed and taken away; the journal says so', async () => {
  const { db } = site.dependencies;
  expect((await agency.get(LIST)).text).toContain('Aucun programme');
  const added = await agency.submit(`${LIST}/nouveau`, FIELDS);
  expect([added.status, added.headers.location]).toEqual([303, LIST]);
  const programme = first(await programmesIn(db));
  expect(programme).toMatchObject({ code: 'PRF-2027', family: 'PRF', needs_prescription: true });
  const list = await agency.get(LIST);
  expect(list.text).toContain(
    `Du ${formatDay('2027-01-01T12:00:00Z')} au ${formatDay('2027-12-31T12:00:00Z')}`,
  );
  expect(list.text).not.toContain('Fermé aujourd’hui');

  const one = `${LIST}/${programme.id}`;
  expect((await agency.get(one)).text).toContain('value="2027-12-31"');
  const { prescription: _, ...open } = FIELDS;
  const changed = await agency.submit(one, { ...open, au: '2027-02-28', version: 1 });
  expect(changed.status).toBe(303);
  expect(first(await programmesIn(db)).needs_prescription).toBe(false);
  expect((await agency.get(LIST)).text).toContain('Fermé aujourd’hui');

  expect((await agency.submit(`${one}/supprimer`, {}, LIST.concat('/nouveau'))).status).toBe(303);
  expect(await programmesIn(db)).toEqual([]);
  expect((await journalOf(db, 'programme.%')).map(({ action, details }) => [action, details.code])).toEqual([
    ['programme.created', 'PRF-2027'],
    ['programme.updated', 'PRF-2027'],
    ['programme.deleted', 'PRF-2027'],
  ]);
});

test.each([
  ['no name', { nom: '' }, 'Donnez un nom au programme.'],
  ['no code', { code: '' }, 'Donnez un code au programme.'],
  ['a code with accents', { code: 'PRÉ' }, 'Des lettres sans accent'],
  ['a code of blanks and signs', { code: '<b> x' }, 'Des lettres sans accent'],
  ['an end before the beginning', { au: '2026-12-31' }, 'La fin vient avant le début.'],
  ['31 February', { du: '2027-02-31' }, 'Saisissez une date'],
])('refused: %s', async (_what, fields, message) => {
  const { status, text } = await agency.submit(`${LIST}/nouveau`, { ...FIELDS, ...fields });
  expect(status).toBe(422);
  expect(text).toContain(message);
  expect(await programmesIn(site.dependencies.db)).toEqual([]);
});

test('a code that another has is said at its field, whatever its case', async () => {
  const { db, clock } = site.dependencies;
  await createProgramme(db, clock.now(), { code: 'PRF-2027' });
  const { status, text } = await agency.submit(`${LIST}/nouveau`, FIELDS);
  expect(status).toBe(422);
  expect(text).toMatch(/id="code-error"[\s\S]{1,900}Un autre programme a déjà ce code/);
});

test('whoever saves what somebody else has changed meanwhile is told what', async () => {
  const { db, clock } = site.dependencies;
  const id = await createProgramme(db, clock.now(), { code: 'PRF-2027', label: 'PRF 2027' });
  await agency.submit(`${LIST}/${id}`, { ...FIELDS, nom: 'Écrit d’abord', version: 1 });
  const { status, text } = await agency.submit(`${LIST}/${id}`, {
    ...FIELDS,
    nom: 'Écrit ensuite',
    version: 1,
  });
  expect(status).toBe(409);
  expect(text).toContain('Écrit d’abord');
  expect(text).toContain('value="Écrit ensuite"');
  expect(first(await programmesIn(db)).label).toBe('Écrit d’abord');
});

test('one that actions have stays, and one that is not there does not exist', async () => {
  const { db, clock } = site.dependencies;
  const id = await createProgramme(db, clock.now());
  const structureId = await createStructure(db, { isTrainingBody: true });
  await createAction(structureId, id);
  expect((await agency.get(`${LIST}/${id}`)).text).not.toContain('Supprimer ce programme');
  const refused = await agency.submit(`${LIST}/${id}/supprimer`, {}, LIST.concat('/nouveau'));
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('Des actions de formation sont de ce programme');
  await db('offers').delete();
  for (const unknown of [0, 999_999, 'x']) expect((await agency.get(`${LIST}/${unknown}`)).status).toBe(404);
});

test('the list takes four statements at most', async () => {
  const { db, clock } = site.dependencies;
  for (let count = 0; count < 5; count += 1) await createProgramme(db, clock.now());
  const statements = await recordStatements(() => agency.get(LIST));
  expect(statements.length).toBeLessThanOrEqual(4);
});

/** The least that an action of a programme is. */
async function createAction(structureId: number, programmeId: number): Promise<void> {
  const { db, clock } = site.dependencies;
  const at = clock.now();
  const [offer] = await db('offers').insert(
    {
      ...{ structure_id: structureId, external_number: '1', source: 'entered', title: 'Une formation' },
      ...{ lheo: '{}', fingerprint: Buffer.alloc(32), created_at: at, updated_at: at },
    },
    'id',
  );
  await db('offer_actions').insert({
    ...{ offer_id: offer.id, external_number: '1', position: 0, lheo: '{}', programme_id: programmeId },
  });
}
