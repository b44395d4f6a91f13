import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { journalOf } from '../../support/journal.ts';
import { createStructure, createUser, setStructure, type TestUser } from '../../support/people.ts';
import { changesAsked, requestsIn } from '../../support/requests.ts';
import { first } from '../../support/rows.ts';
import { structureOf } from '../../support/structures.ts';
import { allWaitingFor, theStructure } from '../../support/waiting.ts';

let site: TestSite;
let manager: TestUser;
let secondManager: TestUser;
let referent: TestUser;
let second: TestUser;
let camille: Visitor;
let noa: Visitor;
let own: number;
const page = () => `/mes-structures/${own}/mise-a-jour`;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-20T09:00:00Z' });
  manager = await createUser(site.dependencies.db, { isAgencyManager: true });
  secondManager = await createUser(site.dependencies.db, { isAgencyManager: true });
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  own = await createStructure(db, { name: 'Institut Essai', acronym: 'IE' });
  referent = await createUser(db, {
    firstName: 'Camille',
    lastName: 'Un',
    affiliations: { [own]: ['referent'] },
  });
  second = await createUser(db, {
    firstName: 'Noa',
    lastName: 'Deux',
    affiliations: { [own]: ['referent'] },
  });
  [camille, noa] = [await site.signedIn(referent.email), await site.signedIn(second.email)];
  await site.runJobs();
  site.mailbox.clear();
});

const seenBy = async (browser: Visitor) =>
  /name="seen" value="([^"]+)"/.exec((await browser.get(page())).text)?.[1] ?? '';
const filled = (fields: Record<string, string | string[]> = {}) => ({
  name: 'Institut Essai',
  acronym: 'IE',
  brand: '',
  kind: 'association',
  ape_code: '',
  address: '1 rue de l’Essai',
  postcode: '33600',
  city: 'Pessac',
  comment: '',
  ...fields,
});
const ask = async (browser: Visitor, fields = {}) =>
  browser.submit(page(), { seen: await seenBy(browser), ...filled(fields) });
const requests = () => requestsIn(site.dependencies.db, 'structure_update', { structure_id: own });
const changes = () => changesAsked(site.dependencies.db, own);

