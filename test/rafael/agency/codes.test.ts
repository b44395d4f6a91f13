import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readSearch } from '#rafael/search/schemas.ts';
import { searchOffers } from '#rafael/search/service.ts';
import { writeDueDocuments } from '#rafael/search/upkeep/documents.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { lastEntry } from '../../support/journal.ts';
import { createOffer } from '../../support/offers.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';

const CODES = '/agence/rafaelpro/codes';
const FORMACODE = `${CODES}/formacode`;
const CERTIFICATIONS = `${CODES}/certifications`;

let site: TestSite;
let agency: Visitor;
beforeAll(async () => {
  site = await createTestSite({ now: '2027-02-10T09:00:00Z' });
  const manager = await createUser(site.dependencies.db, { isAgencyManager: true });
  agency = await site.signedIn(manager.email);
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  for (const table of ['formacodes', 'certifications', 'offers']) await db(table).delete();
});

/** Sends a file, as the page does. */
const send = async (page: string, text: string, complete = false) => {
  const token = await agency.token(page);
  return agency.agent
    .post(page)
    .field('_csrf', token)
    .field('complet', complete ? '1' : '')
    .attach('fichier', Buffer.from(text), 'codes.csv');
};

/** Sends what the page of a checked file holds, with its button. */
const confirm = async (page: string, html: string, text: string) => {
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
  return agency.agent
    .post(page)
    .field('_csrf', hidden('_csrf'))
    .field('empreinte', hidden('empreinte'))
    .field('complet', hidden('complet'))
    .field('etape', 'enregistrer')
    .field('texte', text);
};
const words = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/(\s|&nbsp;)+/g, ' ');
const formacodes = () =>
  site.dependencies
    .db('formacodes')
    .orderBy(['version', 'code'])
    .select('code', 'version', 'label', 'domain');

test('a file is checked, then does what was shown; doing it twice changes nothing', async () => {
  const text =
    'Code;Libellé;Domaine;Autre\n22454;Maçonnerie;Bâtiment;x\n1234;Chiffres;;\n42752;Cuisine;Hôtellerie;\n';
  const checked = await send(FORMACODE, text);
  expect(checked.status).toBe(200);
  expect(words(checked.text)).toContain('3 lignes lues');
  expect(words(checked.text)).toContain('V14 01234');
  expect(checked.text).toContain('Colonnes laissées de côté&nbsp;: autre');
  expect(await formacodes()).toEqual([]);

  const done = await confirm(FORMACODE, checked.text, text);
  expect([done.status, done.headers.location]).toEqual([303, CODES]);
  expect(await formacodes()).toEqual([
    { code: '01234', version: 'V14', label: 'Chiffres', domain: '' },
    { code: '22454', version: 'V14', label: 'Maçonnerie', domain: 'Bâtiment' },
    { code: '42752', version: 'V14', label: 'Cuisine', domain: 'Hôtellerie' },
  ]);
  expect((await lastEntry(site.dependencies.db, 'offer_codes.imported'))?.details).toEqual({
    ...{ list: 'formacode', read: 3, added: 3, updated: 0, removed: 0 },
  });
  expect((await send(FORMACODE, text)).text).toContain('Rien à enregistrer');
  expect(words((await agency.get(CODES)).text)).toContain('3 Formacode V14');
});

test('a complete file takes away what it leaves out, of its own versions alone', async () => {
  const { db } = site.dependencies;
  await db('formacodes').insert([
    { code: '22454', version: 'V14', label: 'Maçonnerie', domain: '' },
    { code: '99999', version: 'V14', label: 'Ancien <b>', domain: '' },
    { code: '99999', version: 'V13', label: 'Plus ancien', domain: '' },
  ]);
  const text = 'code,libelle\n22454,Maçonnerie générale\n';
  const partial = await send(FORMACODE, text);
  expect(words(partial.text)).not.toContain('Ôté');
  const checked = await send(FORMACODE, text, true);
  expect(words(checked.text)).toContain('Libellé : Maçonnerie → Maçonnerie générale');
  expect(words(checked.text)).toContain('V14 99999 : Ancien &lt;b&gt;');
  await confirm(FORMACODE, checked.text, text);
  expect((await formacodes()).map(({ version, code, label }) => `${version} ${code} ${label}`)).toEqual([
    'V13 99999 Plus ancien',
    'V14 22454 Maçonnerie générale',
  ]);
});

test('certifications are read whatever the way they are written', async () => {
  const text = [
    'type;code;libelle;niveau;fin',
    ';RNCP5907;Maçon;3;31/05/2028',
    'rs;123;Compétences numériques;;2027-12-31',
    ';rs 0456;Langue;;',
  ].join('\r\n');
  const checked = await send(CERTIFICATIONS, text);
  expect((await confirm(CERTIFICATIONS, checked.text, text)).status).toBe(303);
  const rows = await site.dependencies
    .db('certifications')
    .orderBy(['kind', 'code'])
    .select(
      'kind',
      'code',
      'label',
      'level',
      site.dependencies.db.raw('cast(expires_on as text) as expires'),
    );
  expect(rows).toEqual([
    { kind: 'RNCP', code: '5907', label: 'Maçon', level: 3, expires: '2028-05-31' },
    { kind: 'RS', code: '123', label: 'Compétences numériques', level: null, expires: '2027-12-31' },
    { kind: 'RS', code: '456', label: 'Langue', level: null, expires: null },
  ]);
  const again = await send(CERTIFICATIONS, text.replace('31/05/2028', '').replace(';3;', ';4;'));
  expect(words(again.text)).toMatch(/Niveau : 3 → 4 Fin d’enregistrement : 31 mai 2028 → vide/);
});

