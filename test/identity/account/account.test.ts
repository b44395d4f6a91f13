import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserSessions, passwordLinks } from '../../support/accounts.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure, createUser, personOf, setPerson, TEST_PASSWORD } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { recordStatements } from '../../support/statements.ts';
import { allWaitingFor, thePerson } from '../../support/waiting.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

const PAGE = '/mon-compte';
const userRow = (id: number) => personOf(site.dependencies.db, id);
const GOOD = {
  civility: 'M.',
  last_name: 'D’Essai',
  first_name: 'Zoé',
  job_title: 'Formateur ou formatrice',
  phone: '05 56 00 00 00',
  mobile: '',
};

describe('« Mes informations »', () => {
  test('the form shows what is known; « Modifier » changes it, and a notice says what changed', async () => {
    const user = await createUser(site.dependencies.db, { lastName: 'Avant' });
    const browser = await site.signedIn(user.email);
    const page = await browser.get(PAGE);
    expect(page.status).toBe(200);
    expect(page.text).toContain('value="Avant"');
    expect(page.text).toContain('>Modifier</button>');
    expect((await browser.submit(PAGE, GOOD)).headers.location).toBe('/mon-compte#annonce');
    const after = (await browser.get(PAGE)).text;
    expect(after).toMatch(/id="annonce" tabindex="-1">[\s\S]{0,900}Vos informations sont modifiées/);
    expect(after).toMatch(/Double authentification<\/h2>[\s\S]{0,200}non activée/);
    expect(after).toContain('href="/mon-compte/double-authentification">Activer<');
    expect(await userRow(user.id)).toMatchObject({
      civility: 'M.',
      last_name: 'D’Essai',
      first_name: 'Zoé',
      job_title: 'Formateur ou formatrice',
      phone: '+33556000000',
      mobile: null,
    });
    await site.runJobs();
    const [notice] = site.mailbox.to(user.email);
    expect(notice?.subject).toBe('Vos informations ont été modifiées');
    expect(notice?.text).toContain('civilité, nom, prénom, fonction, téléphone');
    expect(notice?.text).toContain('Si ce n’est pas vous');
    expect(notice?.text).not.toContain('556000000');
  });

  test('a number kept as it was typed is no change: only what differs is told', async () => {
    const user = await createUser(site.dependencies.db);
    const browser = await site.signedIn(user.email);
    await browser.submit(PAGE, GOOD);
    await setPerson(site.dependencies.db, user.id, { mobile: '06 39 98 00 11' });
    await site.runJobs();
    await browser.submit(PAGE, { ...GOOD, phone: '05 56 00 00 01', mobile: '06 39 98 00 11' });
    await site.runJobs();
    expect(site.mailbox.to(user.email).at(-1)?.text).toMatch(/Modifié.: téléphone\n/);
  });

  test('nothing changed: no notice', async () => {
    const user = await createUser(site.dependencies.db);
    const browser = await site.signedIn(user.email);
    await browser.submit(PAGE, GOOD);
    await site.runJobs();
    await browser.submit(PAGE, GOOD);
    await site.runJobs();
    expect(site.mailbox.to(user.email)).toHaveLength(1);
  });

  test.each([
    ['missing', {}],
    ['a name of 200 KB', { ...GOOD, last_name: 'é'.repeat(40_000) }],
    ['NUL', { ...GOOD, first_name: 'a\u0000b' }],
    ['repeated', { ...GOOD, last_name: ['a', 'b'] }],
    ['only spaces', { ...GOOD, last_name: ' \u00a0\u200b ' }],
    ['not a phone', { ...GOOD, phone: '<script>alert(1)</script>' }],
    ['another civility', { ...GOOD, civility: 'Maître' }],
  ])('bad input: %s', async (_what, fields) => {
    const user = await createUser(site.dependencies.db);
    const before = await userRow(user.id);
    const browser = await site.signedIn(user.email);
    const { status, text } = await browser.submit(PAGE, fields);
    expect(status).toBe(422);
    expect(text).toContain('à corriger');
    expect(text).not.toContain('<script>alert');
    if ('job_title' in fields) expect(text).toContain('value="Formateur ou formatrice" selected');
    expect({ ...(await userRow(user.id)), last_sign_in_at: null }).toEqual({
      ...before,
      last_sign_in_at: null,
    });
  });

  test('bytes that are not UTF-8', async () => {
    const user = await createUser(site.dependencies.db);
    const browser = await site.signedIn(user.email);
    const token = encodeURIComponent(await browser.token(PAGE));
    const body = Object.keys(GOOD).map((name) => `${name}=%FF%FE`);
    const { status } = await browser.agent
      .post(PAGE)
      .type('form')
      .send(`_csrf=${token}&${body.join('&')}`);
    expect(status).toBe(422);
  });
});

