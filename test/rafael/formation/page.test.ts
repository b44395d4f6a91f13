import { afterAll, beforeAll, expect, test } from 'vitest';
import { element } from '#rafael/lheo/tree.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { at, createFormacodes, createOffer } from '../../support/offers.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { createProgramme } from '../../support/programmes.ts';
import { recordStatements } from '../../support/statements.ts';

const NOW = '2027-02-10T09:00:00Z';
const HOSTILE = `hostile"'></p><b data-hostile>`;

let site: TestSite;
let body: number;
let prescriber: Visitor;
beforeAll(async () => {
  site = await createTestSite({ now: NOW });
  const { db } = site.dependencies;
  body = await createStructure(db, { name: 'Institut Un', isTrainingBody: true });
  const mission = await createStructure(db, { mayPreregister: true });
  const person = await createUser(db, { affiliations: { [mission]: ['prescriber_1'] } });
  prescriber = await site.signedIn(person.email);
});
afterAll(() => site.close());

const hrefOf = (id: number) => `/rafaelpro/formations/${id}`;
const words = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const make = (options: Omit<Parameters<typeof createOffer>[2], 'structureId'>) =>
  createOffer(site.dependencies.db, new Date(NOW), { structureId: body, ...options });

/** Replaces the tree of a formation, as a form or a file would. */
const setTree = (id: number, children: Parameters<typeof element>[1]) =>
  site.dependencies
    .db('offers')
    .where({ id })
    .update({ lheo: JSON.stringify(element('formation', children, { numero: 'F' })) });

const contact = (name: string, type?: string) =>
  element('contact-formation', [
    ...(type ? [element('type-contact', type)] : []),
    element('coordonnees', [
      element('nom', name),
      element('telfixe', [element('numtel', '05 36 49 00 10')]),
      element('courriel', 'accueil@of.example'),
    ]),
  ]);

test('tells what, where, when, how many places are left, and whom to ask', async () => {
  const { db } = site.dependencies;
  await createFormacodes(db, [
    ['22454', 'Maçonnerie', 'Bâtiment'],
    ['80056', 'Demandeur d’emploi', ''],
  ]);
  await db('certifications').insert({
    kind: 'RNCP',
    code: '5907',
    label: 'Maçon',
    level: 3,
    expires_on: '2028-05-31',
  });
  const programmeId = await createProgramme(db, new Date(NOW), { label: 'PRF 2027' });
  const id = await make({
    title: 'Maçon du bâti ancien',
    level: 13,
    certifying: true,
    formacodes: ['22454'],
    rncp: ['5907', '99999'],
    actions: [
      {
        ...{
          city: 'Pessac',
          postcode: '33600',
          conventioned: true,
          programmeId,
          publics: ['80056', '80099'],
        },
        lheo: element('action', [
          element('rythme-formation', 'Temps plein'),
          element('conditions-specifiques', '-'),
          element('lieu-de-formation', [
            element('coordonnees', [
              element('adresse', [
                element('denomination', 'Plateau technique'),
                element('ligne', '3 rue du Chantier'),
                element('codepostal', '33600'),
                element('ville', 'Pessac'),
              ]),
            ]),
          ]),
        ]),
        sessions: [
          {
            starts: '2027-04-01',
            ends: '2027-09-30',
            capacity: 12,
            seatsHeld: 9,
            meetings: [
              { at: at('2027-03-05') },
              { at: at('2027-01-05') },
              { at: at('2027-03-06'), cancelled: true },
            ],
          },
          { starts: '2027-10-01', ends: '2027-10-31', precision: 'month' },
          { starts: '2027-01-01', ends: '2027-12-31', precision: 'year' },
          { starts: null },
          { starts: '2026-04-01', ends: '2026-09-30', capacity: 12 },
          { starts: '2027-05-01', state: 'cancelled' },
          { starts: '2027-06-01', state: 'archived' },
        ],
      },
      { city: 'Archive', archived: true, sessions: [{}] },
    ],
  });
  await setTree(id, [
    element('objectif-formation', 'Monter un mur.\nEt le relever.'),
    element('contenu-formation', 'Chaux, pierre.'),
    contact('Camille Accueil', '4'),
    contact('Dominique Aide', '1'),
  ]);

  let text = '';
  const statements = await recordStatements(async () => {
    const page = await prescriber.get(hrefOf(id));
    expect(page.status).toBe(200);
    text = page.text;
  });
  expect(statements.length).toBeLessThanOrEqual(4);
  const said = words(text.split('<footer')[0] ?? '');
  expect(said).toContain('Maçon du bâti ancien Institut Un');
  expect(text).toContain('Monter un mur.\nEt le relever.');
  expect(said).toContain('RNCP 5907, Maçon, enregistrée jusqu’au 31 mai 2028');
  expect(said).toContain('RNCP 99999');
  expect(said).toContain('Demandeur d’emploi, Public 80099');
  expect(said).toContain('Conventionnée PRF 2027 Sur prescription');
  // Where it takes place, not where the body is.
  expect(said).toContain('Plateau technique, 3 rue du Chantier, 33600 Pessac');
  expect(said).toContain('3 places restantes');
  expect(said).toContain('Information collective le 5 mars 2027 à 14:00');
  expect(said).not.toContain('6 mars 2027');
  expect(said).not.toContain('5 janv. 2027');
  // What is known of a date, in words.
  expect(said).toContain('En octobre 2027, jour non communiqué');
  expect(said).toContain('En 2027, jour non communiqué');
  expect(said).toContain('Dates non communiquées');
  expect(said).toMatch(/Sessions passées ou annulées \(2\).*Annulée : Effectif insuffisant.*Passée/);
  expect(said).not.toContain('1 juin 2027');
  expect(said).not.toContain('Archive');
  // A dash that a file had to write says nothing.
  expect(said).not.toContain('Conditions d’accès');
  expect(said).toMatch(
    /Qui contacter Accueil Camille Accueil 05 36 49 00 10 .* Référent handicap Référent handicap Dominique Aide/,
  );
  expect(text).toContain('href="tel:0536490010"');
});

