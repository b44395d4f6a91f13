import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codeAt } from '#identity/second-factor/totp.ts';
import { browserSessions, emailChanges, forgetSecondFactor, secondFactorOf } from '../../support/accounts.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createUser, TEST_PASSWORD } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { ADD, addPasskey, confirmWith, passkeyIdOf, signInWith } from '../passkeys/people.ts';
import { enrol, PAGE as FACTOR, givePassword } from '../second-factor/people.ts';

/** What a session is worth by what was given in it, whatever its owner does elsewhere. */
const QUARTER = 15 * 60_000;
const CONFIRM = '/mon-compte/confirmer';
const OTHERS = '/mon-compte/sessions/fermer-les-autres';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({
    now: '2026-11-12T10:00:00Z',
    environment: { AGENCY_SECOND_FACTOR: 'required' },
  });
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

async function home(isAgencyManager = false) {
  const user = await createUser(site.dependencies.db, { isAgencyManager });
  return { ...user, browser: await site.signedIn(user.email) };
}
const led = (path: string) => `${CONFIRM}?suite=${encodeURIComponent(path)}`;
const sidsOf = async (userId: number): Promise<string[]> =>
  (await browserSessions(site.dependencies.db, userId)).map(({ sid }) => sid);
const isOpen = async (browser: Visitor) => (await browser.get('/mes-structures')).status === 200;

describe('a session that knows the password only', () => {
  test('ends when its owner activates the second factor elsewhere', async () => {
    const owner = await home(true);
    const thief = await site.signedIn(owner.email);
    await enrol(site, owner.browser);
    expect((await owner.browser.get('/agence')).status).toBe(200);
    expect((await thief.get('/agence')).headers.location).toBe('/connexion?suite=%2Fagence');
  });

  test('ends when its owner adds a passkey elsewhere, and when they take it away', async () => {
    const owner = await home(true);
    const thief = await site.signedIn(owner.email);
    const passkey = await addPasskey(owner.browser);
    expect(await isOpen(thief)).toBe(false);
    expect((await owner.browser.get('/agence')).status).toBe(200);
    const other = site.visitor();
    await signInWith(other, passkey);
    await owner.browser.submit(`/mon-compte/cles-d-acces/${await passkeyIdOf(site, passkey)}/retirer`);
    expect([await isOpen(other), await isOpen(owner.browser)]).toEqual([false, true]);
  });

  test('ends when the second factor is taken away', async () => {
    const owner = await home();
    const { key, codes } = await enrol(site, owner.browser);
    const other = site.visitor();
    await givePassword(other, owner.email);
    await other.submit('/connexion/code', { code: codeAt(key, site.clock.now()) });
    expect(await isOpen(other)).toBe(true);
    const both = { mot_de_passe: TEST_PASSWORD, code: codes[0] as string };
    await owner.browser.submit(`${FACTOR}/desactiver`, both, FACTOR);
    expect([await isOpen(other), await isOpen(owner.browser)]).toEqual([false, true]);
  });

  test('is not the agency’s, even where the account has a factor and the session goes on', async () => {
    const owner = await home(true);
    const { key } = await enrol(site, owner.browser);
    // As it was before sessions told what was given in them.
    await site.dependencies.db.raw(
      `update web_sessions set sess = cast(jsonb_set(cast(sess as jsonb), '{proofs}', '{"password": 1}') as json)
        where sess #>> '{passport,user}' = ?`,
      [String(owner.id)],
    );
    expect((await owner.browser.get('/agence')).headers.location).toBe(led('/agence'));
    const posted = await owner.browser.submit('/agence/actualites/nouvelle', {}, FACTOR);
    expect(posted.headers.location).toBe(CONFIRM);
    expect((await owner.browser.submit(CONFIRM, { verification: TEST_PASSWORD })).status).toBe(422);
    const code = { verification: codeAt(key, site.clock.now()), suite_verification: '/agence' };
    expect((await owner.browser.submit(CONFIRM, code)).headers.location).toBe('/agence');
    expect((await owner.browser.get('/agence')).status).toBe(200);
  });

  test('whose account has lost the factor that was given is the agency’s no more', async () => {
    const owner = await home(true);
    await enrol(site, owner.browser);
    await forgetSecondFactor(site.dependencies.db, owner.id);
    expect((await owner.browser.get('/agence')).headers.location).toBe(`${FACTOR}?suite=%2Fagence`);
  });
});

