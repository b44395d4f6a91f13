import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endBrowserSessions } from '../../support/accounts.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { savedSearches } from '../../support/finding.ts';
import { createStructure, createUser, TEST_PASSWORD } from '../../support/people.ts';

/** Whatever refuses a form as a whole, what was typed in it is given back; one opened before a sign-in leads on. */
let site: TestSite;
let structureId: number;
let email: string;
let userId: number;
beforeAll(async () => {
  site = await createTestSite();
  structureId = await createStructure(site.dependencies.db);
  const user = await createUser(site.dependencies.db, {
    firstName: 'Alain',
    lastName: 'Proviste',
    affiliations: { [structureId]: ['hr_validator'] },
  });
  ({ email, id: userId } = user);
});
afterAll(() => site.close());

const WORDS = 'Le budget de <b>formation</b> est épuisé.';
const ESCAPED = 'Le budget de &lt;b&gt;formation&lt;/b&gt; est épuisé.';
const REQUEST = '/parcourspro/valideur/demandes/12';
const PASSWORD = 'un mot de passe qui est une phrase';
const SECRETS = { mot_de_passe: PASSWORD, verification: PASSWORD, present_password: PASSWORD };

/** As a browser that says whence the form comes. */
function send(visitor: Visitor, path: string, fields: Record<string, string>, from = path) {
  return visitor.agent
    .post(path)
    .set('Sec-Fetch-Site', 'same-origin')
    .set('Host', 'localhost:3000')
    .set('Referer', `http://localhost:3000${from}`)
    .type('form')
    .send(new URLSearchParams(fields).toString());
}
const profile = (right: string) => ({ profil: `${right}:${structureId}` });
const hidden = (html: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

describe('the words come back', () => {
  let person: Visitor;
  let _csrf: string;
  beforeEach(async () => {
    person = await site.signedIn(email);
    _csrf = await person.token('/mon-compte');
  });
  const typed = () => ({ _csrf, decision: 'refuser', motif: WORDS, ...SECRETS });

  test('under a profile that another tab has switched', async () => {
    await person.post('/parcourspro/profil', { _csrf, ...profile('beneficiary') });
    const answer = await send(person, REQUEST, typed());
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('Changez de profil pour continuer');
    expect(answer.text).toContain(ESCAPED);
    // « Continuer comme… » leads to the form, not to an address that takes nothing but a form.
    const continued = (html: string) => hidden(/<main[\s\S]*<\/main>/.exec(html)?.[0] ?? '', 'suite');
    expect(continued(answer.text)).toBe(REQUEST);
    const posted = await send(person, '/parcourspro/valideur/selection', typed(), REQUEST);
    expect(continued(posted.text)).toBe(REQUEST);
  });

  test('when a right is gone, and where it is somebody else’s', async () => {
    const refused = await send(person, '/agence/modeles', { _csrf, titre: WORDS });
    expect([refused.status, refused.text.includes(ESCAPED)]).toEqual([403, true]);
    expect(refused.text).not.toContain('Rouvrir le formulaire');
    const unknown = await send(person, '/mes-structures/999999/mise-a-jour', typed());
    expect([unknown.status, unknown.text.includes(ESCAPED)]).toEqual([404, true]);
  });

  test('when the session has ended', async () => {
    await endBrowserSessions(site.dependencies.db);
    const answer = await send(person, REQUEST, typed());
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('Votre session est terminée');
    expect(answer.text).toContain(ESCAPED);
    expect(answer.text).toContain(`/connexion?suite=${encodeURIComponent(REQUEST)}`);
    // The same where the form’s token is a visitor’s: nothing goes to the sign-in page without its words.
    const visitor = site.visitor();
    const late = await send(visitor, REQUEST, { ...typed(), _csrf: await visitor.token() });
    expect([late.status, late.text.includes(ESCAPED)]).toEqual([403, true]);
    expect(late.text).toContain('Me connecter et rouvrir le formulaire');
  });

  test('when the form has expired, wherever it came from', async () => {
    const answer = await person.post(REQUEST, { ...typed(), _csrf: 'x' });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('Cette page a expiré');
    expect(answer.text).toContain(ESCAPED);
  });

  test('when it is our fault', async () => {
    const { owner } = site;
    await owner.raw('alter table enrolments rename to enrolments_away');
    try {
      await person.post('/parcourspro/profil', { _csrf, ...profile('hr_validator') });
      const answer = await send(person, REQUEST, typed());
      expect(answer.status).toBeGreaterThanOrEqual(500);
      expect(answer.text).toContain(ESCAPED);
    } finally {
      await owner.raw('alter table enrolments_away rename to enrolments');
    }
  });

  test('never a password nor a code', async () => {
    const pages = [
      await send(person, REQUEST, { ...typed(), _csrf: 'x' }),
      await send(site.visitor(), REQUEST, { ...typed(), _csrf: 'x' }),
      await send(person, '/agence/modeles', typed()),
    ];
    for (const page of pages) expect(page.text).not.toContain(PASSWORD);
  });
});

describe('a form opened before one signed in or out in another tab', () => {
  const signIn = { identifiant: '', mot_de_passe: TEST_PASSWORD };

  test('to sign in, leads to where it was to lead', async () => {
    const visitor = site.visitor();
    const old = await visitor.token();
    await visitor.submit('/connexion', { ...signIn, identifiant: email });
    const answer = await send(visitor, '/connexion', { ...signIn, _csrf: old, suite: '/annuaire' });
    expect([answer.status, answer.headers.location]).toEqual([303, '/annuaire']);
    const elsewhere = await visitor.post('/connexion/cle-d-acces', { _csrf: old, suite: '//evil.example' });
    expect([elsewhere.status, elsewhere.headers.location]).toEqual([303, '/']);
  });

  test('to sign in, after somebody has been and gone: asks again, and says why', async () => {
    const visitor = site.visitor();
    const old = await visitor.token();
    await visitor.submit('/connexion', { ...signIn, identifiant: email });
    await visitor.submit('/deconnexion', {}, '/mon-compte');
    await visitor.get('/connexion');
    const answer = await send(visitor, '/connexion', { ...signIn, _csrf: old, suite: '/annuaire' });
    expect([answer.status, answer.headers.location]).toEqual([303, '/connexion?suite=%2Fannuaire']);
    const page = await visitor.get(answer.headers.location as string);
    expect(page.text).toContain('identifiez-vous de nouveau');
  });

  test('to sign out, when one is out already', async () => {
    const person = await site.signedIn(email);
    const old = await person.token('/mon-compte');
    await endBrowserSessions(site.dependencies.db);
    const answer = await send(person, '/deconnexion', { _csrf: old });
    expect([answer.status, answer.headers.location]).toEqual([303, '/connexion']);
  });

  test('any other is sent with one click, by whom the page names', async () => {
    const visitor = site.visitor();
    const old = await visitor.token();
    await visitor.submit('/connexion', { ...signIn, identifiant: email });
    const fields = { _csrf: old, nom: 'Ma veille', recherche: 'q=laicite', alerte: '1' };
    const asked = await send(visitor, '/parcourspro/recherches', fields);
    expect(asked.status).toBe(403);
    expect(asked.text).not.toContain('expiré');
    expect(asked.text).toContain('Envoyer comme Alain Proviste');
    const searches = () => savedSearches(site.dependencies.db, { user_id: userId });
    expect(await searches()).toEqual([]);
    const [form] = /<form method="post" action="\/parcourspro\/recherches">[\s\S]*?<\/form>/.exec(
      asked.text,
    ) ?? [''];
    const again = { ...fields, _csrf: hidden(form, '_csrf'), recherche: hidden(form, 'recherche') };
    const sent = await send(visitor, '/parcourspro/recherches', again);
    expect(sent.status, form + sent.text).toBe(303);
    expect(await searches()).toMatchObject([{ name: 'Ma veille', query: 'q=laicite' }]);
  });

  test('is never offered to be sent where another site may have written it, nor with a password in it', async () => {
    const person = await site.signedIn(email);
    await person.token('/mon-compte');
    const foreign = await person.agent
      .post('/parcourspro/recherches')
      .set('Sec-Fetch-Site', 'cross-site')
      .type('form')
      .send('nom=Veille&recherche=q%3Dx');
    expect(foreign.text).toContain('Cette page a expiré');
    expect(foreign.text).not.toContain('Envoyer comme');
    const secret = await send(person, '/mon-compte/adresse-email', {
      new_email: 'neuve@structure.example',
      present_password: TEST_PASSWORD,
    });
    expect(secret.text).not.toContain(TEST_PASSWORD);
    expect(secret.text).not.toContain('Envoyer comme');
    expect(secret.text).toContain('href="/mon-compte/adresse-email">Rouvrir le formulaire');
  });
});

test('without any cookie, the page says that cookies are needed, and goes on once they are', async () => {
  const visitor = site.visitor();
  const answer = await send(visitor, '/connexion', { identifiant: email, mot_de_passe: TEST_PASSWORD });
  expect(answer.status).toBe(403);
  expect(answer.text).toContain('Les cookies sont nécessaires');
  expect(answer.text).not.toContain('expiré');
  expect(answer.text).toContain('href="/connexion">Rouvrir le formulaire');
});
