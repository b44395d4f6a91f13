import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeAt } from '#identity/second-factor/totp.ts';
import { createSecondFactor, secondFactorOf } from '../support/accounts.ts';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { createStructure, createUser, TEST_PASSWORD, type TestUser } from '../support/people.ts';
import { createRequest, requestsIn } from '../support/requests.ts';

/** A manager of the agency, from the password alone to a decision confirmed with a code, in a real browser. */
let site: BrowserSite;
let page: Page;
let lost: TestUser;
const faults: string[] = [];
const EMAIL = 'agence@structure.example';
const QUARTER = 15 * 60_000;

beforeAll(async () => {
  site = await createBrowserSite({ AGENCY_SECOND_FACTOR: 'required' });
  const { db } = site.dependencies;
  await createUser(db, { email: EMAIL, isAgencyManager: true });
  const now = site.clock.now();
  await createRequest(db, 'account_request', now, { structure_id: await createStructure(db) });
  lost = await createUser(db, { firstName: 'Odette', lastName: 'Perdu' });
  await createSecondFactor(db, lost.id, now);
  page = await (await site.window()).newPage();
});
afterAll(() => site.close());

async function check(): Promise<void> {
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    faults.push(...(await findPageFaults(page)));
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const at = (path: string) => page.waitForURL((url) => url.pathname + url.search === path);

async function giveIdentity(): Promise<void> {
  await page.goto('/connexion?suite=%2Fagence');
  await page.getByLabel('Identifiant').fill(EMAIL);
  await page.getByRole('textbox', { name: 'Mot de passe' }).fill(TEST_PASSWORD);
  await press('Valider');
}

test('led to the factor, enrolled, signed in with a code, asked again without losing the form', {
  timeout: 120_000,
}, async () => {
  await giveIdentity();
  await at('/mon-compte/double-authentification?suite=%2Fagence');
  await check();
  await page.getByRole('textbox', { name: 'Mot de passe' }).fill(TEST_PASSWORD);
  await press('Commencer l’activation');
  await at('/mon-compte/double-authentification/cle?suite=%2Fagence');
  const qrCode = page.getByRole('img', { name: 'QR code' });
  expect(await qrCode.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  const key = ((await page.locator('.second-factor__key').textContent()) ?? '').replaceAll(' ', '');
  const now = () => codeAt(key, site.clock.now());
  await check();
  await page.getByLabel('Code', { exact: true }).fill('000000');
  await press('Activer');
  await page.getByText('Vérifiez l’heure de votre téléphone').first().waitFor();
  await check();
  await page.getByLabel('Code', { exact: true }).fill(now());
  await press('Activer');
  await page.getByRole('heading', { name: 'Vos codes de secours' }).waitFor();
  await check();
  const saving = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Télécharger' }).click();
  const file = readFileSync(await (await saving).path(), 'utf8');
  for (const code of await page.locator('.second-factor__codes code').allTextContents()) {
    expect(file).toContain(code);
  }
  await page.getByRole('link', { name: 'continuer' }).click();
  await at('/agence');

  await page.locator('details.account summary').click();
  await page.getByRole('link', { name: 'Double authentification' }).click();
  await at('/mon-compte/double-authentification');
  await check();
  await press('Désactiver la double authentification');
  await page.getByText('Saisissez votre mot de passe').first().waitFor();
  await check();

  await page.locator('details.account summary').click();
  await page.evaluate(() => localStorage.setItem('kept', 'x'));
  await press('Se déconnecter');
  await at('/connexion');
  // Signing out clears what the browser kept of the site, and the word about it still comes.
  await page.getByText('Votre session est fermée.').waitFor();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  site.clock.advance(QUARTER);
  await giveIdentity();
  await at('/connexion/code?suite=%2Fagence');
  await check();
  await page.getByLabel('Code', { exact: true }).fill(now());
  await press('Valider');
  await at('/agence');

  await page.goto('/agence/demandes-de-compte');
  await page.getByRole('link', { name: 'Refuser' }).click();
  await page.getByLabel('Motif').fill('Un long motif,\nsur deux lignes.');
  site.clock.advance(QUARTER + 1);
  await page.getByRole('button', { name: 'Refuser la demande' }).last().click();
  await page.getByRole('heading', { name: 'Confirmez votre identité' }).waitFor();
  await check();
  await page.getByLabel('Code de vérification').fill('000000');
  await press('Confirmer et continuer');
  await page.getByText('Code incorrect').first().waitFor();
  await check();
  await page.getByLabel('Code de vérification').fill(now());
  await press('Confirmer et continuer');
  await at('/agence/demandes-de-compte');
  expect(await requestsIn(site.dependencies.db, 'account_request')).toMatchObject([
    { state: 'refused', refusal_reason: 'Un long motif,\nsur deux lignes.' },
  ]);

  await page.goto('/agence/securite-des-comptes');
  await page.getByLabel('Nom ou e-mail').fill('perdu');
  await press('Rechercher');
  await check();
  await page.getByRole('link', { name: 'Odette Perdu' }).click();
  await check();
  await press('Retirer la double authentification');
  await page.getByText('Vérifiez l’identité de la personne').first().waitFor();
  await check();
  await page.getByLabel('J’ai vérifié l’identité de cette personne').check();
  await press('Retirer la double authentification');
  await page.getByText('La double authentification est retirée').waitFor();
  expect(await secondFactorOf(site.dependencies.db, lost.id)).toBeUndefined();
  expect(faults).toEqual([]);
});
