import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserSessions } from '../../support/accounts.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure, createUser, setPerson, TEST_PASSWORD } from '../../support/people.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());

test('a visitor who only reads has no session', async () => {
  const response = await site.visitor().get('/connexion');
  expect(response.status).toBe(200);
  expect(String(response.headers['set-cookie'])).not.toContain('session=');
  expect(await browserSessions(site.dependencies.db)).toEqual([]);
});

test('signing in opens a session and signing out ends it', async () => {
  const { db } = site.dependencies;
  const { email } = await createUser(db, { affiliations: { [await createStructure(db)]: [] } });
  const browser = await site.signedIn(email);
  expect(await browserSessions(db)).toHaveLength(1);
  expect((await browser.get('/connexion')).status).toBe(303);
  await browser.submit('/deconnexion', {}, '/parcourspro');
  expect(await browserSessions(db)).toEqual([]);
});

test('an address that mail cannot reach still opens the account that has it', async () => {
  const { db } = site.dependencies;
  const { id } = await createUser(db, { affiliations: { [await createStructure(db)]: [] } });
  for (const [stored, typed] of [
    ['hélène..dupont@structure.example', ' Hélène..Dupont@structure.example '],
    ['alix@xn--mairie-vry-h7a.example', 'alix@mairie-évry.example'],
  ] as const) {
    await setPerson(db, id, { email: stored });
    const answer = await site
      .visitor()
      .submit('/connexion', { identifiant: typed, mot_de_passe: TEST_PASSWORD });
    expect(answer.status, typed).toBe(303);
  }
  const unknown = await site
    .visitor()
    .submit('/connexion', { identifiant: 'h..l@structure.example', mot_de_passe: TEST_PASSWORD });
  expect(unknown.text).toContain('Identifiant ou mot de passe incorrect');
  const incomplete = await site.visitor().submit('/connexion', { identifiant: 'alix', mot_de_passe: 'x' });
  expect(incomplete.text).toContain('adresse e-mail complète');
});

test('a wrong password and an unknown e-mail get the same answer', async () => {
  const { email } = await createUser(site.dependencies.db);
  const answers = await Promise.all(
    [email, 'inconnu@structure.example'].map((identifiant) =>
      site.visitor().submit('/connexion', { identifiant, mot_de_passe: 'pas le bon' }),
    ),
  );
  const [known, unknown] = answers.map(({ status, text }) => ({
    status,
    text: text.replaceAll(/value="[^"]*"/g, ''),
  }));
  expect(known?.status).toBe(422);
  expect(known).toEqual(unknown);
  // Said once, above the form, and tied to the field.
  expect(known?.text.match(/Identifiant ou mot de passe incorrect/g)).toHaveLength(1);
  expect(known?.text).toContain('id="identifiant-fault"');
  expect(known?.text).toContain('aria-describedby="identifiant-hint identifiant-fault" aria-invalid="true"');
});
