import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { createUser, TEST_PASSWORD } from '../support/people.ts';

/** A manager of the agency with a passkey, from its making to its removal, in a real browser and with the keyboard alone. */
let site: BrowserSite;
let page: Page;
let devices: CDPSession;
let authenticatorId: string;
const faults: string[] = [];
const EMAIL = 'agence@structure.example';
const QUARTER = 15 * 60_000;
const KEYS = '/mon-compte/cles-d-acces';

beforeAll(async () => {
  site = await createBrowserSite({ AGENCY_SECOND_FACTOR: 'required' });
  await createUser(site.dependencies.db, { email: EMAIL, isAgencyManager: true });
  const window = await site.window();
  page = await window.newPage();
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) faults.push(message.text());
  });
  page.on('pageerror', ({ message }) => faults.push(message));
  devices = await window.newCDPSession(page);
  await devices.send('WebAuthn.enable', { enableUI: false });
  const added = await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  authenticatorId = added.authenticatorId;
});
afterAll(() => site.close());

/** Whether the finger is the right one from now on. */
const recognise = (isUserVerified: boolean) =>
  devices.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
const at = (path: string) => page.waitForURL((url) => url.pathname + url.search === path);

async function check(): Promise<void> {
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    faults.push(...(await findPageFaults(page)));
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** Goes with the tab key to a link, a button or a field, as it is called aloud. */
async function reach(role: 'link' | 'button' | 'textbox', name: string | RegExp): Promise<void> {
  const target = page.getByRole(role, { name, exact: typeof name === 'string' }).first();
  await target.waitFor();
  for (let steps = 0; steps < 60; steps += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${name} at ${page.url()}`);
}
const press = async (role: 'link' | 'button', name: string | RegExp) => {
  await reach(role, name);
  await page.keyboard.press('Enter');
};
const type = async (name: string, text: string) => {
  await reach('textbox', name);
  await page.keyboard.type(text);
};

async function signOut(): Promise<void> {
  await page.locator('details.account summary').focus();
  await page.keyboard.press('Enter');
  await press('button', 'Se déconnecter');
}

/** Presses the button of a page where the browser has found nobody to offer beside the identifier. */
async function signInWithButton(): Promise<void> {
  await page.waitForLoadState('networkidle');
  await reach('button', 'Se connecter avec une clé d’accès');
  await recognise(true);
  await page.keyboard.press('Enter');
}

test('made, used to sign in and to confirm, offered beside the identifier, removed', {
  timeout: 120_000,
}, async () => {
  await page.goto('/connexion?suite=%2Fagence');
  await type('Identifiant', EMAIL);
  await type('Mot de passe', TEST_PASSWORD);
  await page.keyboard.press('Enter');
  await at('/mon-compte/double-authentification?suite=%2Fagence');
  await check();
  await press('link', 'ajoutez une clé d’accès');
  await at(KEYS);
  await check();
  await press('link', 'Ajouter une clé d’accès');
  await at(`${KEYS}/ajouter`);
  await check();

  // Neither without a name, nor for another finger.
  await press('button', 'Créer la clé d’accès');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('nom');
  await page.keyboard.type('Téléphone');
  await recognise(false);
  await page.keyboard.press('Enter');
  await page.getByText('La clé d’accès n’a pas été créée').waitFor();
  await check();
  await recognise(true);
  await press('button', 'Créer la clé d’accès');
  await at(KEYS);
  await page.getByRole('rowheader', { name: 'Téléphone' }).waitFor();
  await check();
  const { credentials } = await devices.send('WebAuthn.getCredentials', { authenticatorId });
  expect(credentials).toMatchObject([{ isResidentCredential: true, rpId: 'localhost', userName: EMAIL }]);
  await page.goto('/agence');
  await at('/agence');
  await page.goto(`${KEYS}/ajouter`);
  await type('Nom de la clé', 'Encore');
  await page.keyboard.press('Enter');
  await page.getByText('garde déjà une clé').waitFor();

  // Another finger opens nothing, the right one everything, without a code.
  await recognise(false);
  await signOut();
  await at('/connexion');
  await press('button', 'Se connecter avec une clé d’accès');
  await page.getByText('Aucune clé d’accès n’a été utilisée').waitFor();
  await check();
  await page.goto('/connexion?suite=%2Fagence');
  await signInWithButton();
  await at('/agence');

  // Renamed, then asked for again after a quarter of an hour.
  await page.goto(KEYS);
  await press('link', /^Renommer/);
  await page.waitForURL(/renommer$/);
  await check();
  await reach('textbox', 'Nom de la clé');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('Tablette');
  await page.keyboard.press('Enter');
  await page.getByRole('rowheader', { name: 'Tablette' }).waitFor();
  site.clock.advance(QUARTER + 1);
  await press('link', /^Retirer/);
  await page.waitForURL(/\/mon-compte\/confirmer/);
  await page.getByText('Votre mot de passe ne suffit pas').waitFor();
  await check();
  await press('button', 'Confirmer avec une clé d’accès');
  await page.waitForURL(({ pathname }) => pathname.endsWith('/retirer'));
  await check();

  // Beside the field of the identifier: this browser takes the only passkey that it knows.
  await signOut();
  await at('/');
  await page.goto(KEYS);
  await press('link', /^Retirer/);
  await press('button', 'Retirer cette clé');
  await page.getByText('Aucune clé d’accès').waitFor();

  // The device still holds it, the site no longer knows it.
  await recognise(false);
  await signOut();
  await at('/connexion');
  await signInWithButton();
  await page.getByText('elle a peut-être été retirée du compte').first().waitFor();
  expect(faults).toEqual([]);
});
