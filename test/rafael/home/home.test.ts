import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entriesFor } from '#rafael/entry.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure, createUser, createUsers, type TestUser, takeRight } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';

const HOME = '/rafaelpro';
const CHOICE = '/rafaelpro/structure';

let site: TestSite;
let body: number;
let mission: number;
let twice: TestUser;
beforeAll(async () => {
  site = await createTestSite();
  const { db } = site.dependencies;
  body = await createStructure(db, { name: 'Institut Essai', isTrainingBody: true });
  mission = await createStructure(db, { name: 'Mission <b>locale</b>', mayPreregister: true });
  twice = await createUser(db, {
    affiliations: { [body]: ['of_general'], [mission]: ['prescriber_2'] },
  });
});
afterAll(() => site.close());

const someone = async (affiliations: Parameters<typeof createUser>[1]) => {
  const user = await createUser(site.dependencies.db, affiliations);
  return site.signedIn(user.email);
};

describe('the home', () => {
  test('tells for which structure one acts, and as what, in four statements at most', async () => {
    const browser = await someone({ affiliations: { [body]: ['of_catalogue', 'prescriber_1'] } });
    let page: Awaited<ReturnType<typeof browser.get>> | undefined;
    const statements = await recordStatements(async () => {
      page = await browser.get(HOME);
    });
    expect(statements.length).toBeLessThanOrEqual(4);
    const { status, text = '' } = page ?? {};
    expect(status).toBe(200);
    expect(text).toContain(
      'Vous agissez pour <strong>Institut Essai</strong>, comme Gestionnaire OF catalogue formation et Prescripteur niveau 1.',
    );
    // Of one structure alone: there is nothing to change.
    expect(text).not.toContain('Changer de structure');
  });

  test('is refused to whoever has no right there, with whom to ask', async () => {
    const browser = await someone({ affiliations: { [body]: ['referent', 'hr_validator', 'provider'] } });
    const { status, text } = await browser.get(HOME);
    expect(status).toBe(403);
    expect(text).toContain('Le référent de votre structure peut vous donner ce droit.');
    expect((await browser.submit(CHOICE, { structure: body }, '/mon-compte')).status).toBe(403);
  });

  test('opens to the agency, without a structure', async () => {
    const browser = await someone({ isAgencyManager: true });
    const { status, text } = await browser.get(HOME);
    expect(status).toBe(200);
    expect(text).toContain('href="/agence/rafaelpro"');
    expect(text).not.toContain('Vous agissez pour');
    expect((await browser.get(CHOICE)).text).toContain('Aucune structure à choisir');
  });

  test('a visitor signs in first, and comes back', async () => {
    const { status, headers } = await site.visitor().get(HOME);
    expect([status, headers.location]).toEqual([303, '/connexion?suite=%2Frafaelpro']);
  });
});

describe('the structure that one acts for', () => {
  test('is chosen by whoever belongs to several, and leads on', async () => {
    const browser = await site.signedIn(twice.email);
    const sent = await browser.get(HOME);
    expect([sent.status, sent.headers.location]).toEqual([303, CHOICE]);
    const page = await browser.get(`${CHOICE}?suite=/rafaelpro`);
    expect(page.text).toContain('Gestionnaire OF général');
    expect(page.text).toContain('Mission &lt;b&gt;locale&lt;/b&gt;');

    const chosen = await browser.submit(CHOICE, { structure: mission, suite: HOME });
    expect([chosen.status, chosen.headers.location]).toEqual([303, HOME]);
    const home = await browser.get(HOME);
    expect(home.text).toContain('comme Prescripteur niveau 2');
    expect(home.text).not.toContain('Gestionnaire OF');
    expect(home.text).toContain('Changer de structure');
  });

  test.each([
    'https://ailleurs.example/',
    '//ailleurs.example',
    '/\\ailleurs.example',
    'javascript:alert(1)',
  ])('leads to no other site: %s', async (suite) => {
    const browser = await site.signedIn(twice.email);
    const page = await browser.get(`${CHOICE}?${new URLSearchParams({ suite })}`);
    expect(page.text).toContain('name="suite" value="/rafaelpro"');
    expect((await browser.submit(CHOICE, { structure: body, suite })).headers.location).toBe(HOME);
  });

  test('is one of the person’s own: another’s does not exist', async () => {
    const foreign = await createStructure(site.dependencies.db, { isTrainingBody: true });
    const browser = await site.signedIn(twice.email);
    for (const structure of [foreign, 0, -1, 999_999_999, 'x', ''])
      expect((await browser.submit(CHOICE, { structure })).status).toBe(404);
    expect((await browser.get(HOME)).headers.location).toBe(CHOICE);
  });

  test('ends with the right for it, at the next page', async () => {
    const { db } = site.dependencies;
    const third = await createStructure(db, { name: 'Autre institut', isTrainingBody: true });
    const [person] = (await createUsers(db, [
      { affiliations: { [body]: ['of_general'], [mission]: ['prescriber_2'], [third]: ['of_catalogue'] } },
    ])) as [TestUser];
    const browser = await site.signedIn(person.email);
    await browser.submit(CHOICE, { structure: body });
    expect((await browser.get(HOME)).text).toContain('Institut Essai');
    await takeRight(db, 'of_general', { user_id: person.id, structure_id: body });
    // Two are left, and neither was chosen.
    expect((await browser.get(HOME)).headers.location).toBe(CHOICE);
    await takeRight(db, 'of_catalogue', { user_id: person.id });
    expect((await browser.get(HOME)).text).toContain('Mission &lt;b&gt;locale&lt;/b&gt;');
    await takeRight(db, 'prescriber_2', { user_id: person.id });
    expect((await browser.get(HOME)).status).toBe(403);
  });
});

test('the menu holds what the seat allows, and the agency what is for it', () => {
  const entry = { section: '', label: '', href: '', text: '', icon: '' };
  const kept = {
    ...entry,
    label: 'kept',
    opensTo: (seat: { keepsCatalogue: boolean }) => seat.keepsCatalogue,
  };
  const all = { ...entry, label: 'all', opensTo: () => true, isForAgency: true };
  const seat = {
    structureId: 1,
    structureName: '',
    keepsCatalogue: false,
    answersCandidatures: false,
    prescriberLevel: 1,
  } as const;
  const labels = (...given: [typeof seat | undefined, boolean]) =>
    entriesFor([kept, all], ...given).map(({ label }) => label);
  expect(labels(seat, false)).toEqual(['all']);
  expect(entriesFor([kept, all], { ...seat, keepsCatalogue: true }, false)).toHaveLength(2);
  expect(labels(undefined, true)).toEqual(['all']);
  expect(labels(undefined, false)).toEqual([]);
});
