import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codeAt } from '#identity/second-factor/totp.ts';
import { askForAccount } from '../../structures/account-requests/forms.ts';
import { forgetPasskeys, passkeysOf, secondFactorOf } from '../../support/accounts.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { type Faults, TestPasskey } from '../../support/authenticator.ts';
import { createStructure, createUser, TEST_PASSWORD } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { requestOf } from '../../support/requests.ts';
import { enrol, PAGE as TOTP } from '../second-factor/people.ts';
import { ADD, addPasskey, CONFIRM, confirmWith, optionsAt, PAGE, passkeyIdOf, signInWith } from './people.ts';

/** What a passkey is worth where the agency needs a second factor, and to confirm who one is. */
const QUARTER = 15 * 60_000;
const LIST = '/agence/demandes-de-compte';

let site: TestSite;
let structure: number;
beforeAll(async () => {
  site = await createTestSite({
    now: '2026-11-12T10:00:00Z',
    environment: { AGENCY_SECOND_FACTOR: 'required' },
  });
  structure = await createStructure(site.dependencies.db);
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

async function holder(isAgencyManager = true) {
  const user = await createUser(site.dependencies.db, { isAgencyManager });
  const first = await site.signedIn(user.email);
  return { ...user, first, passkey: await addPasskey(first) };
}
const led = (path: string) => `${CONFIRM}?suite=${encodeURIComponent(path)}`;

describe('a manager whose only second factor is a passkey', () => {
  test('has the agency’s pages when signed in by it, or when it has just been made', async () => {
    const { first, passkey } = await holder();
    expect((await first.get('/agence')).status).toBe(200);
    const browser = site.visitor();
    await signInWith(browser, passkey);
    for (const path of ['/agence', LIST, `/mes-structures/${structure}`]) {
      expect((await browser.get(path)).status).toBe(200);
    }
  });

  test('does not have them on the password alone, until the passkey is given', async () => {
    const { email, passkey } = await holder();
    const browser = await site.signedIn(email);
    for (const path of ['/agence', `${LIST}?vue=toutes`, `/mes-structures/${structure}`]) {
      expect((await browser.get(path)).headers.location).toBe(led(path));
    }
    const id = await askForAccount(site, structure, `attente${passkey.id.slice(0, 6)}@structure.example`);
    const posted = await browser.submit(`${LIST}/${id}/accepter`, {}, PAGE);
    expect(posted.headers.location).toBe(CONFIRM);
    expect((await requestOf(site.dependencies.db, 'account_request', id)).state).toBe('pending');

    const page = await browser.get(led('/agence'));
    expect(page.text).toContain('Votre mot de passe ne suffit pas');
    expect(page.text).not.toContain('name="verification"');
    const typed = { verification: TEST_PASSWORD, suite_verification: '/agence' };
    expect((await browser.submit(CONFIRM, typed)).status).toBe(422);
    expect((await browser.get('/agence')).headers.location).toBe(led('/agence'));

    expect((await confirmWith(browser, passkey, '/agence')).headers.location).toBe('/agence');
    expect((await browser.get('/agence')).status).toBe(200);
  });

  test('cannot be given another factor, nor lose this one, by whoever knows the password', async () => {
    const { id, email, passkey } = await holder();
    const thief = await site.signedIn(email);
    const key = await passkeyIdOf(site, passkey);
    for (const path of [ADD, `${ADD}/options`, `${PAGE}/${key}/retirer`, `${TOTP}/cle`]) {
      expect((await thief.get(path)).headers.location).toBe(led(path));
    }
    const posts: [string, Record<string, string>][] = [
      [ADD, { nom: 'Voleur', reponse: 'x' }],
      [`${PAGE}/${key}/retirer`, {}],
      [TOTP, { mot_de_passe: TEST_PASSWORD }],
      [`${TOTP}/cle`, { code: '000000' }],
    ];
    for (const [path, fields] of posts) {
      const { status, headers, text } = await thief.submit(path, fields, PAGE);
      const isAsked =
        status === 303 ? headers.location === led(path) : text.includes('name="cle_verification"');
      expect([isAsked, path]).toEqual([true, path]);
    }
    const { db } = site.dependencies;
    expect(await passkeysOf(db, id)).toHaveLength(1);
    expect(await secondFactorOf(db, id)).toBeUndefined();
  });

  test('who removes it is led to a factor again', async () => {
    const { first, passkey } = await holder();
    const page = `${PAGE}/${await passkeyIdOf(site, passkey)}/retirer`;
    expect((await first.get(page)).text).toContain('ne vous seront plus ouvertes');
    await first.submit(page);
    expect((await first.get('/agence')).headers.location).toBe(`${TOTP}?suite=%2Fagence`);
  });

  test('whose key is removed by hand loses what it opened', async () => {
    const { id, passkey } = await holder();
    const browser = site.visitor();
    await signInWith(browser, passkey);
    await forgetPasskeys(site.dependencies.db, id);
    expect((await browser.get('/agence')).headers.location).toBe(`${TOTP}?suite=%2Fagence`);
  });

  test('confirms a decision with it after fifteen minutes, without losing the form', async () => {
    const { passkey } = await holder();
    const browser = site.visitor();
    await signInWith(browser, passkey);
    const id = await askForAccount(site, structure, `motif${passkey.id.slice(0, 6)}@structure.example`);
    const page = `${LIST}/${id}/refuser`;
    const _csrf = await browser.token(page);
    site.clock.advance(QUARTER + 1);
    const stopped = await browser.post(page, { _csrf, reason: 'Doublon' });
    expect(stopped.status).toBe(403);
    expect(stopped.text).toContain('name="cle_verification"');
    expect(stopped.text).not.toContain('name="verification"');
    const { body } = await browser.get(`${CONFIRM}/options`);
    expect(body.allowCredentials).toEqual([{ id: passkey.id, transports: ['internal'], type: 'public-key' }]);
    const fields = {
      _csrf,
      suite_verification: page,
      envoi_verification: '1',
      reason: 'Doublon',
      cle_verification: passkey.get(body),
    };
    const confirmed = await browser.post(CONFIRM, fields);
    expect(confirmed.status).toBe(307);
    expect(confirmed.headers.location).toBe(page);
    expect((await browser.post(page, fields)).headers.location).toBe(`${LIST}#demande-${id}`);
    expect(await requestOf(site.dependencies.db, 'account_request', id)).toMatchObject({
      state: 'refused',
      refusal_reason: 'Doublon',
    });
  });
});

test('a manager who has both gives a code or a passkey', async () => {
  const { email, first } = await holder();
  const { key } = await enrol(site, first);
  const second = await addPasskey(first, 'Seconde');
  const browser = await site.signedIn(email);
  // The password alone leads to the code, as without a passkey.
  expect((await browser.get('/agence')).headers.location).toBe('/connexion?suite=%2Fagence');
  await browser.submit('/connexion/code', { code: codeAt(key, site.clock.now()) });
  expect((await browser.get('/agence')).status).toBe(200);
  site.clock.advance(QUARTER + 1);
  const page = await browser.get(led(ADD));
  expect(page.text).toContain('Code de vérification');
  expect(page.text).toContain('Confirmer avec une clé d’accès');
  expect((await browser.submit(CONFIRM, { verification: TEST_PASSWORD })).status).toBe(422);
  expect((await confirmWith(browser, second, ADD)).headers.location).toBe(ADD);
  expect((await browser.get(ADD)).status).toBe(200);
});

test('somebody who is not of the agency confirms with their passkey too: not with the password, which others may know', async () => {
  const { email, passkey } = await holder(false);
  const browser = await site.signedIn(email);
  expect((await browser.get(ADD)).headers.location).toBe(led(ADD));
  const typed = { verification: TEST_PASSWORD, suite_verification: ADD };
  expect((await browser.submit(CONFIRM, typed)).status).toBe(422);
  expect((await browser.get(ADD)).headers.location).toBe(led(ADD));
  expect((await confirmWith(browser, passkey, ADD)).headers.location).toBe(ADD);
  expect((await browser.get(ADD)).status).toBe(200);
});

describe('a confirmation is refused', () => {
  const faults: [string, Faults][] = [
    ['from another site', { origin: 'https://evil.example' }],
    ['signed for another site', { rpId: 'evil.example' }],
    ['without verifying who is there', { verified: false }],
    ['with a broken signature', { forged: true }],
    ['to another challenge', { challenge: Buffer.alloc(56).toString('base64url') }],
  ];
  test.each(faults)('%s', async (_what, fault) => {
    const { email, passkey } = await holder();
    const browser = await site.signedIn(email);
    const refused = await confirmWith(browser, passkey, '/agence', fault);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('n’est pas acceptée');
    expect(refused.text).toContain('name="suite_verification" value="/agence"');
    expect((await browser.get('/agence')).status).toBe(303);
  });

  test('to a challenge made in the same session to add a passkey', async () => {
    const { first, passkey } = await holder();
    const { challenge } = await optionsAt(first, ADD);
    const refused = await confirmWith(first, passkey, '/agence', { challenge });
    expect(refused.status).toBe(422);
    expect((await confirmWith(first, passkey, '/agence')).status).toBe(303);
  });

  test('with the passkey of somebody else, or one that nobody has', async () => {
    const [owner, other] = [await holder(), await holder()];
    const browser = await site.signedIn(owner.email);
    for (const passkey of [other.passkey, new TestPasskey()]) {
      expect((await confirmWith(browser, passkey, '/agence')).status).toBe(422);
    }
    expect((await browser.get('/agence')).status).toBe(303);
  });

  test.each(['', '{}', '{', '\0', 'null', '"x"'])('with %j', async (cle_verification) => {
    const { email } = await holder();
    const browser = await site.signedIn(email);
    expect((await browser.submit(CONFIRM, { cle_verification })).status).toBe(422);
  });
});

test('in production a passkey of a demo account opens nothing', async () => {
  const user = await createUser(site.dependencies.db, { email: 'essai@demo.example' });
  const passkey = await addPasskey(await site.signedIn(user.email));
  expect((await signInWith(site.visitor(), passkey)).status).toBe(303);
  const { config } = site.dependencies;
  const before = config.environment;
  config.environment = 'production';
  try {
    const refused = await signInWith(site.visitor(), passkey);
    expect(refused.status).toBe(422);
    expect(String(refused.headers['set-cookie'])).not.toMatch(/session=/);
  } finally {
    config.environment = before;
  }
});