describe('the password', () => {
  const PATH = `${PAGE}/mot-de-passe`;
  const CHANGE = {
    present_password: TEST_PASSWORD,
    password: 'Girafe-Violette-2026',
    password_confirmation: 'Girafe-Violette-2026',
  };

  test('changes, ends the other sessions and the links, keeps this one under another id, and a notice follows', async () => {
    const { db } = site.dependencies;
    const user = await createUser(db);
    const here = await site.signedIn(user.email);
    const there = await site.signedIn(user.email);
    const neighbour = await site.signedIn((await createUser(db)).email);
    await site.visitor().submit('/mot-de-passe-oublie', { email: user.email });
    const before = (await browserSessions(db)).map(({ sid }) => sid);
    expect((await here.submit(PATH, CHANGE)).status).toBe(303);
    expect((await here.get(PAGE)).status).toBe(200);
    expect((await there.get(PAGE)).headers.location).toContain('/connexion');
    expect((await neighbour.get(PAGE)).status).toBe(200);
    const own = await browserSessions(db, user.id);
    expect(own).toHaveLength(1);
    expect(before).not.toContain(own[0]?.sid);
    expect(await passwordLinks(db, { user_id: user.id, used_at: null })).toEqual([]);
    await expect(site.signedIn(user.email)).rejects.toThrow('sign-in');
    await site.signedIn(user.email, CHANGE.password);
    await site.runJobs();
    expect(site.mailbox.to(user.email).at(-1)?.subject).toBe('Votre mot de passe a été changé');
  });

  test.each([
    ['missing', {}, 'actuel'],
    [
      'wrong present one',
      { ...CHANGE, present_password: 'Autre-Solide-2026!' },
      'Ce n’est pas votre mot de passe',
    ],
    ['weak', { ...CHANGE, password: 'court', password_confirmation: 'court' }, 'au moins 12 caractères'],
    ['different', { ...CHANGE, password_confirmation: 'x' }, 'différents'],
    [
      'the same',
      { ...CHANGE, password: TEST_PASSWORD, password_confirmation: TEST_PASSWORD },
      'différent de l’actuel',
    ],
    ['repeated', { ...CHANGE, password: ['a', 'b'] }, 'Choisissez un nouveau'],
    ['of 200 KB', { ...CHANGE, password: 'a'.repeat(200_000), password_confirmation: 'x' }, '200 caractères'],
    ['NUL', { ...CHANGE, password: 'a\u0000', password_confirmation: 'a\u0000' }, 'illisibles'],
  ])('refused: %s', async (_what, fields, words) => {
    const user = await createUser(site.dependencies.db);
    const browser = await site.signedIn(user.email);
    const { status, text } = await browser.submit(PATH, fields);
    expect(status).toBe(422);
    expect(text).toContain(words);
    expect(text).not.toContain('Girafe');
    await site.signedIn(user.email);
  });

  test('two changes at once: one is made', async () => {
    const user = await createUser(site.dependencies.db);
    const browsers = [await site.signedIn(user.email), await site.signedIn(user.email)];
    const tokens = await Promise.all(browsers.map((one) => one.token(PATH)));
    const chosen = ['Girafe-Violette-2026', 'Zebre-Mandarine-2027!'];
    const answers = await allWaitingFor(
      site.dependencies.db,
      thePerson(user.id),
      browsers.map(
        (one, index) => () =>
          one.post(PATH, {
            ...CHANGE,
            _csrf: tokens[index] as string,
            password: chosen[index] as string,
            password_confirmation: chosen[index] as string,
          }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
  });

  test('guessing the present password is stopped, also across the forms that ask for it', async () => {
    const user = await createUser(site.dependencies.db);
    const browser = await site.signedIn(user.email);
    const wrong = { ...CHANGE, present_password: 'faux' };
    const statuses = [];
    for (let index = 0; index < 10; index += 1) statuses.push((await browser.submit(PATH, wrong)).status);
    expect(new Set(statuses)).toEqual(new Set([422]));
    expect((await browser.submit(PATH, CHANGE)).status).toBe(429);
    const other = { new_email: 'x@y.example', present_password: TEST_PASSWORD };
    expect((await browser.submit(`${PAGE}/adresse-email`, other)).status).toBe(429);
  });
});

test('my data: a file with what is kept of me, and of nobody else', async () => {
  const { db } = site.dependencies;
  const structureId = await createStructure(db, { name: 'Institut de mes données' });
  const me = await createUser(db, { lastName: 'Moi', affiliations: { [structureId]: ['referent'] } });
  const other = await createUser(db, { lastName: 'Voisine', affiliations: { [structureId]: [] } });
  const browser = await site.signedIn(me.email);
  const response = await browser.submit(`${PAGE}/mes-donnees`, {}, PAGE);
  expect(response.status).toBe(200);
  expect(response.headers['content-disposition']).toMatch(
    /^attachment; filename="?mes-donnees-\d{4}-\d\d-\d\d\.json"?$/,
  );
  expect(response.headers['content-type']).toContain('application/json');
  expect(response.headers['cache-control']).toContain('no-store');
  expect(response.body.account).toMatchObject({ email: me.email, lastName: 'Moi' });
  expect(response.body.affiliations[0]).toMatchObject({ structure: 'Institut de mes données' });
  expect(response.body.affiliations[0].rights.map((one: { right: string }) => one.right).sort()).toEqual([
    'beneficiary',
    'referent',
  ]);
  expect(response.body.journal).toMatchObject([
    { action: 'session.opened', byMe: true, ip: expect.stringMatching(/127|::1/) },
  ]);
  expect(response.text).not.toContain(other.email);
  expect(response.text).not.toContain('argon2');
});

test('pages cost at most four statements and write nothing', async () => {
  const user = await createUser(site.dependencies.db);
  const browser = await site.signedIn(user.email);
  for (let index = 0; index < 3; index += 1) await site.signedIn(user.email);
  // The first page after signing in notes the visit.
  await browser.get('/');
  for (const path of ['', '/adresse-email', '/mot-de-passe', '/suppression']) {
    const statements = await recordStatements(async () => {
      const response = await browser.get(PAGE + path);
      expect(response.status).toBe(200);
      expect(Buffer.byteLength(response.text)).toBeLessThan(60 * 1024);
    });
    expect(statements.length, `${path}\n${statements.join('\n')}`).toBeLessThanOrEqual(4);
    expect(statements.filter((sql) => /^\s*(insert|update|delete)/i.test(sql))).toEqual([]);
  }
});
