import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { createStructure, createUser, TEST_PASSWORD } from '../support/people.ts';

/** A training body writes a formation and publishes it, on a wide window and on a telephone. */
let site: BrowserSite;
let page: Page;
const shots = process.env.SHOTS;
let serial = 0;

beforeAll(async () => {
  site = await createBrowserSite();
  const body = await createStructure(site.owner, { name: 'Institut de la pierre', isTrainingBody: true });
  await site
    .owner('structures')
    .where({ id: body })
    .update({ address: '3 place du Marché', postcode: '33000', city: 'Bordeaux' });
  const { email } = await createUser(site.owner, { affiliations: { [body]: ['of_catalogue'] } });
  await site.owner('formacodes').insert([
    { code: '22354', version: 'V14', label: 'Maçonnerie', domain: 'Bâtiment' },
    { code: '80056', version: 'V14', label: 'Demandeur d’emploi' },
  ]);
  page = await (await site.window()).newPage();
  await page.goto('/connexion');
  await page.locator('#identifiant').fill(email);
  await page.locator('#mot_de_passe').fill(TEST_PASSWORD);
  await page.getByRole('button', { name: 'Valider' }).click();
}, 60_000);
afterAll(() => site.close());

async function look(name: string) {
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    if (shots) await page.screenshot({ path: `${shots}/${serial}-${name}-${width}.png`, fullPage: true });
    expect(await findPageFaults(page)).toEqual([]);
  }
  serial += 1;
  await page.setViewportSize({ width: 1280, height: 900 });
}
/** A label, with « (facultatif) » or without. */
const named = (label: string) => new RegExp(`^${RegExp.escape(label)}( \\(facultatif\\))?$`);
const fill = (label: string, value: string) => page.getByLabel(named(label)).fill(value);
const choose = (label: string, option: string) => page.getByLabel(named(label)).selectOption(option);
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

test('from an empty catalogue to a published formation', { timeout: 120_000 }, async () => {
  await page.goto('/rafaelpro/catalogue');
  await look('empty');
  await page.getByRole('link', { name: 'Ajouter une formation' }).first().click();
  await look('new-formation');
  await press('Enregistrer');
  await page.getByText('Donnez un intitulé à la formation.').first().waitFor();
  await look('wrong-formation');
  await fill('Intitulé', 'Maçon du bâti ancien');
  await fill('Domaines (Formacode)', 'maçonnerie');
  await press('Enregistrer');
  await look('draft');
  await page.getByRole('link', { name: 'Dites l’objectif de la formation.' }).click();
  expect(page.url()).toContain('#objectif');
  await fill('Objectif', 'Restaurer un mur de pierre.');
  await fill('Résultats attendus', 'Titre professionnel.');
  await fill('Contenu', 'Pierre, chaux, bois.');
  await choose('Niveau à l’entrée', 'Sans niveau spécifique');
  await choose('Formation certifiante', 'Oui');
  await choose('Parcours', 'Individualisé');
  await fill('Numéro de déclaration d’activité', '75330000033');
  await page.locator('#contact_1_nom').fill('Accueil');
  await press('Ajouter un contact');
  await look('more-contacts');
  await press('Enregistrer');
  await page.getByRole('link', { name: 'Ajouter une action' }).click();
  await look('new-action');
  await fill('Publics visés (Formacode)', 'demandeur');
  await choose('Le niveau à l’entrée est-il obligatoire\u00a0?', 'Non');
  await fill('Conditions d’accès', 'Aucune');
  await fill('Rythme', 'Temps plein');
  await choose('Présence ou distance', 'Formation entièrement présentielle');
  await choose('Entrées et sorties', 'Entrées/sorties à dates fixes');
  await fill('Alternance', 'Sans alternance');
  await choose('Les frais peuvent-ils être pris en charge\u00a0?', 'Oui');
  await choose('Action conventionnée', 'Oui');
  await press('Enregistrer');
  await page.getByRole('link', { name: /^Ajouter une session/ }).click();
  await fill('Début', '31/02/2027');
  await press('Enregistrer');
  await look('wrong-session');
  await fill('Début', '01/2027');
  await fill('Nombre de places', '12');
  await page.locator('#reunion_1_date').fill('2026-12-15');
  await page.locator('#reunion_1_de').fill('14h30');
  await press('Enregistrer');
  await look('complete');
  await press('Publier');
  await page.getByText('La formation est publiée').waitFor();
  await look('published');
  await page.getByRole('link', { name: /janvier 2027/ }).click();
  await look('session');
  await page.getByRole('link', { name: 'Annuler la session' }).click();
  await look('cancel');
  await page.goto('/rafaelpro/catalogue');
  await look('list');
});
