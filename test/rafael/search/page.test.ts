import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { at, createFormacodes, createOffer } from '../../support/offers.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { createProgramme } from '../../support/programmes.ts';
import { recordStatements } from '../../support/statements.ts';

const NOW = '2027-02-10T09:00:00Z';
const SEARCH = '/rafaelpro/formations';

let site: TestSite;
let prescriber: Visitor;
let body: number;
beforeAll(async () => {
  site = await createTestSite({ now: NOW });
  const { db } = site.dependencies;
  body = await createStructure(db, { name: 'Institut <i>Un</i>', isTrainingBody: true });
  const mission = await createStructure(db, { mayPreregister: true });
  const person = await createUser(db, { affiliations: { [mission]: ['prescriber_1'] } });
  prescriber = await site.signedIn(person.email);
  expect((await prescriber.get(SEARCH)).text).toContain('Aucun organisme n’a encore publié');
  await createFormacodes(db, [['22454', 'Maçonnerie', 'Bâtiment <b>']]);
  const programmeId = await createProgramme(db, new Date(NOW), { label: 'PRF <b>2027</b>' });
  const make = (title: string, options: Omit<Parameters<typeof createOffer>[2], 'structureId'>) =>
    createOffer(db, new Date(NOW), { structureId: body, title, ...options });
  await make('Maçon <script>', {
    formacodes: ['22454'],
    certifying: true,
    level: 13,
    actions: [
      {
        ...{ city: 'Pessac', conventioned: true, programmeId },
        sessions: [
          {
            starts: '2027-04-01',
            ends: '2027-09-30',
            capacity: 12,
            seatsHeld: 9,
            meetings: [{ at: at('2027-03-05') }],
          },
          { starts: '2027-10-01', capacity: 12 },
        ],
      },
    ],
  });
  await make('Maçon au loin', {
    actions: [
      { city: 'Limoges', department: '87', sessions: [{ starts: '2027-03-01', capacity: 2, seatsHeld: 2 }] },
    ],
  });
  await make('Maçon en mars', {
    actions: [
      { city: 'Bordeaux', sessions: [{ starts: '2027-03-01', ends: '2027-03-31', precision: 'month' }] },
    ],
  });
  await make('Maçon un jour', { actions: [{ entry: 1, sessions: [{ starts: null, ends: '2027-12-31' }] }] });
  await make('Maçon autrefois', { actions: [{ sessions: [{ starts: '2026-01-05', ends: '2026-06-30' }] }] });
});
afterAll(() => site.close());

const titlesIn = (html: string): string[] =>
  [...html.matchAll(/class="stretched-link" href="\/rafaelpro\/formations\/\d+">([^<]*)</g)].map(
    ([, title = '']) => title,
  );
const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

test('a card says when, where, how many places are left, and when one is informed', async () => {
  const { text } = await prescriber.get(`${SEARCH}?q=maçon&tri=date`);
  expect(titlesIn(text)).toEqual(['Maçon au loin', 'Maçon en mars', 'Maçon &lt;script&gt;', 'Maçon un jour']);
  const cards = textOf(text);
  expect(cards).toContain(
    'Institut &lt;i&gt;Un&lt;/i&gt; Pessac (33) Niveau 3 (CAP, BEP) PRF &lt;b&gt;2027&lt;/b&gt;',
  );
  expect(cards).toContain('+ 1 autre session Information collective le 5 mars 2027 à 14:00');
  expect(cards).toContain('3 places restantes Conventionnée Certifiante');
  expect(cards).toContain('Complet');
  // What is known of a date, in words.
  expect(cards).toContain('En mars 2027, jour non communiqué');
  expect(cards).toContain('Entrées permanentes jusqu’au 31 déc. 2027');
});

test('past sessions come where they are asked for, and say so', async () => {
  const { text } = await prescriber.get(`${SEARCH}?q=maçon&passees=1`);
  expect(titlesIn(text)).toContain('Maçon autrefois');
  expect(textOf(text)).toContain('Pas de session à venir Maçon autrefois');
});

