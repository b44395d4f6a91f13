import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveFormations } from '#rafael/offers/saving/save.ts';
import { formationAt } from '../../bench/rafael/formations.ts';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { createStructure, createUser, TEST_PASSWORD } from '../support/people.ts';

/** RafaelPro in a real browser: a body keeps its offer, a prescriber finds it; on a desk and on a telephone. */
let site: BrowserSite;
let keeper: { email: string };
let prescriber: { email: string };
let manager: { email: string };
const faults: string[] = [];
const SHOTS = process.env.RAFAEL_SHOTS;

beforeAll(async () => {
  site = await createBrowserSite();
  const { db, clock } = site.dependencies;
  const body = await createStructure(db, {
    name: 'Institut régional des métiers du bâtiment et de la restauration',
    isTrainingBody: true,
  });
  const mission = await createStructure(db, { name: 'Mission locale d’essai', mayPreregister: true });
  keeper = await createUser(db, { affiliations: { [body]: ['of_general'] } });
  prescriber = await createUser(db, { affiliations: { [mission]: ['prescriber_1'] } });
  manager = await createUser(db, { isAgencyManager: true });
  const year = clock.now().getFullYear() + 1;
  const trees = Array.from({ length: 30 }, (_, nth) => formationAt(nth, '32922456200234', year));
  await db.transaction((trx) =>
    saveFormations(
      trx,
      trees.map((tree) => ({ structureId: body, tree })),
      { source: 'import', userId: null, now: clock.now(), publish: true },
    ),
  );
});
afterAll(() => site.close());

async function check(page: Page, name: string): Promise<void> {
  for (const width of [1280, 360, 320]) {
    await page.setViewportSize({ width, height: 900 });
    faults.push(...(await findPageFaults(page)).map((fault) => `${name} ${width}: ${fault}`));
    if (SHOTS && width !== 320)
      await page.screenshot({ path: `${SHOTS}/${name}-${width}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** The label of a field, whether it is compulsory or not. */
const called = (label: string) => new RegExp(`^${label}( \\(facultatif\\))?$`);

async function fill(page: Page, texts: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, text] of Object.entries(texts)) await page.getByLabel(called(label)).first().fill(text);
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

test('a body adds a formation, an action and a session, and publishes', async () => {
  const page = await as(keeper);
  await page.goto('/rafaelpro');
  await check(page, 'accueil');
  await page.goto('/rafaelpro/catalogue');
  await check(page, 'catalogue');
  await page.getByRole('link', { name: 'Ajouter une formation' }).click();
  await check(page, 'formation-nouvelle');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await check(page, 'formation-erreurs');
  await fill(page, {
    Intitulé: 'Maçon du bâti ancien',
    Objectif: 'Bâtir et restaurer.',
    'Résultats attendus': 'Titre professionnel',
    Contenu: 'Pierre, chaux, bois.',
    'Domaines \\(Formacode\\)': '22254',
    'Numéro de déclaration d’activité': '75330000033',
    'Nom, ou service': 'Accueil',
  });
  await page.getByLabel('Parcours', { exact: true }).selectOption('2');
  await page.getByLabel('Formation certifiante').selectOption('1');
  await page.getByLabel('Niveau à l’entrée').selectOption('1');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await page.getByText('La formation est ajoutée, en brouillon.').waitFor();
  await check(page, 'formation-brouillon');

  await page.getByRole('link', { name: 'Ajouter une action' }).click();
  await check(page, 'action-nouvelle');
  await fill(page, {
    'Publics visés \\(Formacode\\)': '80056',
    'Conditions d’accès': 'Aucune',
    Rythme: '35 heures par semaine',
    Alternance: 'Deux semaines en entreprise',
    Adresse: '1 rue du Centre',
    'Code postal': '33000',
    Ville: 'Bordeaux',
  });
  for (const label of [
    'Le niveau à l’entrée est-il obligatoire',
    'Présence ou distance',
    'Entrées et sorties',
  ])
    await page.getByLabel(label).selectOption('0');
  for (const label of ['Action conventionnée', 'Les frais peuvent-ils être pris en charge'])
    await page.getByLabel(label).selectOption('1');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await page.getByText('L’action est ajoutée.').waitFor();

  await page.getByRole('link', { name: /Ajouter une session/ }).click();
  await check(page, 'session-nouvelle');
  const year = new Date().getFullYear() + 1;
  await fill(page, { Début: `04/01/${year}`, Fin: `06/${year}`, 'Nombre de places': '12' });
  await page
    .getByLabel(/^Adresse/)
    .first()
    .fill('1 rue du Centre');
  await page
    .getByLabel(/^Code postal/)
    .first()
    .fill('33000');
  await page
    .getByLabel(/^Ville/)
    .first()
    .fill('Bordeaux');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await page.getByText('La session est ajoutée.').waitFor();
  await page.getByRole('button', { name: 'Publier' }).click();
  await page.getByText('La formation est publiée').waitFor();
  await check(page, 'formation-publiee');
  await page.getByRole('link', { name: /janv\./ }).click();
  await page.getByRole('link', { name: 'Annuler la session' }).click();
  await check(page, 'session-annuler');
  expect(faults).toEqual([]);
}, 90_000);

test('the pages around the catalogue are whole', async () => {
  const page = await as(keeper);
  for (const [name, path] of Object.entries({
    importer: '/rafaelpro/catalogue/importer',
    diffusion: '/rafaelpro/catalogue/diffusion',
  })) {
    await page.goto(path);
    await check(page, name);
  }
  const agency = await as(manager);
  for (const [name, path] of Object.entries({
    'agence-accueil': '/agence/rafaelpro',
    'agence-programmes': '/agence/rafaelpro/programmes',
    'agence-programme': '/agence/rafaelpro/programmes/nouveau',
    'agence-reglages': '/agence/rafaelpro/reglages',
    'agence-imports': '/agence/rafaelpro/imports',
  })) {
    await agency.goto(path);
    await check(agency, name);
  }
  const finder = await as(prescriber);
  await finder.goto('/rafaelpro');
  await check(finder, 'accueil-prescripteur');
  expect(faults).toEqual([]);
}, 90_000);
