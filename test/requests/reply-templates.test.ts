import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { fillTemplate } from '#requests/reply-templates/rules.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createStructure, createUser } from '../support/people.ts';
import {
  createRequest,
  createTemplates,
  forgetTemplates,
  requestOf,
  templatesIn,
} from '../support/requests.ts';
import { first } from '../support/rows.ts';

const LIST = '/agence/modeles';
let site: TestSite;
let agnes: Visitor;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
  const { email } = await createUser(site.dependencies.db, { isAgencyManager: true });
  agnes = await site.signedIn(email);
});
afterAll(() => site.close());
beforeEach(() => forgetTemplates(site.dependencies.db, 'membership_request'));

const titles = async () =>
  (await templatesIn(site.dependencies.db, { kind: 'membership_request' })).map(({ title }) => title);
const add = (title: string, body = 'Texte') =>
  agnes.submit(
    LIST,
    { title, body, demandes: 'membership_request' },
    `${LIST}/nouveau?demandes=membership_request`,
  );
const idOf = async (title: string) => first(await templatesIn(site.dependencies.db, { title })).id;

test('every inbox starts with templates', async () => {
  const { text } = await agnes.get(LIST);
  for (const title of ['Demandes de compte', 'Demandes de mise à jour', 'Adresse e-mail personnelle'])
    expect(text).toContain(title);
});

test('the e-mail greets, its templates do not, and name the structure in a way that suits any name', async () => {
  const templates = await templatesIn(site.dependencies.db);
  expect(templates.length).toBeGreaterThan(10);
  for (const { body } of templates) expect(body).not.toMatch(/Bonjour|(?<!«\u00a0)\{structure\}/);
});

test('added, edited, moved and deleted', async () => {
  for (const title of ['Un', 'Deux', 'Trois']) expect((await add(title)).status).toBe(303);
  expect(await titles()).toEqual(['Un', 'Deux', 'Trois']);
  await agnes.submit(`${LIST}/${await idOf('Trois')}/monter`, {}, LIST);
  await agnes.submit(`${LIST}/${await idOf('Un')}/descendre`, {}, LIST);
  expect(await titles()).toEqual(['Trois', 'Un', 'Deux']);
  // At the end of the list it stays.
  await agnes.submit(`${LIST}/${await idOf('Trois')}/monter`, {}, LIST);
  expect(await titles()).toEqual(['Trois', 'Un', 'Deux']);
  const edit = `${LIST}/${await idOf('Un')}`;
  expect((await agnes.submit(edit, { title: 'Premier', body: '<b>Texte</b>' })).status).toBe(303);
  expect((await agnes.get(LIST)).text).toContain('&lt;b&gt;Texte');
  // Deleted on a page that says so, not at the first click.
  expect((await agnes.get(edit)).text).not.toContain(`action="${edit}/supprimer"`);
  const sure = await agnes.get(`${edit}/supprimer`);
  expect(sure.text).toContain('Supprimer le modèle «\u00a0Premier\u00a0»&nbsp;?');
  expect(sure.text).toContain('Son texte est perdu pour toute l’agence.');
  expect((await agnes.submit(`${edit}/supprimer`)).status).toBe(303);
  expect(await titles()).toEqual(['Trois', 'Deux']);
  expect((await agnes.get(`${edit}/supprimer`)).status).toBe(404);
  for (const path of [edit, `${edit}/supprimer`, `${edit}/monter`])
    expect((await agnes.submit(path, { title: 'x', body: 'y' }, LIST)).status).toBe(404);
});

test('bad input keeps what was typed; an inbox that does not exist is no page', async () => {
  const bad = await add('', 'Mon texte');
  expect(bad.status).toBe(422);
  expect(bad.text).toContain('href="#title"');
  expect(bad.text).toContain('Mon texte');
  for (const body of ['', 'a\u0000', 'x'.repeat(1501)]) expect((await add('Titre', body)).status).toBe(422);
  expect((await agnes.get(`${LIST}/nouveau?demandes=__proto__`)).status).toBe(404);
  expect((await agnes.submit(LIST, { title: 'a', body: 'b', demandes: 'x' }, LIST)).status).toBe(404);
  expect(await titles()).toEqual([]);
});

test('a list is not endless', async () => {
  await createTemplates(site.dependencies.db, 'membership_request', 30);
  expect((await add('De trop')).status).toBe(409);
});

test('in a refusal, without a script, the chosen one fills the text, which is still to be sent', async () => {
  const { db } = site.dependencies;
  const structure = await createStructure(db, { name: 'Forêt <Numérique>' });
  const request = await createRequest(db, 'account_request', site.clock.now(), { structure_id: structure });
  const path = `/agence/demandes-de-compte/${request}/refuser`;
  const modele = await idOf('Adresse e-mail personnelle');
  const filled = await agnes.submit(path, { modele, reason: 'Mon brouillon', etape: 'modele' });
  expect(filled.status).toBe(200);
  expect(filled.text).toMatch(
    /<textarea[^>]*>Votre demande porte[^<]*dans la structure «\u00a0Forêt &lt;Numérique&gt;\u00a0»\./,
  );
  expect((await requestOf(db, 'account_request', request)).state).toBe('pending');
  // None chosen, or one of another inbox: the text stays as it was typed.
  for (const none of ['', '2000000000', 'x', await idOf('Hors de notre périmètre')]) {
    const kept = await agnes.submit(path, { modele: none, reason: 'Mon brouillon', etape: 'modele' });
    expect(kept.status).toBe(200);
    expect(kept.text).toMatch(/<textarea[^>]*>Mon brouillon</);
  }
});

test.each([
  ['Bonjour {prenom}, de {structure}.', 'Bonjour Ada, de FN.'],
  ['{prenom} {prenom}', 'Ada Ada'],
  ['{nom} {PRENOM} {} {constructor}', '{nom} {PRENOM} {} {constructor}'],
  ['$& $1 {structure}', '$& $1 FN'],
])('fills %s', (body, expected) => {
  expect(fillTemplate(body, { prenom: 'Ada', structure: 'FN' })).toBe(expected);
});
