import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { State } from '#enrolment/states.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createAction, createSession } from '../support/catalogue.ts';
import { createEnrolment } from '../support/enrolments.ts';
import { createStructure, createUser, personOf, type TestUser, takeRight } from '../support/people.ts';

/** Under which profile somebody enters ParcoursPro, and that pages lead to the profile that they need. */
let site: TestSite;
let body: number;
let town: number;
let village: number;
let person: TestUser;
const db = () => site.dependencies.db;

beforeAll(async () => {
  site = await createTestSite();
  body = await createStructure(db(), { name: 'Institut Essai', isTrainingBody: true });
  town = await createStructure(db(), { name: 'Mairie du Bourg' });
  village = await createStructure(db(), { name: 'Mairie du Village' });
  person = await createUser(db(), {
    affiliations: { [body]: ['provider'], [town]: ['hr_validator'], [village]: ['hr_validator'] },
  });
  const { id: actionId } = await createAction(db(), { providerId: body });
  const sessionId = await createSession(db(), { actionId, now: site.clock.now() });
  const ask = async (structureId: number, state: State) => {
    const { id: userId } = await createUser(db(), { affiliations: { [structureId]: [] } });
    await createEnrolment(db(), { sessionId, userId, structureId, state, at: site.clock.now() });
  };
  for (const structureId of [town, town, village]) await ask(structureId, 'requested');
  await ask(town, 'preregistered');
});
afterAll(() => site.close());

/** Sends the form of the page that holds these words on its button. */
async function press(browser: Visitor, page: string, words: string) {
  const { text } = await browser.get(page);
  const form = text.match(/<form[\s\S]*?<\/form>/g)?.find((one) => one.includes(words));
  if (!form) throw new Error(`no « ${words} » at ${page}`);
  const fields = [...form.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  return browser.post(/action="([^"]+)"/.exec(form)?.[1] ?? page, Object.fromEntries(fields));
}
const activeIn = (html: string) =>
  /account__profile--active[\s\S]*?<strong>([^<]*)<\/strong><span class="account__structure">([^<]*)/
    .exec(html)
    ?.slice(1)
    .join(', ');

describe('« Accueil »', () => {
  test('what waits under a profile is opened by a button that takes it, each structure apart', async () => {
    const browser = await site.signedIn(person.email);
    const { text } = await browser.get('/');
    const tiles = [...text.matchAll(/<li><strong>(\d+)<\/strong>([\s\S]*?)<\/li>/g)].map(([, count, rest]) =>
      `${count} ${rest?.replace(/<[^>]+>/g, '')}`.replace(/\s+/g, ' ').trim(),
    );
    expect(tiles).toEqual([
      '1 demande à examiner',
      '2 demandes d’inscription à valider Mairie du Bourg',
      '1 demande d’inscription à valider Mairie du Village',
    ]);
    const taken = await press(browser, '/', 'demandes d’inscription à valider');
    expect([taken.status, taken.headers.location]).toEqual([303, '/parcourspro/valideur']);
    const space = await browser.get('/parcourspro/valideur');
    expect(space.status).toBe(200);
    expect(activeIn(space.text)).toBe('Valideur RH, Mairie du Bourg');
    const examined = await press(browser, '/', 'demande à examiner');
    expect(examined.headers.location).toBe('/parcourspro/prestataire');
    expect((await browser.get('/parcourspro/prestataire')).status).toBe(200);
  });

  test('who has one profile alone sees no name of a structure beside the number', async () => {
    const { email } = await createUser(db(), { affiliations: { [village]: ['hr_validator'] } });
    const { text } = await (await site.signedIn(email)).get('/');
    expect(text).toContain('demande d’inscription à valider');
    expect(text).not.toContain('Mairie du Village</li>');
  });
});

describe('the first time in ParcoursPro with several profiles', () => {
  test('asks which one is needed, with what waits under each, and never again', async () => {
    const { email, id } = await createUser(db(), {
      affiliations: { [body]: ['provider'], [town]: ['hr_validator'] },
    });
    const browser = await site.signedIn(email);
    const entry = await browser.get('/parcourspro');
    expect([entry.status, entry.headers.location]).toEqual([303, '/parcourspro/profil']);
    const { text } = await browser.get('/parcourspro/profil');
    expect(text).toContain('<h1>Choisissez le statut qui correspond à votre besoin</h1>');
    const choices = [...text.matchAll(/<article class="tile">([\s\S]*?)<\/article>/g)].map(([, one]) =>
      (one ?? '')
        .replace(/<form[\s\S]*/, '')
        .replace(/<[^>]+>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    );
    expect(choices).toEqual([
      expect.stringMatching(/^Bénéficiaire Institut Essai .* Aucune demande en cours$/),
      expect.stringMatching(/^Prestataire Institut Essai .* 1 demande à examiner$/),
      expect.stringMatching(/^Bénéficiaire Mairie du Bourg .* Aucune demande en cours$/),
      expect.stringMatching(/^Valideur RH Mairie du Bourg .* 2 demandes à valider$/),
    ]);
    // To look is not to choose: a GET writes nothing.
    expect((await personOf(db(), id)).last_profile_right).toBeNull();
    expect((await browser.get('/parcourspro')).status).toBe(303);

    const taken = await press(browser, '/parcourspro/profil', 'comme Valideur RH, Mairie du Bourg');
    expect(taken.headers.location).toBe('/parcourspro/valideur');
    expect((await browser.get('/parcourspro')).status).toBe(200);
    // Another sign-in begins where the last one was.
    const again = await site.signedIn(email);
    const page = await again.get('/parcourspro');
    expect(page.status).toBe(200);
    expect(activeIn(page.text)).toBe('Valideur RH, Mairie du Bourg');
  });

  test('one profile is no choice, nor is none', async () => {
    const single = await createUser(db(), { affiliations: { [town]: [] } });
    const none = await createUser(db());
    for (const { email } of [single, none]) {
      const browser = await site.signedIn(email);
      expect((await browser.get('/parcourspro')).status).toBe(200);
      expect((await browser.get('/parcourspro/profil')).status).toBe(200);
    }
    expect((await site.visitor().get('/parcourspro')).status).toBe(200);
  });

  test('another session that is open stays under its own profile', async () => {
    const { email } = await createUser(db(), { affiliations: { [town]: ['hr_validator'] } });
    const [here, there] = [await site.signedIn(email), await site.signedIn(email)];
    await press(here, '/parcourspro/profil', 'comme Valideur RH');
    expect(activeIn((await there.get('/parcourspro/a-propos')).text)).toBe('Bénéficiaire, Mairie du Bourg');
  });

  test('a profile that was taken back is asked for anew, and cannot be taken', async () => {
    const { email, id } = await createUser(db(), {
      affiliations: { [town]: ['hr_validator'], [village]: [] },
    });
    const profil = `hr_validator:${town}`;
    await (await site.signedIn(email)).submit('/parcourspro/profil', { profil }, '/mes-structures');
    await takeRight(db(), 'hr_validator', { user_id: id });
    const browser = await site.signedIn(email);
    expect((await browser.get('/parcourspro')).headers.location).toBe('/parcourspro/profil');
    expect(activeIn((await browser.get('/parcourspro/a-propos')).text)).toBe('Bénéficiaire, Mairie du Bourg');
    const { status } = await browser.submit('/parcourspro/profil', { profil }, '/mes-structures');
    expect(status).toBe(404);
  });
});
