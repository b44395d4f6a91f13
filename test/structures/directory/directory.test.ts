import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestSite, readable, type TestSite, type Visitor } from '../../support/app.ts';
import {
  createStructure,
  createStructures,
  createUser,
  setStructure,
  type TestUser,
} from '../../support/people.ts';

let site: TestSite;
let reader: Visitor;
let referent: TestUser;
let colleague: TestUser;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-21T09:00:00Z' });
  const { db } = site.dependencies;
  const college = await createStructure(db, {
    name: 'Collège des métiers',
    acronym: 'CDM',
    isTrainingBody: true,
    memberIn: [2026],
  });
  // Open until the day comes.
  await setStructure(db, college, { closed_on: '2026-11-22' });
  const mission = await createStructure(db, { name: 'Mission locale des Landes', city: 'Dax' });
  await setStructure(db, mission, { department: '40', kind: 'local_mission' });
  const closed = await createStructure(db, { name: 'Maison fermée' });
  await setStructure(db, closed, { closed_on: '2026-11-21' });
  await createStructure(db, { name: 'Sans personne du tout' });
  referent = await createUser(db, {
    firstName: 'Rachel',
    lastName: 'Référente',
    affiliations: { [college]: ['referent'] },
    fields: { phone: '+33556000000' },
  });
  colleague = await createUser(db, {
    lastName: 'Discrète',
    affiliations: { [college]: ['hr_validator'], [mission]: [], [closed]: ['referent'] },
  });
  reader = await site.signedIn(colleague.email);
});
afterAll(() => site.close());

const search = async (query: string) => (await reader.get(`/annuaire?${query}`)).text;
const rowOf = (text: string, name: string) =>
  text.slice(text.indexOf(`scope="row">${name}`)).split('</tr>')[0] ?? '';

describe('« Annuaire »', () => {
  test('shows each structure that has people, its référents and whether it is a member', async () => {
    const text = await search('');
    const row = rowOf(text, 'Collège des métiers (CDM)');
    for (const part of [
      'Organisme de formation',
      'Pessac',
      'Gironde\u00a0(33)',
      'Adhérente\u00a02026',
      'Rachel Référente',
      `mailto:${referent.email}`,
      '05\u00a056\u00a000\u00a000\u00a000',
    ]) {
      expect(row).toContain(part);
    }
    expect(rowOf(text, 'Mission locale des Landes')).toContain('Non adhérente');
    expect(rowOf(text, 'Mission locale des Landes')).toContain('Aucun');
    expect(text).not.toContain('Maison fermée');
    expect(text).not.toContain('Sans personne du tout');
  });

  test('shows nothing of people who are not référents', async () => {
    const main = readable((await search('')).split('<main')[1] ?? '');
    expect(main).not.toContain(colleague.email);
    expect(main).not.toContain('Discrète');
  });

  test.each([
    ['q=college', ['Collège'], ['Mission']],
    ['q=CDM', ['Collège'], ['Mission']],
    ['q=misson+locale', ['Mission'], ['Collège']],
    ['departement=40', ['Mission'], ['Collège']],
    ['type=training_body', ['Collège'], ['Mission']],
    ['q=mission&departement=33', [], ['Mission', 'Collège']],
    ['q=fermee', [], ['Maison fermée']],
    ['q=personne+du+tout', [], ['Sans personne']],
    ['departement=99&type=__proto__', ['Collège', 'Mission'], []],
  ])('%s finds what it should', async (query, found, left) => {
    const text = await search(query);
    for (const name of found) expect(text).toContain(`scope="row">${name}`);
    for (const name of left) expect(text).not.toContain(`scope="row">${name}`);
    if (found.length === 0) expect(text).toContain('Aucune structure trouvée');
  });

  test.each([
    'page=0',
    'page=999999',
    'q=%FF',
    'q=%00',
    'q=a&q=b',
    'q[]=a',
    'q=%25',
    `q=${'a'.repeat(5000)}`,
  ])('bears %s', async (query) => expect((await reader.get(`/annuaire?${query}`)).status).toBe(200));

  test('a script in the search is text', async () => {
    expect(await search('q=<script>alert(1)</script>')).not.toContain('<script>alert');
  });

  test('a visitor signs in first', async () => {
    const response = await site.visitor().get('/annuaire?q=college');
    expect(response.headers.location).toBe('/connexion?suite=%2Fannuaire%3Fq%3Dcollege');
  });

  test('pages are cut in SQL and keep the search', async () => {
    const { db } = site.dependencies;
    const ids = await createStructures(db, 60, { name: 'Atelier', fields: { department: '87' } });
    await createUser(db, { affiliations: Object.fromEntries(ids.map((id) => [id, []])) });
    for (const query of ['departement=87', 'q=atelier&departement=87']) {
      const first = await search(query);
      expect(first).toContain('60\u00a0structures trouvées');
      expect(first.match(/scope="row">/g)).toHaveLength(25);
      expect(first).toContain(`?${query}&amp;page=2`.replace('&departement', '&amp;departement'));
      const last = await search(`${query}&page=3`);
      expect(last.match(/scope="row">/g)).toHaveLength(10);
    }
  });
});
