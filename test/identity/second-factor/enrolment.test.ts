import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codeAt } from '#identity/second-factor/totp.ts';
import { recoveryCodesOf, secondFactorOf } from '../../support/accounts.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createUser, TEST_PASSWORD } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { recordStatements } from '../../support/statements.ts';
import { codesIn, enrol, givePassword, keyShown, PAGE, STEP } from './people.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

const newcomer = async () => {
  const user = await createUser(site.dependencies.db);
  return { ...user, browser: await site.signedIn(user.email) };
};
const mailsTo = async (email: string) => {
  await site.runJobs();
  return site.mailbox.to(email).map(({ subject }) => subject);
};

test('the password, the QR code and a first code activate it; ten recovery codes are shown and a notice is sent', async () => {
  const { db } = site.dependencies;
  const { id, email, browser } = await newcomer();
  expect((await browser.get(`${PAGE}/cle`)).headers.location).toBe(PAGE);
  const begun = await browser.submit(PAGE, { mot_de_passe: TEST_PASSWORD, suite: '/mes-structures' });
  expect(begun.headers.location).toBe(`${PAGE}/cle?suite=%2Fmes-structures`);
  const page = await browser.get(begun.headers.location ?? '');
  expect(page.text).toContain('src="data:image/svg+xml;base64,');
  expect(page.headers['cache-control']).toContain('no-store');
  const key = await keyShown(browser);
  expect((await secondFactorOf(db, id))?.sealed_key).not.toContain(key);

  expect((await browser.submit(`${PAGE}/cle`, { code: '000000' })).status).toBe(422);
  expect((await givePassword(site.visitor(), email)).headers.location).toBe('/mes-structures');
  const spaced = codeAt(key, site.clock.now()).replace(/^.{3}/, '$& ');
  const done = await browser.submit(`${PAGE}/cle`, { code: spaced, suite: '/mes-structures' });
  expect(done.status).toBe(200);
  expect(done.text).toContain('href="/mes-structures"');
  const codes = codesIn(done.text);
  expect(codes).toHaveLength(10);
  expect(decodeURIComponent(done.text)).toContain(`\r\n${codes[0]}\r\n`);
  const stored = JSON.stringify(await recoveryCodesOf(db, id));
  for (const code of codes) expect(stored).not.toContain(code.replace('-', ''));

  expect((await browser.get(PAGE)).text).toContain('10\u00a0codes de secours');
  expect((await browser.get(`${PAGE}/cle`)).headers.location).toBe(PAGE);
  expect((await browser.submit(PAGE, { mot_de_passe: TEST_PASSWORD })).status).toBe(409);
  expect(await mailsTo(email)).toEqual(['La double authentification est activée']);
});

test('the key is shown only within fifteen minutes of the password', async () => {
  const { browser } = await newcomer();
  await browser.submit(PAGE, { mot_de_passe: TEST_PASSWORD });
  site.clock.advance(15 * 60_000);
  const key = await keyShown(browser);
  site.clock.advance(1);
  expect((await browser.get(`${PAGE}/cle`)).headers.location).toBe(PAGE);
  const late = await browser.submit(`${PAGE}/cle`, { code: codeAt(key, site.clock.now()) }, PAGE);
  expect(late.headers.location).toBe(PAGE);
  expect((await browser.get(PAGE)).text).toContain('Elle n’est pas activée');
});

