import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { type Federation, startFederation } from '../support/federation.ts';
import { closeAccount, createStructure, createUser, TEST_PASSWORD } from '../support/people.ts';
import { federatedBy } from '../sso/proconnect/people.ts';

/** The ways in by ProConnect, in a real browser that goes to the other site and comes back, and each page on the way. */
let site: BrowserSite;
let federation: Federation;
const db = () => site.dependencies.db;

beforeAll(async () => {
  site = await createBrowserSite(async (url) => {
    federation = await startFederation(url);
    return federatedBy(federation);
  });
});
afterAll(async () => {
  await site.close();
  await federation.close();
});

async function look(page: Page, name: string): Promise<void> {
  const faults: string[] = [];
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    faults.push(...(await findPageFaults(page)));
    const shots = process.env.SCREENSHOTS;
    if (shots) await page.screenshot({ path: `${shots}/proconnect-${name}-${width}.png`, fullPage: true });
  }
  expect(faults).toEqual([]);
}
const newPage = async (): Promise<Page> => (await site.window()).newPage();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const follow = (page: Page, name: string | RegExp) => page.getByRole('link', { name }).first().click();
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
const WITH_PROCONNECT = /ProConnect/;

/** Whom the federation names from now on. */
function named(email: string, more: Partial<Federation['person']> = {}): void {
  federation.person = { sub: `sub-${email}`, email, given_name: 'Ada', usual_name: 'Lovelace', ...more };
}
async function givePassword(page: Page, email: string): Promise<void> {
  await page.getByLabel('Identifiant').fill(email);
  await page.getByRole('textbox', { name: 'Mot de passe' }).fill(TEST_PASSWORD);
  await press(page, 'Valider');
}

test('an account is linked once its owner has proved it, opens by ProConnect, and is unlinked', { timeout: 120_000 }, async () => {
  const user = await createUser(db());
  named(user.email);
  const page = await newPage();
  await page.goto('/connexion');
  await look(page, 'identification');
  await follow(page, WITH_PROCONNECT);
  await heading(page, 'Relier ProConnect à votre compte');
  await look(page, 'relier-visiteur');
  await follow(page, 'Avec mon mot de passe ou ma clé d’accès');
  await givePassword(page, user.email);
  await page.getByRole('button', { name: 'Relier ProConnect à mon compte' }).waitFor();
  await look(page, 'relier');
  await press(page, 'Relier ProConnect à mon compte');
  await page.getByText('ProConnect est relié à votre compte.').waitFor();
  await page.goto('/mon-compte/proconnect');
  await look(page, 'compte-relie');
  await page.locator('details.account summary').click();
  await press(page, 'Se déconnecter');
  await page.waitForURL(/\/connexion/);

  await page.goto('/connexion?suite=%2Fmon-compte%2Fproconnect');
  await follow(page, WITH_PROCONNECT);
  await heading(page, 'ProConnect');
  await page.getByText('dernière fois le').waitFor();
  await press(page, 'Délier ProConnect');
  await page.getByText('ProConnect n’est plus relié').waitFor();
  await look(page, 'compte-delie');
  await page.context().close();
});

test('a newcomer finds the account request filled in, with the structure of the SIRET', { timeout: 120_000 }, async () => {
  const siret = '00000000000017';
  await createStructure(db(), { name: 'Les Pins', siret });
  named('nouvelle@structure.example', { siret });
  const page = await newPage();
  await page.goto('/account-requests/add');
  await look(page, 'demande-vide');
  await follow(page, WITH_PROCONNECT);
  await page.waitForURL(/\/account-requests\/add/);
  expect(await page.locator('main').textContent()).toContain('nouvelle@structure.example');
  expect(await page.locator('main').textContent()).toContain('Les Pins');
  await look(page, 'demande-preremplie');
  await page.context().close();
});

test('each way in that comes to nothing says what to do', { timeout: 120_000 }, async () => {
  const page = await newPage();
  const fail = async (fault: Federation['fault'], title: string | RegExp, name: string) => {
    federation.fault = fault;
    await page.goto('/connexion/proconnect');
    await heading(page, title);
    await look(page, name);
  };
  named('fautive@structure.example');
  await fail('other_key', 'ProConnect n’a pas pu vous identifier', 'pas-valable');
  await fail('refuses', /./, 'refus');
  await page.getByText('Vous n’avez pas été identifié par ProConnect').waitFor();
  federation.fault = undefined;
  await page.goto('/connexion/proconnect/retour?code=x&state=y');
  await heading(page, 'Recommencez avec ProConnect');
  await look(page, 'sans-demande');
  await page.goto('/connexion/proconnect/lien/un-lien-qui-a-servi');
  await heading(page, 'Ce lien ne fonctionne plus');
  await look(page, 'lien-use');
  const closed = await createUser(db());
  await closeAccount(db(), closed.id, new Date());
  named(closed.email);
  await page.goto('/connexion/proconnect');
  await heading(page, 'Votre compte est fermé');
  await look(page, 'ferme');

  const [mine, other] = [await createUser(db()), await createUser(db())];
  named(mine.email);
  await page.goto('/connexion');
  await givePassword(page, other.email);
  await page.waitForURL((url) => !url.pathname.startsWith('/connexion'));
  await page.goto('/connexion/proconnect?suite=%2Fmon-compte');
  await page.getByText('ProConnect vous connaît sous une autre adresse').waitFor();
  await look(page, 'relier-autre-adresse');
  await page.context().close();
});
