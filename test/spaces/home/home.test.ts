import { afterAll, beforeAll, expect, test } from 'vitest';
import { askForAccount } from '../../structures/account-requests/forms.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import { DAY } from '../../support/database.ts';
import { createEnrolment } from '../../support/enrolments.ts';
import { createStructure, createUser, createUsers, setPerson, type TestUser } from '../../support/people.ts';

let site: TestSite;
let structureId: number;
beforeAll(async () => {
  site = await createTestSite();
  structureId = await createStructure(site.dependencies.db, { name: 'Institut Essai', isTrainingBody: true });
});
afterAll(() => site.close());

const homeOf = async (email: string) => (await (await site.signedIn(email)).get('/')).text;

test('a visitor is sent to sign in', async () => {
  const response = await site.visitor().get('/');
  expect(response.status).toBe(303);
  expect(response.headers.location).toBe('/connexion');
});

test('shows only what the person may open, and says what they lack', async () => {
  const { db } = site.dependencies;
  const elsewhere = await createStructure(db);
  const [stranger, plain, referent, catalogue] = (await createUsers(db, [
    { affiliations: { [elsewhere]: [] } },
    { affiliations: { [structureId]: [] } },
    { affiliations: { [structureId]: ['referent'] } },
    { affiliations: { [structureId]: ['of_catalogue'] } },
  ])) as [TestUser, TestUser, TestUser, TestUser];
  const shown = await homeOf(stranger.email);
  expect(shown).toContain('PARCOURS PRO');
  expect(shown).toContain('CMonAlternance');
  expect(shown).not.toContain('RAFAEL');
  expect(await homeOf(catalogue.email)).toContain('<a class="stretched-link" href="/rafaelpro">RAFAEL</a>');
  // Of a training body without a right: the tile leads nowhere, and says whom to ask.
  expect(await homeOf(plain.email)).toMatch(
    /<h3>RAFAEL<\/h3>[\s\S]{1,300}Le référent de votre structure le donne/,
  );
  expect(await homeOf(referent.email)).toMatch(/<h3>RAFAEL<\/h3>[\s\S]{1,300}Vous êtes référent/);
});

test('the tile RAFAEL leads where the agency says', async () => {
  const { db } = site.dependencies;
  const person = await createUser(db, { affiliations: { [structureId]: ['of_general'] } });
  const leadsTo = (home_url: string) => db('services').where({ key: 'rafael' }).update({ home_url });
  await leadsTo('https://rafael.example/');
  expect(await homeOf(person.email)).toContain('href="https://rafael.example/">RAFAEL');
  await leadsTo('/rafaelpro');
});

test('counts what waits for the person, with the way there, and never their own request for a place', async () => {
  const { db, clock } = site.dependencies;
  const own = await createStructure(db);
  const person = await createUser(db, { affiliations: { [own]: ['referent', 'hr_validator'] } });
  const colleague = await createUser(db, { affiliations: { [own]: [] } });
  expect(await homeOf(person.email)).not.toContain('En attente de votre décision');

  await askForAccount(site, own, 'attend@structure.example');
  const { id: actionId } = await createAction(db, { providerId: structureId });
  const sessionId = await createSession(db, { actionId, now: clock.now() });
  for (const { id } of [person, colleague]) {
    await createEnrolment(db, { sessionId, userId: id, structureId: own, at: clock.now() });
  }
  const text = await homeOf(person.email);
  expect(text).toMatch(
    /<strong>1<\/strong> <a href="\/mes-structures">demande de compte ou d’affiliation à traiter/,
  );
  expect(text.replace(/\n\s*/g, '')).toMatch(
    new RegExp(
      `<strong>1</strong> <form [^>]*action="/parcourspro/profil">.{1,400}value="hr_validator:${own}">` +
        '<input [^>]*name="suite" value="/parcourspro/valideur"><button [^>]*>demande d’inscription à valider',
    ),
  );
  expect(await homeOf(colleague.email)).not.toContain('En attente de votre décision');
});

test('helps on the first visits, not later', async () => {
  const { db, clock } = site.dependencies;
  const person = await createUser(db, { affiliations: { [structureId]: [] } });
  expect(await homeOf(person.email)).toContain('Premiers pas');
  await setPerson(db, person.id, { created_at: new Date(+clock.now() - 60 * DAY) });
  expect(await homeOf(person.email)).not.toContain('Premiers pas');
});