test('new recovery codes and the end of the factor ask for the password and a code, and are told by e-mail', async () => {
  const { db } = site.dependencies;
  const { id, email, browser } = await newcomer();
  const { key, codes } = await enrol(site, browser);
  const now = () => codeAt(key, site.clock.now());
  for (const action of ['codes', 'desactiver']) {
    const wrong = await browser.submit(`${PAGE}/${action}`, { mot_de_passe: 'non', code: now() }, PAGE);
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Ce mot de passe n’est pas le vôtre');
    const fields = { mot_de_passe: TEST_PASSWORD, code: '000000' };
    expect((await browser.submit(`${PAGE}/${action}`, fields, PAGE)).text).toContain('Code incorrect');
  }
  await forgetAttempts(db);
  const renewed = await browser.submit(`${PAGE}/codes`, { mot_de_passe: TEST_PASSWORD, code: now() }, PAGE);
  const fresh = codesIn(renewed.text);
  expect(fresh).toHaveLength(10);
  expect(fresh.filter((code) => codes.includes(code))).toEqual([]);

  // The code has served, and so have the former recovery codes.
  const again = { mot_de_passe: TEST_PASSWORD, code: now() };
  expect((await browser.submit(`${PAGE}/desactiver`, again, PAGE)).status).toBe(422);
  const former = { mot_de_passe: TEST_PASSWORD, code: codes[0] as string };
  expect((await browser.submit(`${PAGE}/desactiver`, former, PAGE)).status).toBe(422);
  site.clock.advance(STEP);
  const last = { mot_de_passe: TEST_PASSWORD, code: now() };
  expect((await browser.submit(`${PAGE}/desactiver`, last, PAGE)).headers.location).toBe(PAGE);
  expect(await secondFactorOf(db, id)).toBeUndefined();
  expect(await recoveryCodesOf(db, id)).toEqual([]);
  expect((await givePassword(site.visitor(), email)).headers.location).toBe('/mes-structures');
  expect(await mailsTo(email)).toEqual([
    'La double authentification est activée',
    'Vos codes de secours ont été remplacés',
    'La double authentification est désactivée',
  ]);
});

test('codes tried too often on these pages are suspended', async () => {
  const { browser } = await newcomer();
  await browser.submit(PAGE, { mot_de_passe: TEST_PASSWORD });
  const tries = [];
  for (let i = 0; i < 6; i += 1) {
    tries.push((await browser.submit(`${PAGE}/cle`, { code: '000000' })).status);
  }
  expect(tries).toEqual([422, 422, 422, 422, 422, 429]);
});

describe('bad input is answered in French', () => {
  const cases: [string, Record<string, string | string[]>][] = [
    ['nothing', {}],
    ['too long', { mot_de_passe: 'x'.repeat(5000), code: '1'.repeat(5000) }],
    ['a NUL', { mot_de_passe: 'a\0b', code: '1\0' }],
    ['undecodable', { mot_de_passe: '\ufffd', code: '\ufffd' }],
    ['repeated', { mot_de_passe: ['a', 'b'], code: ['1', '2'] }],
    ['a script', { mot_de_passe: '<script>alert(1)</script>', code: '<script>alert(1)</script>' }],
  ];
  test.each(cases)('%s', async (_what, fields) => {
    const enrolling = await newcomer();
    await enrolling.browser.submit(PAGE, { mot_de_passe: TEST_PASSWORD });
    const enrolled = await newcomer();
    await enrol(site, enrolled.browser);
    const answers = [
      await (await newcomer()).browser.submit(PAGE, fields),
      await enrolling.browser.submit(`${PAGE}/cle`, fields),
      await enrolled.browser.submit(`${PAGE}/codes`, fields, PAGE),
      await enrolled.browser.submit(`${PAGE}/desactiver`, fields, PAGE),
    ];
    for (const { status, text } of answers) {
      expect(status).toBe(422);
      expect(text).toContain('error-summary');
      expect(text).not.toContain('<script>alert');
    }
  });
});

test('these pages cost at most four statements and write nothing', async () => {
  const starting = await newcomer();
  await starting.browser.submit(PAGE, { mot_de_passe: TEST_PASSWORD });
  const ending = await newcomer();
  await enrol(site, ending.browser);
  for (const [browser, path] of [
    [starting.browser, PAGE],
    [starting.browser, `${PAGE}/cle`],
    [ending.browser, PAGE],
    [ending.browser, '/mon-compte/confirmer'],
  ] as const) {
    const statements = await recordStatements(async () => {
      const { status, text } = await browser.get(path);
      expect(status).toBe(200);
      expect(Buffer.byteLength(text)).toBeLessThan(60 * 1024);
    });
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
    expect(statements.filter((sql) => /^\s*(insert|update|delete)/i.test(sql))).toEqual([]);
  }
});
