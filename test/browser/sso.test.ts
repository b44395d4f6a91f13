import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Companion, startCompanion } from '#demo/companion.ts';
import { freePort } from '#demo/ports.ts';
import { codeAt } from '#identity/second-factor/totp.ts';
import { insertServices } from '../../seeds/demo/services.ts';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { startListener } from '../support/listener.ts';
import { createStructure, createUser, TEST_PASSWORD, type TestUser } from '../support/people.ts';
import { createService } from '../support/sso.ts';

/**
 * A service on another origin signs its people in through the portal, in a real browser: only one applies the policy of a
 * page to the redirects that follow its form.
 */
let site: BrowserSite;
let service: Companion;
let user: TestUser;
let manager: TestUser;
const faults: string[] = [];

beforeAll(async () => {
  site = await createBrowserSite();
  const { db } = site.dependencies;
  const port = await freePort();
  service = await startCompanion(new URL('../../src/demo/service/process.ts', import.meta.url), [
    site.url,
    String(port),
  ]);
  await db.transaction((trx) => insertServices(trx, { port, by: null, now: site.clock.now() }));
  const structure = await createStructure(db, { name: 'Mairie d’Essai' });
  user = await createUser(db, { affiliations: { [structure]: ['hr_validator'] } });
  manager = await createUser(db, { isAgencyManager: true });
});
afterAll(async () => {
  await service.stop();
  await site.close();
});

async function check(page: Page): Promise<void> {
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    faults.push(...(await findPageFaults(page)));
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}
const openWindow = async (options: BrowserContextOptions = {}): Promise<Page> =>
  (await site.window(options)).newPage();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('Identifiant').fill(email);
  await page.getByRole('textbox', { name: 'Mot de passe' }).fill(TEST_PASSWORD);
  await press(page, 'Valider');
}
/** The service says by which way somebody came in, and whom it takes them for. */
async function isIn(page: Page, way: 'CAS' | 'OpenID Connect', email: string): Promise<void> {
  await page.waitForURL(`${service.ready}/`);
  await page.getByText(`Vous êtes connecté par ${way}.`).waitFor();
  expect(await page.locator('dl').textContent()).toContain(email);
}

test('in by CAS, then by OpenID Connect without a question; out at the portal is out of both', async () => {
  const page = await openWindow();
  await page.goto(service.ready);
  await page.getByRole('link', { name: 'Se connecter (CAS)' }).click();
  await page.getByText('Pour continuer vers').waitFor();
  await check(page);
  await signIn(page, user.email);
  await isIn(page, 'CAS', user.email);
  expect(await page.locator('dl').textContent()).toContain('Mairie d’Essai');

  const second = await page.context().newPage();
  await second.goto(`${service.ready}/openid/entrer`);
  await isIn(second, 'OpenID Connect', user.email);

  const portal = await page.context().newPage();
  await portal.goto('/mon-compte/services');
  await portal.getByRole('heading', { name: 'Service de démonstration' }).waitFor();
  await check(portal);
  await portal.goto('/');
  await portal.getByRole('link', { name: 'Service de démonstration' }).waitFor();
  await portal.locator('details.account summary').click();
  await press(portal, 'Se déconnecter');
  await expect
    .poll(
      async () => {
        await second.goto(service.ready);
        return second.textContent('main');
      },
      { timeout: 5_000 },
    )
    .toContain('Votre session du portail est terminée');
});

test('out of the service is out of the portal, where the service asks for it', async () => {
  for (const way of ['CAS', 'OpenID Connect'] as const) {
    const page = await openWindow();
    await page.goto(service.ready);
    await page.getByRole('link', { name: `Se connecter (${way})` }).click();
    await signIn(page, user.email);
    await isIn(page, way, user.email);
    await press(page, 'Se déconnecter du portail aussi');
    if (way === 'OpenID Connect') {
      // Whoever signs out of everything says so at the portal, unless the service has proved whose session it is.
      const confirm = page.getByRole('button', { name: /déconnecter/i });
      await Promise.race([page.waitForURL(`${service.ready}/`), confirm.waitFor()]);
      if (page.url().startsWith(site.url)) await confirm.click();
    }
    await page.waitForURL(`${service.ready}/`);
    await page.goto(`${site.url}/mon-compte`);
    await page.waitForURL(/\/connexion/);
  }
});

test.each<[string, BrowserContextOptions]>([
  ['without JavaScript', { javaScriptEnabled: false }],
  ['at 360 px', { viewport: { width: 360, height: 800 } }],
])('the way in, %s', async (_how, options) => {
  for (const way of ['CAS', 'OpenID Connect'] as const) {
    const page = await openWindow(options);
    await page.goto(service.ready);
    await page.getByRole('link', { name: `Se connecter (${way})` }).click();
    await signIn(page, user.email);
    await isIn(page, way, user.email);
  }
});