describe('the factor is asked for again, where there is one', () => {
  test.each(['/mon-compte/mot-de-passe', '/mon-compte/adresse-email', ADD, FACTOR])('by %s', async (path) => {
    const owner = await home();
    const { browser } = owner;
    const passkey = await addPasskey(browser);
    const token = await browser.token('/mon-compte');
    const fields = {
      _csrf: token,
      mot_de_passe: TEST_PASSWORD,
      present_password: TEST_PASSWORD,
      new_email: 'autre@structure.example',
      password: 'Girafe-Violette-2027',
      password_confirmation: 'Girafe-Violette-2027',
    };
    site.clock.advance(QUARTER + 1);
    if (path !== FACTOR) expect((await browser.get(path)).headers.location).toBe(led(path));
    const stopped = await browser.post(path, fields);
    expect([303, 403]).toContain(stopped.status);
    if (stopped.status === 303) expect(stopped.headers.location).toBe(led(path));
    // A page never holds a password: not even to send it on.
    if (path !== ADD) expect(stopped.text).not.toContain(TEST_PASSWORD);
    const { db } = site.dependencies;
    expect(await emailChanges(db, { user_id: owner.id })).toEqual([]);
    expect(await secondFactorOf(db, owner.id)).toBeUndefined();
    await expect(site.signedIn(owner.email)).resolves.toBeDefined();
    expect((await confirmWith(browser, passkey, path)).headers.location).toBe(path);
    expect((await browser.get(path)).status).toBe(200);
  });

  test('to end sessions, which go on until it is given', async () => {
    const { email, browser } = await home();
    const { key } = await enrol(site, browser);
    const other = site.visitor();
    await givePassword(other, email);
    await other.submit('/connexion/code', { code: codeAt(key, site.clock.now()) });
    const token = await browser.token('/mon-compte');
    site.clock.advance(QUARTER + 1);
    const stopped = await browser.post(OTHERS, { _csrf: token });
    expect(stopped.status).toBe(403);
    expect(stopped.text).toContain('Confirmez votre identité');
    expect(await isOpen(other)).toBe(true);
    const fields = { _csrf: token, suite_verification: OTHERS, envoi_verification: '1' };
    const verification = codeAt(key, site.clock.now());
    const confirmed = await browser.post(CONFIRM, { ...fields, verification });
    expect([confirmed.status, confirmed.headers.location]).toEqual([307, OTHERS]);
    // The id of the session is another now; the forms of pages opened before still work.
    expect((await browser.post(OTHERS, fields)).headers.location).toBe('/mon-compte#sessions');
    expect(await isOpen(other)).toBe(false);
  });

  test('not of those who have none: the form itself asks for their password', async () => {
    const { browser } = await home();
    site.clock.advance(QUARTER + 1);
    for (const path of ['/mon-compte/mot-de-passe', '/mon-compte/adresse-email', FACTOR]) {
      expect((await browser.get(path)).status).toBe(200);
    }
  });
});

test('the id of the session is renewed each time that somebody proves who they are', async () => {
  const { id, browser } = await home();
  const seen: string[] = [];
  const renewed = async () => {
    const sids = await sidsOf(id);
    expect(sids).toHaveLength(1);
    expect(seen).not.toContain(sids[0]);
    seen.push(...sids);
    expect(await isOpen(browser)).toBe(true);
  };
  await renewed();
  await browser.submit(CONFIRM, { verification: TEST_PASSWORD });
  await renewed();
  const { key } = await enrol(site, browser);
  await renewed();
  await browser.submit(CONFIRM, { verification: codeAt(key, site.clock.now()) });
  await renewed();
  const passkey = await addPasskey(browser);
  await renewed();
  await confirmWith(browser, passkey, '/');
  await renewed();
  await browser.submit(OTHERS, {}, '/mon-compte');
  await renewed();
  const change = { present_password: TEST_PASSWORD, password: 'Girafe-Violette-2027' };
  await browser.submit('/mon-compte/mot-de-passe', { ...change, password_confirmation: change.password });
  await renewed();
});
