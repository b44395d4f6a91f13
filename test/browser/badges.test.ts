import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedDemo } from '../../seeds/demo.ts';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { signInDemo } from '../support/browser-people.ts';

/** Open badges in a real browser, from the person who asks to whoever verifies; by keyboard, and without scripts. */
let site: BrowserSite;
const faults: string[] = [];
const SHOTS = process.env.BADGE_SHOTS;

beforeAll(async () => {
  site = await createBrowserSite();
  await seedDemo(site.dependencies);
}, 180_000);
afterAll(() => site.close());

/** Looks at a page as it is on a desk and on a telephone. */
async function check(page: Page, name: string): Promise<void> {
  for (const width of [1280, 360, 320]) {
    await page.setViewportSize({ width, height: 900 });
    faults.push(...(await findPageFaults(page)));
    if (SHOTS && width !== 320)
      await page.screenshot({ path: `${SHOTS}/${name}-${width}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function as(who: string, options = {}): Promise<{ window: BrowserContext; page: Page }> {
  const window = await site.window(options);
  await signInDemo(window, who);
  return { window, page: await window.newPage() };
}

test('a person asks for a badge by keyboard, without scripts; the agency gives it; anybody verifies it', async () => {
  const person = await as('beneficiaire', { javaScriptEnabled: false });
  await person.page.goto('/parcourspro/mon-espace/passees');
  await person.page
    .getByRole('link', { name: /Demander un open badge/ })
    .first()
    .focus();
  await person.page.keyboard.press('Enter');
  await person.page.getByLabel(/Ce que j’en ai fait/).focus();
  await person.page.keyboard.type('Une mise en pratique.');
  await person.page.getByRole('button', { name: 'Demander le badge' }).focus();
  await person.page.keyboard.press('Enter');
  await person.page.getByText('Votre demande est transmise').waitFor();
  expect(await person.page.getByText('En attente').count()).toBeGreaterThan(1);

  const agency = await as('gestionnaire');
  await agency.page.goto('/agence/badges');
  await check(agency.page, 'agence');
  await agency.page.goto('/agence/badges/modeles/nouveau');
  await check(agency.page, 'nouveau-modele');
  await agency.page.goto('/agence/badges');
  await agency.page.getByRole('link', { name: 'Mise en pratique réussie' }).click();
  await agency.page.getByLabel(/Ajouter une action/).fill('accompagner');
  await agency.page.getByRole('button', { name: 'Chercher' }).click();
  await check(agency.page, 'modele');
  await agency.page.goto('/agence/demandes-de-badge');
  await check(agency.page, 'demandes');
  await agency.page
    .getByRole('link', { name: /Bénéficiaire|Démo|Camille/ })
    .first()
    .click();
  await check(agency.page, 'demande');
  await agency.page.goto('/agence/badges/delivres');
  await check(agency.page, 'delivres');
  await agency.page
    .getByRole('link', { name: /Révoquer/ })
    .first()
    .click();
  await check(agency.page, 'revoquer');

  const seen = await as('beneficiaire');
  await seen.page.goto('/parcourspro/mon-espace/passees');
  await check(seen.page, 'passees');
  await seen.page.goto('/parcourspro/mon-espace/badges');
  await check(seen.page, 'mes-badges');
  const { code } = await site.dependencies.db('badges').first('code');

  const anybody = await (await site.window()).newPage();
  await anybody.goto(`/badges/${code}`);
  await check(anybody, 'badge');
  await anybody.getByLabel('Adresse e-mail').fill('beneficiaire@demo.example');
  await anybody.getByRole('button', { name: 'Vérifier' }).click();
  await anybody.getByText('Oui : ce badge a été délivré à cette adresse.').waitFor();
  await anybody.getByLabel('Adresse e-mail').fill('');
  await anybody.getByRole('button', { name: 'Vérifier' }).click();
  await check(anybody, 'badge-erreur');
  await anybody.goto('/badges/emetteur');
  await check(anybody, 'emetteur');
  const { model_id } = await site.dependencies.db('badges').first('model_id');
  await anybody.goto(`/badges/modeles/${model_id}/1`);
  await check(anybody, 'criteres');
  expect(faults).toEqual([]);
}, 240_000);

test('what is baked into the picture leaves it a picture (A25)', async () => {
  const page = await (await site.window()).newPage();
  const { code } = await site.dependencies.db('badges').first('code');
  await page.goto(`/badges/${code}`);
  for (const file of [`/badges/${code}.png`, `/badges/${code}/v2.png`]) {
    const width = await page.evaluate(async (src) => {
      const picture = new Image();
      picture.src = src;
      await picture.decode();
      return picture.naturalWidth;
    }, file);
    expect({ file, width }).toEqual({ file, width: 400 });
  }
});
