import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { takeCode } from '#identity/second-factor/service.ts';
import { codeAt } from '#identity/second-factor/totp.ts';
import { spoilSecondFactor } from '../../support/accounts.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { lastEntry } from '../../support/journal.ts';
import { closeAccount, createUser, personOf, setPerson } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { enrol, givePassword, STEP } from './people.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

const CODE = '/connexion/code';
/** Somebody with a factor, and the code that their application shows. */
async function holder() {
  const user = await createUser(site.dependencies.db);
  const { key, codes } = await enrol(site, await site.signedIn(user.email));
  return { ...user, key, codes, code: () => codeAt(key, site.clock.now()) };
}
const sessionOf = (response: { headers: Record<string, unknown> }) =>
  /session=([^;]+)/.exec(String(response.headers['set-cookie']))?.[1];

test('the password opens nothing until a code is given; the session changes and the wanted page follows', async () => {
  const person = await holder();
  const browser = site.visitor();
  const first = await givePassword(browser, person.email, '/parcourspro/actions?q=ia');
  expect(first.headers.location).toBe(`${CODE}?suite=%2Fparcourspro%2Factions%3Fq%3Dia`);
  const page = await browser.get(first.headers.location ?? '');
  expect(page.text).toContain('name="suite" value="/parcourspro/actions?q=ia"');
  expect((await browser.get('/mes-structures')).headers.location).toContain('/connexion');
  const second = await browser.submit(CODE, { code: person.code(), suite: '/parcourspro/actions?q=ia' });
  expect(second.headers.location).toBe('/parcourspro/actions?q=ia');
  expect(sessionOf(second)).toBeDefined();
  expect(sessionOf(second)).not.toBe(sessionOf(first));
  expect((await browser.get('/mes-structures')).status).toBe(200);
  expect((await browser.get(CODE)).headers.location).toBe('/');
});

test('the account counts as used once the code is given, not by the password alone', async () => {
  const person = await holder();
  const { db } = site.dependencies;
  const lastSignIn = async () => (await personOf(db, person.id)).last_sign_in_at;
  const before = await lastSignIn();
  site.clock.advance(10 * 60_000);
  const browser = site.visitor();
  expect((await givePassword(browser, person.email)).status).toBe(303);
  expect(await lastSignIn()).toEqual(before);
  expect((await browser.submit(CODE, { code: '000000' })).status).toBe(422);
  expect(await lastSignIn()).toEqual(before);
  expect((await browser.submit(CODE, { code: person.code() })).status).toBe(303);
  expect(await lastSignIn()).toEqual(site.clock.now());
});

test('a code of the application brings its key under the present secret; the one before it can then go', async () => {
  const person = await holder();
  const under = (...secrets: [string, ...string[]]) => ({
    ...site.dependencies,
    config: { ...site.dependencies.config, secret: secrets[0], secrets },
  });
  const { secret: before } = site.dependencies.config;
  const after = 'Un-autre-secret-assez-long-pour-servir-42';
  expect(await takeCode(under(after), person.id, person.code())).toBeUndefined();
  expect(await takeCode(under(after, before), person.id, '000000')).toBeUndefined();
  expect(await takeCode(under(after), person.id, person.code())).toBeUndefined();
  expect(await takeCode(under(after, before), person.id, person.code())).toBe('code');
  site.clock.advance(STEP);
  expect(await takeCode(under(after), person.id, person.code())).toBe('code');
});

test('an account closed between the password and the code opens nothing', async () => {
  const person = await holder();
  const { db } = site.dependencies;
  site.clock.advance(10 * 60_000);
  const browser = site.visitor();
  await givePassword(browser, person.email);
  const { last_sign_in_at } = await personOf(db, person.id);
  await closeAccount(db, person.id, site.clock.now());
  const led = await browser.submit(CODE, { code: person.code() });
  expect([led.status, led.headers.location]).toEqual([303, '/connexion?suite=%2F']);
  expect((await browser.get('/connexion')).text).toContain('La connexion n’a pas abouti');
  expect((await browser.get('/mes-structures')).headers.location).toContain('/connexion');
  expect((await personOf(db, person.id)).last_sign_in_at).toEqual(last_sign_in_at);
  expect((await lastEntry(db, '%', { person_id: person.id }))?.details).toEqual({ because: 'account' });
});

test('the wanted page is of this site only', async () => {
  const person = await holder();
  const browser = site.visitor();
  await givePassword(browser, person.email, '//evil.example');
  const done = await browser.submit(CODE, { code: person.code(), suite: 'https://evil.example/' });
  expect(done.headers.location).toBe('/');
});

test('without a password given before, the page of the code leads to sign-in', async () => {
  const browser = site.visitor();
  expect((await browser.get(`${CODE}?suite=%2Fagence`)).headers.location).toBe('/connexion?suite=%2Fagence');
  const posted = await browser.submit(CODE, { code: '123456' }, '/connexion');
  expect(posted.headers.location).toBe('/connexion?suite=%2F');
});

