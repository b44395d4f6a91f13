import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deviceOf, UNKNOWN_DEVICE } from '#identity/account/browser-sessions/device.ts';
import { browserSessions, devicesOf } from '../../support/accounts.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createUser, TEST_PASSWORD } from '../../support/people.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1';

test.each([
  [FIREFOX, 'Firefox sur Windows'],
  [SAFARI, 'Safari sur iPhone'],
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
    'Edge sur Windows',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36',
    'Samsung Internet sur Android',
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
    'Chrome sur Linux',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15',
    'Safari sur macOS',
  ],
  ['curl/8.9', UNKNOWN_DEVICE],
  ['', UNKNOWN_DEVICE],
  [undefined, UNKNOWN_DEVICE],
])('%s is %s', (header, words) => expect(deviceOf(header)).toBe(words));

test('whatever the header, the label is short and made of our own words', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 800 }), fc.constantFrom('', FIREFOX, SAFARI), (noise, known) => {
      const label = deviceOf(noise + known);
      expect(label.length).toBeLessThan(60);
      expect(label).toMatch(/^[\p{L} ]+ (sur [\p{L} ]+|inconnu)$/u);
    }),
  );
});

async function signInAs(email: string, userAgent: string): Promise<Visitor> {
  const browser = site.visitor();
  browser.agent.set('User-Agent', userAgent);
  await browser.submit('/connexion', { identifiant: email, mot_de_passe: TEST_PASSWORD });
  return browser;
}
const refs = (text: string) =>
  [...text.matchAll(/\/mon-compte\/sessions\/([0-9a-f]{64})\/fermer/g)].map((m) => m[1]);

test('every open session is listed in words; each can be ended, then all the others', async () => {
  const { db } = site.dependencies;
  const user = await createUser(db);
  const here = await signInAs(user.email, FIREFOX);
  const phone = await signInAs(user.email, SAFARI);
  const third = await signInAs(user.email, 'curl/8.9');
  const page = (await here.get('/mon-compte')).text;
  expect(page).toContain('Firefox sur Windows');
  expect(page).toContain('Safari sur iPhone');
  expect(page).toContain('Appareil inconnu');
  expect(page.match(/Cette session/g)).toHaveLength(1);
  expect(page.indexOf('Firefox sur Windows')).toBeLessThan(page.indexOf('Cette session'));
  expect(page.indexOf('Cette session')).toBeLessThan(page.indexOf('Safari sur iPhone'));
  expect(page).not.toContain('127.0.0.1');

  const [phoneRef] = refs((await third.get('/mon-compte')).text.split('Safari sur iPhone')[1] ?? '');
  await here.submit(`/mon-compte/sessions/${phoneRef}/fermer`, {}, '/mon-compte');
  expect((await phone.get('/mon-compte')).headers.location).toContain('/connexion');
  expect((await third.get('/mon-compte')).status).toBe(200);

  await here.submit('/mon-compte/sessions/fermer-les-autres', {}, '/mon-compte');
  expect((await third.get('/mon-compte')).headers.location).toContain('/connexion');
  expect((await here.get('/mon-compte')).status).toBe(200);
  // What is known of ended sessions goes at the next sign-in.
  await signInAs(user.email, FIREFOX);
  expect(await devicesOf(db, user.id)).toHaveLength(2);
});

test('a session of somebody else, or none, does not exist', async () => {
  const { db } = site.dependencies;
  const victim = await createUser(db);
  const open = await site.signedIn(victim.email);
  await site.signedIn(victim.email);
  const [ref] = refs((await open.get('/mon-compte')).text);
  const intruder = await site.signedIn((await createUser(db)).email);
  for (const other of [ref, 'x', '%00', '%FF', 'a'.repeat(64), 'a'.repeat(3000)]) {
    const path = `/mon-compte/sessions/${other}/fermer`;
    const { status } = await intruder.submit(path, {}, '/mon-compte');
    expect(status, other).toBeGreaterThanOrEqual(400);
    expect(status, other).toBeLessThan(500);
  }
  expect(refs((await open.get('/mon-compte')).text)).toEqual([ref]);
});

test('the session itself holds nothing of the device', async () => {
  const user = await createUser(site.dependencies.db);
  await signInAs(user.email, FIREFOX);
  const [session] = await browserSessions(site.dependencies.db, user.id);
  expect(Object.keys(session?.sess ?? {}).sort()).toEqual([
    'cookie',
    'generation',
    'passport',
    'proofs',
    'signInId',
    'signedInAt',
  ]);
});

test('a session that ended is told on the sign-in page: not to a first visitor, nor after signing out', async () => {
  const ENDED = 'Votre session est terminée. Identifiez-vous de nouveau.';
  const { db } = site.dependencies;
  const user = await createUser(db);
  expect((await site.visitor().get('/connexion')).text).not.toContain(ENDED);
  const [here, elsewhere] = [await site.signedIn(user.email), await site.signedIn(user.email)];
  await here.submit('/mon-compte/sessions/fermer-les-autres', {}, '/mon-compte');
  expect((await elsewhere.get('/mes-structures')).headers.location).toContain('/connexion');
  expect((await elsewhere.get('/connexion')).text).toContain(ENDED);
  await elsewhere.submit('/connexion', { identifiant: user.email, mot_de_passe: TEST_PASSWORD });
  expect((await elsewhere.get('/mes-structures')).status).toBe(200);

  await here.submit('/deconnexion', {}, '/mon-compte');
  const out = await here.get('/connexion');
  expect(out.text).toContain('Votre session est fermée.');
  expect(out.text).not.toContain(ENDED);
  expect((await here.get('/connexion')).text).not.toContain(ENDED);

  // Twelve hours after signing in, whatever happens.
  site.clock.advance(13 * 60 * 60 * 1000);
  expect((await elsewhere.get('/connexion')).text).toContain(ENDED);
});