test('the nearest come first where a town is looked for, with the distance', async () => {
  const { text } = await prescriber.get(`${SEARCH}?lieu=Bordeaux&rayon=100&tri=distance`);
  // Without a town of its own: its département alone is known, not how far it is.
  expect(titlesIn(text)[0]).toMatch(/Maçon (en mars|un jour)/);
  expect(titlesIn(text).at(-1)).toBe('Maçon &lt;script&gt;');
  expect(textOf(text)).toMatch(/Pessac \(33\), à [45] km/);
  expect(text).toMatch(/aria-current="true">Distance</);
});

test('a place that nobody knows is searched for by its name, which the page says', async () => {
  const { text } = await prescriber.get(`${SEARCH}?lieu=Xyzzyville&rayon=20`);
  expect(text).toContain('Le lieu « Xyzzyville » n’est pas connu');
  expect(text).toContain('Aucune formation trouvée');
});

test('criteria are taken away one by one', async () => {
  const { text } = await prescriber.get(
    `${SEARCH}?q=maçon&niveau=3&places=1&organisme=${body}&domaine=inconnu`,
  );
  expect(titlesIn(text)).toEqual(['Maçon &lt;script&gt;']);
  expect(textOf(text)).toMatch(
    /« maçon » .* Niveau 3 \(CAP, BEP\) .* Institut &lt;i&gt;Un&lt;\/i&gt; .* Avec des places/,
  );
  expect(text).toContain(
    `href="${SEARCH}?q=ma%C3%A7on&amp;domaine=inconnu&amp;organisme=${body}&amp;places=1"`,
  );
  expect(text).toContain('<details class="filters__wide" open>');
  // Nobody has this domain: it is left out.
  expect(text).not.toContain('>inconnu');
});

describe('who looks', () => {
  const opens = async (affiliations: Parameters<typeof createUser>[1]) => {
    const person = await createUser(site.dependencies.db, affiliations);
    return (await (await site.signedIn(person.email)).get(SEARCH)).status;
  };

  test('any right of RafaelPro, and the agency', async () => {
    for (const right of ['of_catalogue', 'of_preregistration', 'of_general'] as const)
      expect(await opens({ affiliations: { [body]: [right] } })).toBe(200);
    expect(await opens({ isAgencyManager: true })).toBe(200);
  });

  test('nobody else', async () => {
    expect(await opens({ affiliations: { [body]: ['provider', 'referent', 'hr_validator'] } })).toBe(403);
    expect(await opens({})).toBe(403);
    expect((await site.visitor().get(SEARCH)).status).toBe(303);
  });

  test('whoever has not chosen between structures too', async () => {
    const other = await createStructure(site.dependencies.db, { mayPreregister: true });
    expect(await opens({ affiliations: { [body]: ['of_general'], [other]: ['prescriber_3'] } })).toBe(200);
  });
});

test.each([
  '',
  '?q=maçon',
  '?q=maçon&lieu=Bordeaux&rayon=50&departement=33&du=2027-01-01&places=1&reunion=1',
  '?lieu=limoge&passees=1',
])('four statements at most: %s', async (query) => {
  const statements = await recordStatements(() => prescriber.get(SEARCH + query));
  expect(statements.length).toBeLessThanOrEqual(4);
});

test.each([
  '?page=999999999999',
  '?page=0&rayon=7&tri=x&niveau=99&modalite=<b>&entrees=1&du=2027-02-31&au=hier',
  `?q=${'%22'.repeat(50)}&lieu=%00&organisme=1e9&domaine[]=1&public=%F0%9F%98%80`,
  `?q=${encodeURIComponent(`hostile"'></title></textarea></script><b data-hostile>`)}&lieu=${encodeURIComponent(`"><b data-hostile>`)}`,
  `?${'q=a&'.repeat(200)}`,
])('whatever the address says is a search: %s', async (query) => {
  const { status, text } = await prescriber.get(SEARCH + query);
  expect(status).toBe(200);
  expect(text).not.toContain('<b data-hostile');
});