describe('asking', () => {
  test('the form shows what the list has; only what changes is sent, told and shown', async () => {
    const form = (await camille.get(page())).text;
    expect(form).toContain('value="Institut Essai"');
    expect(form).toContain('nouveau SIRET');
    const sent = await ask(camille, { name: 'Institut d’Essai', city: 'Talence', comment: 'Déménagement.' });
    expect([sent.status, sent.headers.location]).toEqual([303, '/mes-structures']);
    expect(await changes()).toMatchObject([
      { field: 'city', old_value: 'Pessac', new_value: 'Talence' },
      { field: 'name', old_value: 'Institut Essai', new_value: 'Institut d’Essai' },
    ]);
    expect(await structureOf(site.dependencies.db, own)).toMatchObject({
      name: 'Institut Essai',
      city: 'Pessac',
    });
    await site.runJobs();
    expect(site.mailbox.to(referent.email).at(-1)?.text).toContain('Talence (avant\u00a0: Pessac)');
    for (const { email } of [manager, secondManager]) {
      const texts = site.mailbox.to(email).map(({ text }) => text);
      expect(texts).toEqual([expect.stringContaining('/agence/mises-a-jour/')]);
    }
    expect(site.mailbox.to(second.email)).toEqual([]);
    expect((await noa.get('/mes-structures')).text).toContain('Mise à jour demandée le');
    expect((await noa.get('/')).text).toContain('Une demande de mise à jour de structure attend');
    const waiting = (await noa.get(page())).text;
    expect(waiting).toContain('Envoyée par <strong>Camille Un</strong>');
    expect(waiting).toContain('Déménagement.');
    expect(waiting).not.toContain('name="city"');
    const [entry] = await journalOf(site.dependencies.db, 'structure_update.created');
    expect(entry).toMatchObject({
      structure_id: own,
      actor_id: referent.id,
      subject_kind: 'structure_update',
    });
  });

  test('with nothing changed it says so, and tells nobody', async () => {
    const same = await ask(camille, { comment: 'Bonjour', name: ' Institut   Essai ' });
    expect(same.status).toBe(422);
    expect(same.text).toContain('Rien n’est différent');
    expect(same.text).toContain('Bonjour');
    expect(await requests()).toEqual([]);
    await site.runJobs();
    expect(site.mailbox.to(manager.email)).toEqual([]);
  });

  test.each([
    ['an empty name', { name: ' ' }, 'Saisissez la raison sociale'],
    ['201 characters', { name: 'é'.repeat(201) }, 'trop long'],
    ['a bad postcode', { postcode: '3360' }, '5\u00a0chiffres'],
    ['a bad APE', { ape_code: 'zz' }, 'code APE complet'],
    ['an unknown type', { kind: 'ministry' }, 'Choisissez le type'],
    ['NUL', { city: 'Pes\u0000sac' }, 'illisibles'],
    ['a repeated field', { city: ['a', 'b'] }, 'plusieurs fois'],
    ['a long message', { city: 'Talence', comment: 'x'.repeat(2001) }, 'trop long'],
    ['another form’s values', { city: 'Talence', seen: 'x' }, 'La liste a changé'],
  ])('%s is a message, and what was typed is kept', async (_what, fields, words) => {
    const { status, text } = await ask(camille, { acronym: 'GARDÉ', ...fields });
    expect(status).toBe(422);
    expect(text).toContain(words);
    expect(text).toContain('GARDÉ');
    expect(await requests()).toEqual([]);
  });

  test('200 characters, quotes and ampersands go through as text', async () => {
    const name = `L’Œuvre & "C’est" ${'é'.repeat(200)}`.slice(0, 200).trim();
    // Typed with the apostrophe of keyboards, kept with that of our pages.
    expect((await ask(camille, { name: name.replaceAll('’', "'") })).status).toBe(303);
    const { text } = await camille.get(page());
    expect(text).toContain('L’Œuvre &amp; &#34;C’est&#34;');
    expect((await changes())[0]?.new_value).toBe(name);
  });

  test('a value that the list has, longer than may be typed or missing, does not stop another', async () => {
    const name = `Groupement ${'é'.repeat(280)}`;
    await setStructure(site.dependencies.db, own, { name, address: '', ape_code: '8559A' });
    const sent = await ask(camille, { name, address: '', ape_code: '8559A', acronym: 'GT' });
    expect(sent.status).toBe(303);
    expect((await changes()).map(({ field }) => field)).toEqual(['acronym']);
  });

  test('by two référents at the same moment: one request, and the other is told by whom', async () => {
    const tokens = await Promise.all(
      [camille, noa].map(async (one) => ({ _csrf: await one.token(page()), seen: await seenBy(one) })),
    );
    const answers = await allWaitingFor(
      site.dependencies.db,
      theStructure(own),
      [camille, noa].map(
        (one, index) => () =>
          one.post(page(), { ...filled({ city: `Ville ${index}` }), ...(tokens[index] as object) }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(answers.find(({ status }) => status === 409)?.text).toMatch(/envoyée par (Camille Un|Noa Deux)/);
    expect(await requests()).toHaveLength(1);
  });

  test('a list that changes while the form is sent is shown as it is now, and the next sending passes', async () => {
    const { db } = site.dependencies;
    const fields = filled({ city: 'Talence' });
    const sent = { ...fields, _csrf: await camille.token(page()), seen: await seenBy(camille) };
    const answers = await allWaitingFor(db, theStructure(own), [() => camille.post(page(), sent)], (holder) =>
      setStructure(holder, own, { name: 'Institut Nouveau' }),
    );
    const { status, text } = first(answers);
    expect(status).toBe(422);
    expect(text).toContain('La liste a changé');
    expect(text).toContain('Aujourd’hui dans la liste\u00a0: Institut Nouveau.');
    const seen = /name="seen" value="([^"]+)"/.exec(text)?.[1] ?? '';
    expect((await camille.submit(page(), { ...fields, name: 'Institut Nouveau', seen })).status).toBe(303);
    expect(await changes()).toMatchObject([{ field: 'city', old_value: 'Pessac', new_value: 'Talence' }]);
  });

  test('for a closed structure there is nothing to ask', async () => {
    const { db } = site.dependencies;
    await setStructure(db, own, { closed_on: '2026-11-21' });
    expect((await camille.get(page())).text).not.toContain('Cet établissement est fermé');
    await setStructure(db, own, { closed_on: '2026-11-20' });
    const { text } = await camille.get(page());
    expect(text).toContain('Cet établissement est fermé');
    const late = await camille.submit(
      page(),
      filled({ city: 'Talence', seen: 'x' }),
      '/mes-structures/affiliations/demande',
    );
    expect(late.status).toBe(409);
  });
});

describe('withdrawing', () => {
  test('by the other référent: whoever asked is told, and one may ask again', async () => {
    await ask(camille, { city: 'Talence' });
    await site.runJobs();
    site.mailbox.clear();
    const { id } = first(await requests());
    const path = `${page()}/${id}/retirer`;
    expect((await noa.submit(path, {}, page())).status).toBe(303);
    expect((await requests())[0]).toMatchObject({ state: 'withdrawn', decided_by: second.id });
    await site.runJobs();
    expect(site.mailbox.to(referent.email).at(-1)?.text).toContain('Noa Deux a retiré');
    expect(site.mailbox.to(second.email)).toEqual([]);
    expect((await noa.submit(path, {}, page())).status).toBe(409);
    expect((await ask(noa, { city: 'Mérignac' })).status).toBe(303);
    const other = await createStructure(site.dependencies.db);
    const stranger = await createUser(site.dependencies.db, { affiliations: { [other]: ['referent'] } });
    const browser = await site.signedIn(stranger.email);
    const foreign = `/mes-structures/${other}/mise-a-jour`;
    expect((await browser.submit(`${foreign}/${id}/retirer`, {}, foreign)).status).toBe(404);
    expect((await browser.get(page())).status).toBe(404);
  });
});
