import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { award, createHolder, createModel, type Holder } from '../support/badges.ts';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { createUser, TEST_PASSWORD } from '../support/people.ts';

/** Open badges in a real browser, from the person who asks to whoever verifies; by keyboard, and without scripts. */
let site: BrowserSite;
let holder: Holder;
let code: string;
let manager: { email: string };
const faults: string[] = [];
const SHOTS = process.env.BADGE_SHOTS;

beforeAll(async () => {
  site = await createBrowserSite();
  const { db } = site.dependencies;
  holder = await createHolder(site, { name: 'Mise en pratique réussie' });
  code = await award(site, holder);
  const other = await createModel(
    site,
    holder.managerId,
    'Se former tout au long de sa carrière, un peu chaque année',
  );
  await db('badge_model_actions').insert({ model_id: other, action_id: holder.actionId });
  manager = await createUser(db, { isAgencyManager: true });
});
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

async function as({ email }: { email: string }, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await site.window(options)).newPage();
  await page.goto('/connexion');
  await page.getByLabel('Identifiant').fill(email);
  await page.getByLabel('Mot de passe', { exact: true }).fill(TEST_PASSWORD);
  await page.getByRole('button', { name: 'Valider' }).click();
  await page.waitForURL('**/');
  return page;
}

test('a person asks for a badge by keyboard, without scripts; the agency gives it; anybody verifies it', async () => {
  const person = await as(holder, { javaScriptEnabled: false });
  await person.goto('/parcourspro/mon-espace/passees');
  await person
    .getByRole('link', { name: /Demander un open badge/ })
    .first()
    .focus();
  await person.keyboard.press('Enter');
  await person.getByLabel(/Ce que j’en ai fait/).focus();
  await person.keyboard.type('Une mise en pratique.');
  await person.getByRole('button', { name: 'Demander le badge' }).focus();
  await person.keyboard.press('Enter');
  await person.getByText('Votre demande est transmise').waitFor();
  await person.getByText('En attente').waitFor();

  const agency = await as(manager);
  await agency.goto('/agence/badges');
  await check(agency, 'agence');
  await agency.goto('/agence/badges/modeles/nouveau');
  await check(agency, 'nouveau-modele');
  await agency.goto('/agence/badges');
  await agency.getByRole('link', { name: 'Mise en pratique réussie' }).click();
  await agency.getByLabel(/Ajouter une action/).fill('action');
  await agency.getByRole('button', { name: 'Chercher' }).click();
  await check(agency, 'modele');
  await agency.goto('/agence/demandes-de-badge');
  await check(agency, 'demandes');
  await agency
    .getByRole('link', { name: /Prénom/ })
    .first()
    .click();
  await check(agency, 'demande');
  await agency.goto('/agence/badges/delivres');
  await check(agency, 'delivres');
  await agency
    .getByRole('link', { name: /Révoquer/ })
    .first()
    .click();
  await check(agency, 'revoquer');

  const seen = await as(holder);
  await seen.goto('/parcourspro/mon-espace/passees');
  await check(seen, 'passees');
  await seen.goto('/parcourspro/mon-espace/badges');
  await check(seen, 'mes-badges');

  const anybody = await (await site.window()).newPage();
  await anybody.goto(`/badges/${code}`);
  await check(anybody, 'badge');
  await anybody.getByLabel('Adresse e-mail').fill(holder.email.toUpperCase());
  await anybody.getByRole('button', { name: 'Vérifier' }).click();
  await anybody.getByText('Oui : ce badge a été délivré à cette adresse.').waitFor();
  await anybody.getByLabel('Adresse e-mail').fill('');
  await anybody.getByRole('button', { name: 'Vérifier' }).click();
  await check(anybody, 'badge-erreur');
  await anybody.goto('/badges/emetteur');
  await check(anybody, 'emetteur');
  await anybody.goto(`/badges/modeles/${holder.modelId}/1`);
  await check(anybody, 'criteres');
  expect(faults).toEqual([]);
}, 240_000);

test('what is baked into the picture leaves it a picture (A25)', async () => {
  const page = await (await site.window()).newPage();
  await page.goto(`/badges/${code}`);
  for (const file of [`/badges/${code}.png`, `/badges/${code}/v2.png`]) {
    const width = await page.evaluate(async (src) => {
      const picture = new Image();
      picture.src = src;
      await picture.decode();
      return picture.naturalWidth;
    }, file);
    expect({ file, width }).toEqual({ file, width: 100 });
  }
});