test('the way in with the keyboard alone', async () => {
  const page = await openWindow();
  await page.goto(service.ready);
  await page.getByRole('link', { name: 'Se connecter (CAS)' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Identifiant').waitFor();
  await page.getByLabel('Identifiant').focus();
  await page.keyboard.type(user.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(TEST_PASSWORD);
  await page.keyboard.press('Enter');
  await isIn(page, 'CAS', user.email);
});

test('a code, and who one is said again, lead to the other origin too', { timeout: 120_000 }, async () => {
  const page = await openWindow();
  await page.goto(`${site.url}/connexion?suite=%2Fmon-compte%2Fdouble-authentification`);
  await signIn(page, manager.email);
  await page.getByRole('textbox', { name: 'Mot de passe' }).fill(TEST_PASSWORD);
  await press(page, 'Commencer l’activation');
  const key = ((await page.locator('.second-factor__key').textContent()) ?? '').replaceAll(' ', '');
  await page.getByLabel('Code', { exact: true }).fill(codeAt(key, site.clock.now()));
  await press(page, 'Activer');
  await page.getByRole('heading', { name: 'Vos codes de secours' }).waitFor();

  // Each code once: the clock goes on before the next one.
  const nextCode = () => {
    site.clock.advance(30_000);
    return codeAt(key, site.clock.now());
  };
  for (const way of ['CAS', 'OpenID Connect'] as const) {
    const other = await openWindow();
    await other.goto(service.ready);
    await other.getByRole('link', { name: `Se connecter (${way})` }).click();
    await signIn(other, manager.email);
    await other.getByLabel('Code', { exact: true }).waitFor();
    await other.getByLabel('Code', { exact: true }).fill(nextCode());
    await press(other, 'Valider');
    await isIn(other, way, manager.email);
  }

  await page.goto(`${site.url}/cas/login?renew=true&service=${encodeURIComponent(`${service.ready}/cas`)}`);
  await page.getByRole('heading', { name: 'Confirmez votre identité' }).waitFor();
  await page.getByLabel('Code de vérification').fill(nextCode());
  await press(page, 'Confirmer et continuer');
  await isIn(page, 'CAS', manager.email);
});

test('no right: a page says why, and whom to ask', async () => {
  const { db } = site.dependencies;
  const closed = await createService(db, {
    fields: { name: 'Réservé', opens_to: 'rights' },
    addresses: { cas: ['http://localhost:9/'] },
    rights: ['of_general'],
  });
  const page = await openWindow();
  const response = await page.goto(`/cas/login?service=${encodeURIComponent('http://localhost:9/')}`);
  expect(response?.status()).toBe(200);
  await signIn(page, user.email);
  await page.getByText(closed.name).first().waitFor();
  await page.getByText('Gestionnaire OF général').waitFor();
  await check(page);
  const unknown = await page.goto(`/cas/login?service=${encodeURIComponent('https://evil.example/')}`);
  expect(unknown?.status()).toBe(403);
  expect(new URL(page.url()).origin).toBe(site.url);
  await check(page);
});

test.each([
  ['at once', true],
  ['by its button, without JavaScript', false],
])('a service that wants its ticket in a form gets it %s', async (_how, javaScriptEnabled) => {
  const listener = await startListener();
  listener.answer(
    (res) => void res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('Reçu'),
  );
  const name = `Formulaire ${javaScriptEnabled}`;
  await createService(site.dependencies.db, { fields: { name }, addresses: { cas: [`${listener.url}/`] } });
  const page = await openWindow({ javaScriptEnabled });
  await page.goto(`/cas/login?method=POST&service=${encodeURIComponent(`${listener.url}/entrer?a=1`)}`);
  await signIn(page, user.email);
  if (!javaScriptEnabled) {
    await page.getByRole('heading', { name: `Continuer vers ${name}` }).waitFor();
    await press(page, 'Continuer');
  }
  await page.getByText('Reçu').waitFor();
  const [{ path, body } = { path: '', body: '' }] = listener.heard;
  expect([path, body]).toEqual(['/entrer?a=1', expect.stringMatching(/^ticket=ST-[A-Za-z0-9]{29}$/)]);
  await listener.close();
});

test('a service that turns in circles is stopped by a page', async () => {
  const page = await openWindow();
  const address = `/cas/login?service=${encodeURIComponent(`${service.ready}/cas`)}`;
  await page.goto('/connexion');
  await signIn(page, user.email);
  await page.waitForURL(`${site.url}/`);
  for (let times = 0; times < 10; times += 1) await page.request.get(address, { maxRedirects: 0 });
  expect((await page.goto(address))?.status()).toBe(429);
  await page.getByRole('heading', { name: 'Service de démonstration tourne en boucle' }).waitFor();
  await check(page);
});

test('nothing for axe to say on any of these pages', () => {
  expect(faults).toEqual([]);
});