describe('what is wrong is said, line by line, and nothing is saved', () => {
  test.each([
    [FORMACODE, 'code;libelle\nabcde;X', 'Un code de cinq chiffres.'],
    [FORMACODE, 'code;libelle\n12345;', 'À remplir.'],
    [FORMACODE, 'code;libelle\n12345;A\n12345;B', 'Déjà à la ligne 2.'],
    [FORMACODE, `code;libelle\n12345;${'a'.repeat(201)}`, '200 caractères au plus (201 écrits).'],
    [FORMACODE, 'code;libelle;version\n12345;A;2024', 'Une version comme V14.'],
    [CERTIFICATIONS, 'code;libelle\n5907;A', 'RNCP ou RS.'],
    [CERTIFICATIONS, 'code;libelle;niveau\nRNCP5907;A;9', 'Un niveau de 1 à 8, ou rien.'],
    [CERTIFICATIONS, 'code;libelle;fin\nRNCP5907;A;31/02/2027', 'Une date comme 31/05/2028, ou rien.'],
    [CERTIFICATIONS, 'code;libelle\nRNCP1234567;A', 'Un numéro de six chiffres au plus.'],
  ])('%s %j', async (page, text, problem) => {
    const { status, text: html } = await send(page, text);
    expect(status).toBe(422);
    expect(words(html)).toContain(problem);
    expect(html).not.toContain('value="enregistrer"');
    // Sent all the same, it is refused.
    expect((await confirm(page, html, text)).status).toBe(409);
  });

  test.each([
    ['', 'Choisissez un fichier.'],
    ['code;autre\n1;2', 'La première ligne doit nommer'],
    ['code;libelle\n', 'aucune ligne'],
    ['code;libelle\n"12345;A', 'un guillemet n’y est jamais refermé'],
    ['PK\u0003\u0004', 'C’est un classeur'],
    ['\u0000\u0001', 'n’est pas fait de texte'],
  ])('the file as a whole: %j', async (text, problem) => {
    const { status, text: html } = await send(FORMACODE, text);
    expect(status).toBe(422);
    expect(words(html)).toContain(problem);
  });
});

test('a list that changed since the file was shown is shown again', async () => {
  const text = 'code;libelle\n22454;Maçonnerie\n';
  const checked = await send(FORMACODE, text);
  await site.dependencies
    .db('formacodes')
    .insert({ code: '22454', version: 'V14', label: 'Autre', domain: '' });
  const { status, text: html } = await confirm(FORMACODE, checked.text, text);
  expect(status).toBe(409);
  expect(words(html)).toContain('Libellé : Autre → Maçonnerie');
  expect((await formacodes())[0]).toMatchObject({ label: 'Autre' });
});

test('formations are found under the new words and domains, and codes without words are told', async () => {
  const { db, clock } = site.dependencies;
  const structureId = await createStructure(db, { isTrainingBody: true });
  const offer = await createOffer(db, clock.now(), {
    structureId,
    title: 'Une formation',
    formacodes: ['22454'],
    rncp: ['5907'],
  });
  expect(words((await agency.get(CODES)).text)).toContain(
    'Formacode 22454 : 1 formation RNCP 5907 : 1 formation',
  );
  const found = async (fields: Record<string, string>) =>
    (await searchOffers(site.dependencies, readSearch(fields))).offers.map(({ id }) => id);
  expect(await found({ q: 'maçonnerie' })).toEqual([]);
  const text = 'code;libelle;domaine\n22454;Maçonnerie;Bâtiment\n';
  await confirm(FORMACODE, (await send(FORMACODE, text)).text, text);
  expect(await found({ domaine: 'Bâtiment' })).toEqual([offer]);
  await writeDueDocuments(site.dependencies);
  expect(await found({ q: 'maçonnerie' })).toEqual([offer]);
  expect(words((await agency.get(CODES)).text)).not.toContain('Formacode 22454 :');
});

test('codes are looked for, four statements at most', async () => {
  const rows = Array.from({ length: 60 }, (_, n) => ({
    ...{ code: String(10_000 + n), version: 'V14', label: `Métier n° ${n}`, domain: 'Bâtiment' },
  }));
  await site.dependencies.db('formacodes').insert(rows);
  const { text } = await agency.get(`${CODES}?q=metier+59`);
  expect(words(text)).toContain('V14 10059 Métier n° 59 Bâtiment');
  expect((await agency.get(`${CODES}?q=${encodeURIComponent('xyz%_')}`)).text).toContain(
    'Aucun code ne correspond',
  );
  expect((await agency.get(`${CODES}?page=2`)).text).toContain('Métier n° 50');
  const statements = await recordStatements(() => agency.get(CODES));
  expect(statements.length).toBeLessThanOrEqual(4);
});

test('the model is a file that can be sent', async () => {
  for (const page of [FORMACODE, CERTIFICATIONS]) {
    const { text } = await agency.get(`${page}/modele.csv`);
    expect((await send(page, text)).status).toBe(200);
  }
});
