import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { optionsToUse, takeAnswer } from '#identity/passkeys/service.ts';
import { challengesIn, devicesOf, forgetPasskeys, passkeysOf } from '../../support/accounts.ts';
import { createTestSite, readable, type TestSite } from '../../support/app.ts';
import { type Faults, TestPasskey } from '../../support/authenticator.ts';
import { journalOf } from '../../support/journal.ts';
import { createUser, personOf } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { recordStatements } from '../../support/statements.ts';
import { enrol } from '../second-factor/people.ts';
import { addPasskey, CONFIRM, optionsAt, PAGE, passkeyIdOf, SIGN_IN, signInWith } from './people.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

async function holder(options: Parameters<typeof createUser>[1] = {}) {
  const user = await createUser(site.dependencies.db, options);
  const browser = await site.signedIn(user.email);
  return { ...user, browser, passkey: await addPasskey(browser) };
}
const sessionOf = (response: { headers: Record<string, unknown> }) =>
  /session=([^;]+)/.exec(String(response.headers['set-cookie']))?.[1];
const signedInAs = async (browser: ReturnType<TestSite['visitor']>) =>
  (await browser.get('/mes-structures')).status === 200;

test('a passkey opens a new session and leads to the wanted page, of this site only', async () => {
  const person = await holder();
  site.clock.advance(60_000);
  const browser = site.visitor();
  const opened = await signInWith(browser, person.passkey, { suite: '/parcourspro/actions?q=ia' });
  expect(opened.status).toBe(303);
  expect(opened.headers.location).toBe('/parcourspro/actions?q=ia');
  expect(sessionOf(opened)).toBeDefined();
  expect(readable((await browser.get('/mon-compte')).text)).toContain(person.email);
  const { db, clock } = site.dependencies;
  expect(await passkeysOf(db, person.id)).toMatchObject([
    { credential_id: person.passkey.id, last_used_at: clock.now(), sign_count: 1 },
  ]);
  expect((await personOf(db, person.id)).last_sign_in_at).toEqual(clock.now());
  // Noted among the open sessions, like any other.
  expect(await devicesOf(db, person.id)).toHaveLength(2);
  const away = await signInWith(site.visitor(), person.passkey, { suite: '//evil.example' });
  expect(away.headers.location).toBe('/');
});

test('no code is asked for after a passkey', async () => {
  const user = await createUser(site.dependencies.db);
  const first = await site.signedIn(user.email);
  await enrol(site, first);
  const passkey = await addPasskey(first);
  const opened = await signInWith(site.visitor(), passkey);
  expect(opened.headers.location).toBe('/mes-structures');
});

test('a passkey that was refused is not offered again unasked', async () => {
  const person = await holder();
  await forgetPasskeys(site.dependencies.db, person.id);
  const browser = site.visitor();
  expect((await browser.get('/connexion')).text).toContain('data-passkey-autofill');
  const refused = await signInWith(browser, person.passkey);
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('Se connecter avec une clé d’accès');
  expect(refused.text).not.toContain('data-passkey-autofill');
});

test('what a visitor is offered depends on nobody, stores nothing and reads nothing', async () => {
  await holder();
  const browser = site.visitor();
  const statements = await recordStatements(async () => {
    const options = await optionsAt(browser, SIGN_IN);
    expect(options).toMatchObject({ rpId: 'localhost', allowCredentials: [], userVerification: 'required' });
    expect(options.timeout).toBe(300_000);
  });
  expect(statements).toEqual([]);
  const again = await optionsAt(browser, SIGN_IN);
  expect(again.challenge).not.toBe((await optionsAt(browser, SIGN_IN)).challenge);
});

