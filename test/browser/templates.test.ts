/// <reference lib="dom" />
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedDemo } from '../../seeds/demo.ts';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { signInDemo } from '../support/browser-people.ts';
import { greyPng } from '../support/pictures.ts';

/** What the agency writes of documents, and what a training body says of itself, in a browser. */
let site: BrowserSite;
let agency: BrowserContext;
let provider: BrowserContext;
beforeAll(async () => {
  site = await createBrowserSite();
  await seedDemo(site.dependencies);
  [agency, provider] = [await site.window(), await site.window({ javaScriptEnabled: false })];
  await signInDemo(agency, 'gestionnaire');
  await signInDemo(provider, 'prestataire', 'provider');
}, 120_000);
afterAll(() => site.close());

const TEMPLATES = '/agence/modeles-de-documents';
const PROFILE = '/parcourspro/prestataire/profil';

async function faultsOf(page: Page, path: string): Promise<string[]> {
  const faults: string[] = [];
  for (const width of [1280, 360, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(path);
    faults.push(...(await findPageFaults(page)));
  }
  return faults;
}

describe('the agency', () => {
  test('writes a template by the keyboard alone, is told of a fault by its line, and publishes it', async () => {
    const page = await agency.newPage();
    await page.goto(`${TEMPLATES}/attestation-de-participation`);
    const text = page.getByLabel('Texte du modèle');
    await text.fill(`${await text.inputValue()}\n{inconnu}\n`);
    await text.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Ce brouillon ne peut pas être publié').waitFor();
    expect(await page.getByText(/Ligne \d+/).count()).toBe(1);
    expect(await findPageFaults(page)).toEqual([]);
    await text.fill((await text.inputValue()).replace('{inconnu}', 'Merci de votre participation.'));
    await page.getByRole('button', { name: 'Enregistrer le brouillon' }).press('Enter');
    await page.getByRole('link', { name: 'Voir ce qui change et publier' }).press('Enter');
    await page.getByText('Merci de votre participation.').waitFor();
    expect(await findPageFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Publier la version 2' }).press('Enter');
    await page.getByText('La version 2 est en service').waitFor();
    await page.close();
  });

  test.each([
    TEMPLATES,
    `${TEMPLATES}/convocation`,
    `${TEMPLATES}/convocation/publier`,
    `${TEMPLATES}/certificat-de-realisation`,
    `${TEMPLATES}/attestation-de-participation/versions/2`,
    '/agence/organismes',
    '/agence/organismes?q=introuvable',
    '/agence/catalogue/types',
  ])('%s reads on every screen', async (path) => {
    const page = await agency.newPage();
    expect(await faultsOf(page, path)).toEqual([]);
    await page.close();
  });
});

describe('a training body, without scripts', () => {
  test('says what its documents wait for, and gives the picture of its stamp', async () => {
    const page = await provider.newPage();
    await page.goto('/parcourspro/prestataire');
    await page.getByRole('link', { name: 'Profil de l’organisme' }).click();
    await page.getByLabel(/^Ville de signature/).fill('');
    await page.getByRole('button', { name: 'Enregistrer' }).click();
    await page.getByText('Des documents attendent ces renseignements').waitFor();
    await page.getByLabel(/^Ville de signature/).fill('Pessac');
    await page.getByRole('button', { name: 'Enregistrer' }).click();
    await page.goto(`${PROFILE}/cachet`);
    await page.getByRole('button', { name: 'Enregistrer l’image' }).click();
    await page.getByText('Choisissez une image PNG.').first().waitFor();
    const file = { name: 'cachet.png', mimeType: 'image/png', buffer: greyPng(120, 60) };
    await page.getByLabel(/^Image/).setInputFiles(file);
    await page.getByRole('button', { name: 'Enregistrer l’image' }).click();
    await page.getByText('L’image du cachet est enregistrée.').waitFor();
    await page.goto(PROFILE);
    const stamp = page.getByRole('img', { name: 'Cachet de l’organisme' });
    expect(await stamp.getAttribute('src')).toBe(`${PROFILE}/cachet.png`);
    await page.close();
  });

  test.each([PROFILE, `${PROFILE}/cachet`])('%s reads on every screen', async (path) => {
    const context = await site.window();
    await signInDemo(context, 'prestataire', 'provider');
    const page = await context.newPage();
    expect(await faultsOf(page, path)).toEqual([]);
    await context.close();
  });
});
