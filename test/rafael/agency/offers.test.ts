import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { DAY } from '../../support/database.ts';
import { createOffer, type OfferOptions } from '../../support/offers.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { createProgramme } from '../../support/programmes.ts';
import { recordStatements } from '../../support/statements.ts';

const NOW = new Date('2027-02-10T09:00:00Z');
const LIST = '/agence/rafaelpro/offres';
const ago = (days: number) => new Date(NOW.getTime() - days * DAY);

let site: TestSite;
let agency: Visitor;
let programmeId: number;
beforeAll(async () => {
  site = await createTestSite({ now: NOW });
  const { db } = site.dependencies;
  const manager = await createUser(db, { isAgencyManager: true });
  agency = await site.signedIn(manager.email);
  expect((await agency.get(LIST)).text).toContain(
    'Aucun organisme n’a encore saisi ni importé de formation.',
  );
  const [one, two] = [
    await createStructure(db, { name: 'Institut Un', isTrainingBody: true }),
    await createStructure(db, { name: 'Centre Deux', isTrainingBody: true }),
  ];
  programmeId = await createProgramme(db, NOW, { label: 'PRF 2027' });
  const make = (structureId: number, title: string, options: Omit<OfferOptions, 'structureId' | 'title'>) =>
    createOffer(db, NOW, { structureId, title, ...options });
  await make(one, 'Récente', {
    confirmedAt: ago(3),
    actions: [
      {
        programmeId,
        conventioned: true,
        sessions: [{ capacity: 12, seatsHeld: 5 }, { capacity: 8 }, { starts: '2026-01-01' }],
      },
    ],
  });
  await make(one, 'Vieille', {
    confirmedAt: ago(181),
    actions: [{ department: '87', sessions: [{ starts: '2026-01-01' }] }],
  });
  await make(two, 'Jamais dite', {
    confirmedAt: null,
    actions: [{ entry: 1, sessions: [{ starts: '2026-01-01', ends: '2027-12-31' }] }],
  });
  await make(two, '=cmd()|x', { state: 'draft', confirmedAt: null, actions: [] });
  await make(two, 'Rangée', { state: 'archived', confirmedAt: ago(400), actions: [] });
});
afterAll(() => site.close());

const titles = async (query: string) =>
  [...(await agency.get(LIST + query)).text.matchAll(/scope="row">(?:<a [^>]*>)?([^<]+)</g)].map(
    ([, title]) => title,
  );
const words = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/(\s|&nbsp;)+/g, ' ');

test.each([
  ['', ['Jamais dite', '=cmd()|x', 'Rangée', 'Vieille', 'Récente']],
  ['?etat=publiees', ['Jamais dite', 'Vieille', 'Récente']],
  ['?etat=brouillons', ['=cmd()|x']],
  ['?confirmee=180', ['Jamais dite', '=cmd()|x', 'Rangée', 'Vieille']],
  ['?etat=publiees&confirmee=210', ['Jamais dite']],
  ['?etat=publiees&sans_session=1', ['Vieille']],
  ['?departement=87', ['Vieille']],
  ['?q=centre+dite', ['Jamais dite']],
  ['?q=<b>%25', []],
  [
    '?etat=autre&confirmee=7&programme=x&departement=%27',
    ['Jamais dite', '=cmd()|x', 'Rangée', 'Vieille', 'Récente'],
  ],
])('the filter %j', async (query, expected) => expect(await titles(query)).toEqual(expected));

test('by programme', async () => expect(await titles(`?programme=${programmeId}`)).toEqual(['Récente']));

test('says how old they are, and how many places the sessions to come have', async () => {
  const { text } = await agency.get(LIST);
  expect(words(text)).toContain('Il y a 181 jours');
  expect(words(text)).toContain('2 sessions, 5 sur 20 places');
  expect(words(text)).toMatch(
    /3 formations publiées 2 publiées et non confirmées depuis 180 jours 1 publiée sans session à venir 1 brouillon/,
  );
  // What is not published has no page to lead to.
  expect(text).not.toMatch(/<a [^>]*>Rangée/);
});

test('the file holds what the list shows, and no formula', async () => {
  const { text, headers } = await agency.get(`${LIST}.csv?etat=brouillons`);
  expect(headers['content-disposition']).toContain('offres-2027-02-10.csv');
  const [header = '', line = '', ...more] = text.trim().split('\r\n');
  expect(header).toContain('Organisme;SIRET;Numéro;Formation');
  expect(line).toContain(`;'=cmd()|x;Brouillon;Saisie;;`);
  expect(more).toEqual([]);
  const all = (await agency.get(`${LIST}.csv`)).text.trim().split('\r\n');
  expect(all).toHaveLength(6);
  expect(all.find((one) => one.includes('Récente'))).toMatch(/;oui;PRF 2027;33;2;20;5$/);
});

test('four statements at most, for the page and for a part of the file', async () => {
  for (const path of [LIST, `${LIST}?q=institut&etat=publiees&sans_session=1`, `${LIST}.csv`])
    expect((await recordStatements(() => agency.get(path))).length).toBeLessThanOrEqual(4);
});