describe('an answer is refused', () => {
  const faults: [string, Faults][] = [
    ['from another site', { origin: 'https://evil.example' }],
    ['from another port of this machine', { origin: 'http://localhost:3001' }],
    ['signed for another site', { rpId: 'evil.example' }],
    ['to a challenge that we did not make', { challenge: Buffer.alloc(56, 7).toString('base64url') }],
    ['to no challenge', { challenge: '' }],
    ['of a registration', { type: 'webauthn.create' }],
    ['from a frame', { crossOrigin: true }],
    ['without the person there', { present: false, verified: false }],
    ['without verifying who is there', { verified: false }],
    ['with a broken signature', { forged: true }],
    ['without the name of its owner', { userHandle: null }],
    ['with the name of another owner', { userHandle: Buffer.alloc(16, 1).toString('base64url') }],
    ['of an unknown passkey', { id: Buffer.alloc(32, 9).toString('base64url') }],
  ];
  test.each(faults)('%s', async (_what, fault) => {
    const person = await holder();
    const browser = site.visitor();
    const refused = await signInWith(browser, person.passkey, { ...fault, suite: '/mes-structures' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('n’est pas acceptée');
    expect(refused.text).toContain('name="suite" value="/mes-structures"');
    expect(await signedInAs(browser)).toBe(false);
    // Nothing else was wrong with it.
    expect((await signInWith(browser, person.passkey)).status).toBe(303);
  });

  test('a second time', async () => {
    const person = await holder();
    const browser = site.visitor();
    const cle_verification = person.passkey.get(await optionsAt(browser, SIGN_IN), { signCount: 0 });
    expect((await browser.submit(SIGN_IN, { cle_verification }, '/connexion')).status).toBe(303);
    await browser.submit('/deconnexion', {}, '/mes-structures');
    expect((await browser.submit(SIGN_IN, { cle_verification }, '/connexion')).status).toBe(422);
    expect(await signedInAs(browser)).toBe(false);
  });

  test('a second time, also when the first was wrong', async () => {
    const person = await holder();
    const browser = site.visitor();
    const options = await optionsAt(browser, SIGN_IN);
    const statuses = [];
    for (const fault of [{ forged: true }, {}]) {
      const cle_verification = person.passkey.get(options, fault);
      statuses.push((await browser.submit(SIGN_IN, { cle_verification }, '/connexion')).status);
    }
    expect(statuses).toEqual([422, 422]);
  });

  test('in another browser', async () => {
    const person = await holder();
    const [asking, other] = [site.visitor(), site.visitor()];
    await optionsAt(other, SIGN_IN);
    const cle_verification = person.passkey.get(await optionsAt(asking, SIGN_IN));
    expect((await other.submit(SIGN_IN, { cle_verification }, '/connexion')).status).toBe(422);
    expect((await asking.submit(SIGN_IN, { cle_verification }, '/connexion')).status).toBe(303);
  });

  test('to a challenge made to confirm', async () => {
    const person = await holder();
    const browser = site.visitor();
    await optionsAt(browser, SIGN_IN);
    const cle_verification = person.passkey.get(await optionsAt(person.browser, CONFIRM));
    expect((await browser.submit(SIGN_IN, { cle_verification }, '/connexion')).status).toBe(422);
  });

  test.each([
    [5 * 60_000, 303],
    [5 * 60_000 + 1, 422],
  ])('after %i ms: %i', async (wait, status) => {
    const person = await holder();
    const browser = site.visitor();
    const cle_verification = person.passkey.get(await optionsAt(browser, SIGN_IN));
    const token = await browser.token();
    site.clock.advance(wait);
    const response = await browser.post(SIGN_IN, { _csrf: token, cle_verification });
    expect(response.status).toBe(status);
    if (status === 422) expect(response.text).toContain('Le délai');
  });

  test('of a passkey that was removed', async () => {
    const person = await holder();
    await person.browser.submit(`${PAGE}/${await passkeyIdOf(site, person.passkey)}/retirer`);
    expect((await signInWith(site.visitor(), person.passkey)).status).toBe(422);
  });

  test.each([
    ['nothing', {}],
    ['not JSON', { cle_verification: '{' }],
    ['JSON of something else', { cle_verification: '[1, null]' }],
    ['NUL', { cle_verification: '{"id":"\0"}' }],
    ['undecodable', { cle_verification: '\ufffd' }],
    ['repeated', { cle_verification: ['{}', '{}'] }],
    ['a script', { cle_verification: '"<script>alert(1)</script>"' }],
    ['a client without sense', { cle_verification: junk('AAAA') }],
    ['a client too long', { cle_verification: junk('A'.repeat(9000)) }],
  ])('%s', async (_what, fields) => {
    const { status, text } = await site.visitor().submit(SIGN_IN, { ...fields }, '/connexion');
    expect(status).toBe(422);
    expect(text).toContain('data-error-summary');
    expect(text).not.toContain('<script>alert');
  });
});

function junk(clientDataJSON: string): string {
  const response = { clientDataJSON, authenticatorData: 'AA', signature: 'AA', userHandle: 'AA' };
  return JSON.stringify({ id: 'AA', rawId: 'AA', type: 'public-key', response });
}

describe('the count of signatures', () => {
  test('may stay at zero', async () => {
    const person = await holder();
    for (let i = 0; i < 2; i += 1) {
      expect((await signInWith(site.visitor(), person.passkey, { signCount: 0 })).status).toBe(303);
    }
  });

  test.each([5, 4, 0])('that does not grow from 5 (%i) tells of a copy', async (signCount) => {
    const person = await holder();
    expect((await signInWith(site.visitor(), person.passkey, { signCount: 5 })).status).toBe(303);
    const copy = site.visitor();
    expect((await signInWith(copy, person.passkey, { signCount })).status).toBe(422);
    expect(await signedInAs(copy)).toBe(false);
    await site.runJobs();
    expect(site.mailbox.to(person.email).at(-1)?.subject).toBe(
      'Une clé d’accès de votre compte a été refusée',
    );
    const [entry] = await journalOf(site.dependencies.db, 'session.refused', { person_id: person.id });
    expect(entry).toMatchObject({ actor_id: null, details: { because: 'passkey_counter' } });
    // The real one goes on.
    expect((await signInWith(site.visitor(), person.passkey, { signCount: 6 })).status).toBe(303);
  });

  test('raises no alarm without a right signature', async () => {
    const person = await holder();
    await signInWith(site.visitor(), person.passkey, { signCount: 5 });
    await signInWith(site.visitor(), person.passkey, { signCount: 1, forged: true });
    await site.runJobs();
    const subjects = site.mailbox.to(person.email).map(({ subject }) => subject);
    expect(subjects).not.toContain('Une clé d’accès de votre compte a été refusée');
  });
});

test('of eight uses of one answer at the same moment, one is taken', async () => {
  const person = await holder();
  const browser = site.visitor();
  const first = await browser.get(`${SIGN_IN}/options`);
  const cookie = /passkey=([^;]+)/.exec(String(first.headers['set-cookie']))?.[1] ?? '';
  const answer = JSON.parse(person.passkey.get(first.body, { signCount: 0 }));
  const asked = { purpose: 'sign-in', browser: cookie } as const;
  const taken = await Promise.all(
    Array.from({ length: 8 }, () => takeAnswer(site.dependencies, asked, answer)),
  );
  expect(taken.filter((one) => 'userId' in one)).toHaveLength(1);
});

test('of four answers with the same count at the same moment, as a copy would give, one is taken', async () => {
  const person = await holder();
  const asked = { purpose: 'sign-in', browser: 'any' } as const;
  const answers = await Promise.all(
    Array.from({ length: 4 }, async () =>
      JSON.parse(person.passkey.get(await optionsToUse(site.dependencies, asked), { signCount: 5 })),
    ),
  );
  const taken = await Promise.all(answers.map((answer) => takeAnswer(site.dependencies, asked, answer)));
  expect(taken.filter((one) => 'userId' in one)).toHaveLength(1);
});

test('after ten wrong answers a passkey is suspended at this address, and the password still opens', async () => {
  const person = await holder();
  const browser = site.visitor();
  const statuses = [];
  for (let i = 0; i < 11; i += 1) {
    statuses.push((await signInWith(browser, person.passkey, { forged: true })).status);
  }
  expect(statuses).toEqual([...Array(10).fill(422), 429]);
  const suspended = await signInWith(browser, person.passkey);
  expect(suspended.status).toBe(429);
  expect(suspended.text).toContain('Trop de tentatives');
  expect(Number(suspended.headers['retry-after'])).toBeGreaterThan(800);
  expect(await signedInAs(await site.signedIn(person.email))).toBe(true);
});

test('a passkey of nobody is refused in the same words as one of somebody', async () => {
  const person = await holder();
  const pages = [];
  for (const passkey of [new TestPasskey(), person.passkey]) {
    const { status, text } = await signInWith(site.visitor(), passkey, { forged: true });
    pages.push({ status, text: text.replaceAll(/value="[^"]*"/g, '') });
  }
  expect(pages[0]).toEqual(pages[1]);
});

test('the form is refused without its token', async () => {
  const person = await holder();
  const browser = site.visitor();
  const cle_verification = person.passkey.get(await optionsAt(browser, SIGN_IN));
  expect((await browser.post(SIGN_IN, { cle_verification })).status).toBe(403);
  expect(await signedInAs(browser)).toBe(false);
});

test('the page works as before without scripts, and offers passkeys with them', async () => {
  const { text } = await site.visitor().get('/connexion');
  expect(text).toContain('autocomplete="username webauthn"');
  expect(text).toMatch(/data-passkey="get"[^>]*data-passkey-autofill hidden>/);
  expect(text).not.toMatch(/<script(?![^>]*src=)/);
});

test('challenges that ran out are forgotten', async () => {
  const { db } = site.dependencies;
  await signInWith(site.visitor(), (await holder()).passkey);
  expect(await challengesIn(db)).not.toEqual([]);
  site.clock.advance(6 * 60_000);
  await db.raw(`select graphile_worker.add_job('forget_expired')`);
  await site.runJobs();
  expect(await challengesIn(db)).toEqual([]);
});