test('a wrong password says the same whether or not there is a factor', async () => {
  const person = await holder();
  const other = await createUser(site.dependencies.db);
  const pages = [];
  for (const identifiant of [person.email, other.email]) {
    const { status, text } = await site.visitor().submit('/connexion', { identifiant, mot_de_passe: 'non' });
    pages.push({ status, text: text.replaceAll(/value="[^"]*"/g, '') });
  }
  expect(pages[0]).toEqual(pages[1]);
});

describe('a code', () => {
  test('serves once, and those before it no more', async () => {
    const person = await holder();
    const [before, current] = [
      codeAt(person.key, new Date(site.clock.now().getTime() + STEP)),
      person.code(),
    ];
    const first = site.visitor();
    await givePassword(first, person.email);
    // The next code, of a phone that is fast, is taken: the present one is then spent too.
    expect((await first.submit(CODE, { code: before })).status).toBe(303);
    for (const code of [before, current]) {
      const browser = site.visitor();
      await givePassword(browser, person.email);
      const refused = await browser.submit(CODE, { code });
      expect(refused.status).toBe(422);
      expect(refused.text).toContain('Code incorrect ou déjà utilisé');
      expect((await browser.get('/mes-structures')).status).toBe(303);
    }
    site.clock.advance(2 * STEP);
    const later = site.visitor();
    await givePassword(later, person.email);
    expect((await later.submit(CODE, { code: person.code() })).status).toBe(303);
  });

  test.each([
    [-2, 422],
    [-1, 303],
    [0, 303],
    [1, 303],
    [2, 422],
  ])('of %i steps from now gets %i', async (steps, status) => {
    const person = await holder();
    site.clock.advance(4 * STEP);
    const browser = site.visitor();
    await givePassword(browser, person.email);
    const code = codeAt(person.key, new Date(site.clock.now().getTime() + steps * STEP));
    expect((await browser.submit(CODE, { code })).status).toBe(status);
  });

  test('of somebody else is refused', async () => {
    const [person, other] = [await holder(), await holder()];
    const browser = site.visitor();
    await givePassword(browser, person.email);
    for (const code of [other.code(), other.codes[0] as string]) {
      expect((await browser.submit(CODE, { code })).status).toBe(422);
    }
  });

  test('comes within five minutes of the password', async () => {
    const person = await holder();
    for (const [wait, landing] of [
      [5 * 60_000, '/'],
      [5 * 60_000 + 1, '/connexion?suite=%2F'],
    ] as const) {
      const browser = site.visitor();
      await givePassword(browser, person.email);
      const token = await browser.token(CODE);
      site.clock.advance(wait);
      const response = await browser.post(CODE, { _csrf: token, code: person.code() });
      expect(response.headers.location).toBe(landing);
    }
  });

  test('does nothing once the password has been changed meanwhile', async () => {
    const person = await holder();
    const browser = site.visitor();
    await givePassword(browser, person.email);
    await setPerson(site.dependencies.db, person.id, { password_hash: 'another' });
    expect((await browser.submit(CODE, { code: person.code() })).status).toBe(422);
  });

  test.each([
    ['nothing', { code: '' }],
    ['too long', { code: '1'.repeat(5000) }],
    ['NUL', { code: '12\x256' }],
    ['undecodable', { code: '\ufffd' }],
    ['repeated', { code: ['1', '2'] }],
    ['a script', { code: '<script>alert(1)</script>' }],
  ])('%s is refused in French', async (_what, fields) => {
    const person = await holder();
    const browser = site.visitor();
    await givePassword(browser, person.email);
    const { status, text } = await browser.submit(CODE, { ...fields, suite: '/mes-structures' });
    expect(status).toBe(422);
    expect(text).toContain('value="/mes-structures"');
    expect(text).not.toContain('<script>alert');
  });
});

test('after five wrong codes the account is suspended for a quarter of an hour, in every browser', async () => {
  const person = await holder();
  const answers = [];
  for (let i = 0; i < 6; i += 1) {
    const browser = site.visitor();
    await givePassword(browser, person.email);
    answers.push((await browser.submit(CODE, { code: '000000' })).status);
  }
  expect(answers).toEqual([422, 422, 422, 422, 422, 429]);
  const right = site.visitor();
  await givePassword(right, person.email);
  const suspended = await right.submit(CODE, { code: person.code() });
  expect(suspended.status).toBe(429);
  expect(Number(suspended.headers['retry-after'])).toBeGreaterThan(800);
});

test('a recovery code serves once, its owner is told, and the last ones are announced', async () => {
  const person = await holder();
  const [code = ''] = person.codes;
  const outcomes = [];
  for (let i = 0; i < 2; i += 1) {
    const browser = site.visitor();
    await givePassword(browser, person.email);
    outcomes.push((await browser.submit(CODE, { code: code.toLowerCase().replace('-', '') })).status);
  }
  expect(outcomes).toEqual([303, 422]);
  await site.runJobs();
  expect(site.mailbox.to(person.email).at(-1)?.text).toContain('Il vous en reste 9');
});

describe('at the same moment', () => {
  const together = async (userId: number, codes: string[]) => {
    const results = await Promise.all(codes.map((code) => takeCode(site.dependencies, userId, code)));
    return results.filter(Boolean).length;
  };
  test('one of eight uses of the same code is taken', async () => {
    const person = await holder();
    expect(await together(person.id, Array(8).fill(person.code()))).toBe(1);
  });
  test('one of eight uses of the same recovery code is taken', async () => {
    const person = await holder();
    expect(await together(person.id, Array(8).fill(person.codes[0]))).toBe(1);
    expect(await together(person.id, person.codes)).toBe(9);
  });
});

test('a key sealed with another secret refuses every code instead of failing', async () => {
  const person = await holder();
  await spoilSecondFactor(site.dependencies.db, person.id);
  const browser = site.visitor();
  await givePassword(browser, person.email);
  expect((await browser.submit(CODE, { code: person.code() })).status).toBe(422);
});