test('two bodies of one name stay two, and a place is that of the action', async () => {
  const { db } = site.dependencies;
  const twin = await createStructure(db, { name: 'Institut Un', isTrainingBody: true, city: 'Pau' });
  const one = await make({ title: 'Jumelle', actions: [{ city: 'Niort', sessions: [{}] }] });
  const other = await createOffer(db, new Date(NOW), {
    structureId: twin,
    title: 'Jumelle',
    actions: [{ city: 'Agen', sessions: [{}] }],
  });
  expect((await prescriber.get(hrefOf(one))).text).toContain('À Niort');
  expect((await prescriber.get(hrefOf(other))).text).toContain('À Agen');
  expect((await prescriber.get('/rafaelpro/formations?q=jumelle')).text).toContain(
    '2&nbsp;formations trouvées'.replace('&nbsp;', '\u00a0'),
  );
  expect((await prescriber.get(`/rafaelpro/formations?q=jumelle&organisme=${twin}`)).text).toContain(
    '1\u00a0formation trouvée',
  );
});

test('what is not published does not exist, not even for its body', async () => {
  const keeper = await createUser(site.dependencies.db, { affiliations: { [body]: ['of_general'] } });
  const browser = await site.signedIn(keeper.email);
  for (const state of ['draft', 'archived'] as const) {
    const id = await make({ state });
    expect((await browser.get(hrefOf(id))).status).toBe(404);
  }
  for (const id of ['0', '-1', 'x', '999999', '1e3', '99999999999'])
    expect((await prescriber.get(`/rafaelpro/formations/${id}`)).status).toBe(404);
});

test('whoever keeps it is led to it in their catalogue, and nobody else', async () => {
  const { db } = site.dependencies;
  const id = await make({});
  const other = await createStructure(db, { isTrainingBody: true });
  const opens = async (affiliations: Parameters<typeof createUser>[1]) => {
    const person = await createUser(db, affiliations);
    return (await (await site.signedIn(person.email)).get(hrefOf(id))).text.includes(
      'Ouvrir dans mon catalogue',
    );
  };
  expect(await opens({ affiliations: { [body]: ['of_catalogue'] } })).toBe(true);
  expect(await opens({ affiliations: { [body]: ['of_preregistration'] } })).toBe(false);
  expect(await opens({ affiliations: { [other]: ['of_general'] } })).toBe(false);
  expect(await opens({ isAgencyManager: true })).toBe(false);
});

test('words of a body never become markup, nor an address that a browser should not open', async () => {
  const id = await make({
    title: HOSTILE,
    objective: HOSTILE,
    actions: [
      {
        city: HOSTILE,
        lheo: element('action', [
          element('rythme-formation', HOSTILE),
          element('conditions-specifiques', HOSTILE),
        ]),
        sessions: [{}],
      },
    ],
  });
  await setTree(id, [
    element('objectif-formation', HOSTILE),
    element('contact-formation', [
      element('coordonnees', [
        element('nom', HOSTILE),
        element('telfixe', [element('numtel', HOSTILE)]),
        element('courriel', HOSTILE),
        element('web', [element('urlweb', 'javascript:alert(1)'), element('urlweb', HOSTILE)]),
      ]),
    ]),
    element('url-formation', [
      element('urlweb', 'data:text/html,x'),
      element('urlweb', 'https://of.example/"><b>'),
    ]),
  ]);
  const { status, text } = await prescriber.get(hrefOf(id));
  expect(status).toBe(200);
  expect(text).not.toMatch(/hostile"|<b data-hostile|javascript:|data:text/);
});

test('a formation whose tree says next to nothing has a page all the same', async () => {
  const id = await make({ title: 'Presque rien', actions: [] });
  await site.dependencies.db('offers').where({ id }).update({ lheo: '{"name":"formation"}' });
  const { status, text } = await prescriber.get(hrefOf(id));
  expect(status).toBe(200);
  expect(text).toContain('L’organisme n’a pas donné de contact.');
  expect(text).toContain('L’organisme n’a pas encore donné de lieu ni de date.');
});
