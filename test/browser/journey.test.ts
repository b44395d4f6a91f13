import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { createAction, createSession } from '../support/catalogue.ts';
import { createStructure, createUser, peopleIn, TEST_PASSWORD } from '../support/people.ts';
import { until } from '../support/process.ts';
import { first } from '../support/rows.ts';
import { rightsOf } from '../support/structures.ts';

/**
 * The main job, as people do it, in a real browser: from an unknown visitor to a seat in a training action.
 * Every page on the way is held against axe and must not scroll sideways.
 */
let site: BrowserSite;
const windows = new Map<string, BrowserContext>();
const pages = new Map<string, Page>();
const faults: string[] = [];
const year = new Date().getFullYear();
const PERSON = { email: 'alain.proviste@structure.example', password: 'Soleil-Levant-7-Collines' };
let structureId: number;
let sessionId: number;
let actionTitle: string;

beforeAll(async () => {
  site = await createBrowserSite();
  const { db } = site.dependencies;
  structureId = await createStructure(db, {
    name: 'Mission locale du Val d’Essai',
    acronym: 'MLVE',
    memberIn: [year, year + 1],
  });
  await createStructure(db, { name: 'Atelier des Rives d’Essai' });
  const providerId = await createStructure(db, { name: 'Organisme des Essais', isTrainingBody: true });
  await createUser(db, {
    email: 'referente@structure.example',
    firstName: 'Rose',
    lastName: 'Référente',
    affiliations: { [structureId]: ['referent'] },
  });
  await createUser(db, {
    email: 'valideuse@structure.example',
    firstName: 'Vera',
    lastName: 'Valideuse',
    affiliations: { [structureId]: ['hr_validator'] },
  });
  await createUser(db, {
    email: 'collegue@structure.example',
    firstName: 'Colin',
    lastName: 'Collègue',
    affiliations: { [structureId]: [] },
  });
  await createUser(db, {
    email: 'prestataire@structure.example',
    firstName: 'Paul',
    lastName: 'Prestataire',
    affiliations: { [providerId]: ['provider'] },
  });
  await createUser(db, { email: 'agence@structure.example', isAgencyManager: true });
  actionTitle = 'Accompagner le financement des parcours individuels';
  const { id } = await createAction(db, { providerId, title: actionTitle });
  sessionId = await createSession(db, { actionId: id, now: new Date(), capacity: 1, waitingCapacity: 2 });
});
afterAll(async () => {
  await Promise.all([...windows.values()].map((one) => one.close()));
  await site.close();
});

/** The page of a person's own browser. */
async function pageOf(who: string): Promise<Page> {
  const known = pages.get(who);
  if (known) return known;
  const window = await site.window();
  const page = await window.newPage();
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    // A refused form answers 4xx, which the browser notes; anything else in the console is a fault.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) {
      faults.push(`${page.url()}: ${message.text()}`);
    }
  });
  windows.set(who, window);
  pages.set(who, page);
  return page;
}

async function signIn(email: string, password = TEST_PASSWORD): Promise<Page> {
  const page = await pageOf(email);
  await page.goto('/connexion');
  await page.getByLabel('Identifiant').fill(email);
  await page.getByLabel('Mot de passe', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Valider' }).click();
  await page.waitForURL('**/');
  return page;
}

async function actAs(page: Page, profile: string): Promise<void> {
  await page.goto('/parcourspro');
  await page.locator('details.account summary').click();
  await page.locator('details.account').getByRole('button', { name: profile }).click();
  await page.waitForLoadState();
}

/** Looks at the page with axe at both widths. */
async function check(page: Page): Promise<void> {
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    faults.push(...(await findPageFaults(page)));
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function mailTo(email: string, subject: string): Promise<string> {
  const find = () => site.mailbox.to(email).find((mail) => mail.subject.includes(subject));
  await until(async () => find() !== undefined);
  return /https?:\/\/[^\s/]+(\/\S*)/.exec(find()?.text ?? '')?.[1] ?? '';
}

// A step holds up to nine pages against axe, at both widths: a minute of a busy machine. What hangs ends after 20 s.
describe('from an unknown visitor to a seat', { timeout: 120_000 }, () => {
  test('1–2. a visitor asks for an account, with the structure found while typing', async () => {
    const page = await pageOf(PERSON.email);
    await page.goto('/connexion');
    await check(page);
    await page.getByRole('link', { name: 'Créer un compte' }).click();
    await check(page);

    await page.getByRole('button', { name: 'Créer' }).last().click();
    await page.getByText('erreur', { exact: false }).first().waitFor();
    await check(page);

    const search = page.getByRole('combobox', { name: /structure/i });
    await search.pressSequentially('val essai', { delay: 20 });
    await page.getByRole('option', { name: /Mission locale du Val d’Essai/ }).click();
    await page.getByLabel('Civilité').selectOption('M.');
    await page.getByLabel('Nom', { exact: true }).fill('Proviste');
    await page.getByLabel('Prénom').fill('Alain');
    await page.getByLabel('Fonction').selectOption({ index: 1 });
    await page.getByLabel('E-mail', { exact: true }).fill(PERSON.email);
    await page.getByLabel('Mot de passe', { exact: true }).fill(PERSON.password);
    await page.getByLabel('Mot de passe (confirmation)').fill(PERSON.password);
    await page.getByRole('button', { name: 'Créer' }).last().click();
    await page.getByRole('heading', { name: 'Consultez votre boîte mail' }).waitFor();
    await check(page);

    await page.goto(await mailTo(PERSON.email, 'Confirmez'));
    await check(page);
    await page.getByLabel('Mot de passe que vous avez choisi').fill(PERSON.password);
    await page.getByRole('button', { name: 'Confirmer ma demande' }).click();
    await page.getByRole('heading', { name: 'Votre demande est transmise' }).waitFor();
    await check(page);
  });

  test('3. the référent is told, accepts, and gives a right with « + »', async () => {
    await mailTo('referente@structure.example', 'Proviste');
    const page = await signIn('referente@structure.example');
    await check(page);
    await page.getByRole('link', { name: 'Mes structures' }).first().click();
    await check(page);
    await page.getByRole('button', { name: 'Accepter la demande d’Alain Proviste' }).click();
    await page.getByRole('heading', { name: 'Droits d’Alain Proviste' }).waitFor();
    await check(page);
    await page.getByRole('button', { name: 'Donner le droit « Employeur (ValideurRH) »' }).click();
    await page.getByRole('button', { name: 'Retirer le droit « Employeur (ValideurRH) »' }).click();
    await page.getByRole('button', { name: 'Donner le droit « Employeur (ValideurRH) »' }).waitFor();
    await page.goto(`/mes-structures/${structureId}`);
    await page.getByText('Proviste').first().waitFor();
    await check(page);
  });

  test('3bis. for a structure without people the agency accepts, and the person runs it', async () => {
    const email = 'premiere@structure.example';
    const page = await pageOf(email);
    // Without scripts: the same form, with « Rechercher » and a list.
    const window = await site.window({ javaScriptEnabled: false });
    const plain = await window.newPage();
    await plain.goto('/account-requests/add');
    await plain.getByLabel(/Nom, sigle ou SIRET/).fill('atelier rives');
    await plain.getByRole('button', { name: 'Rechercher' }).click();
    await plain.getByRole('radio', { name: /Atelier des Rives/ }).check();
    await plain.getByLabel('Civilité').selectOption('Mme');
    await plain.getByLabel('Nom', { exact: true }).fill('Première');
    await plain.getByLabel('Prénom').fill('Prune');
    await plain.getByLabel('Fonction').selectOption({ index: 1 });
    await plain.getByLabel('E-mail', { exact: true }).fill(email);
    await plain.getByLabel('Mot de passe', { exact: true }).fill(PERSON.password);
    await plain.getByLabel('Mot de passe (confirmation)').fill(PERSON.password);
    await plain.getByRole('button', { name: 'Créer' }).last().click();
    await plain.getByRole('heading', { name: 'Consultez votre boîte mail' }).waitFor();
    await plain.goto(await mailTo(email, 'Confirmez'));
    await plain.getByLabel('Mot de passe que vous avez choisi').fill(PERSON.password);
    await plain.getByRole('button', { name: 'Confirmer ma demande' }).click();
    await window.close();

    await mailTo('agence@structure.example', 'Première');
    const agency = await signIn('agence@structure.example');
    await agency.getByRole('link', { name: 'Agence' }).first().click();
    await check(agency);
    await agency.goto('/agence/demandes-de-compte');
    await check(agency);
    await agency.getByRole('button', { name: /Accepter la demande de Prune Première/ }).click();
    await agency.waitForLoadState();

    await mailTo(email, 'est ouvert');
    await signIn(email, PERSON.password);
    await page.goto('/mes-structures');
    await page
      .getByText(/Référent/)
      .first()
      .waitFor();
    const { db } = site.dependencies;
    const { id } = first(await peopleIn(db, { email }));
    expect(await rightsOf(db, id)).toEqual(['beneficiary', 'hr_validator', 'referent']);
  });

  test('4–6. the person signs in, finds the action and asks for a place', async () => {
    await mailTo(PERSON.email, 'est ouvert');
    const page = await signIn(PERSON.email, PERSON.password);
    await page.getByRole('heading', { name: 'Accueil' }).waitFor();
    await check(page);
    await page
      .getByRole('link', { name: /PARCOURS ?PRO/i })
      .first()
      .click();
    await check(page);
    await page.goto('/parcourspro/actions?q=financement+parcour&theme=vae&lieu=Pessac');
    await check(page);
    await page.getByRole('link', { name: actionTitle }).first().click();
    await page.getByText('1 place restante').first().waitFor();
    await check(page);
    await page
      .getByRole('link', { name: /^S’inscrire/ })
      .first()
      .click();
    await check(page);
    await page.getByRole('button', { name: 'Valider' }).click();
    await page.getByText('Indiquez votre demande et vos éléments de motivation.').first().waitFor();
    await check(page);
    await page
      .getByLabel('Demande et éléments de motivation')
      .fill('Mieux orienter les personnes que j’accompagne.');
    await page.getByRole('button', { name: 'Valider' }).click();
    await page.getByRole('heading', { name: 'Mon espace personnel' }).waitFor();
    await page.getByText('Demande d’inscription').first().waitFor();
    await check(page);
    await page.goto(`/parcourspro/actions?q=financement`);
    await page.getByRole('link', { name: actionTitle }).first().click();
    await page.getByText('Vous avez déjà une demande').first().waitFor();
    await check(page);
  });

  test('7. the validator opens the e-mail link without signing in and approves; a second click says by whom', async () => {
    const link = await mailTo('valideuse@structure.example', 'à valider');
    const page = await pageOf('link');
    await page.goto(link);
    await page.getByText('Mieux orienter les personnes').waitFor();
    await check(page);
    const second = await (await site.window()).newPage();
    await second.goto(link);
    await page.getByRole('button', { name: 'Approuver la demande' }).click();
    await page
      .getByText(/Déjà validé par Vera Valideuse le/)
      .first()
      .waitFor();
    await check(page);
    await second.getByLabel('Motif, si vous refusez').fill('Trop tard');
    await second.getByRole('button', { name: 'Refuser la demande' }).click();
    await second
      .getByText(/Déjà validé par Vera Valideuse le/)
      .first()
      .waitFor();
    await second.context().close();
    await page.goto('/parcourspro/validation/un-lien-qui-n-existe-pas');
    await page.getByRole('heading', { name: 'Ce lien n’est plus valable' }).waitFor();
    await check(page);
    await mailTo(PERSON.email, 'Préinscription');
  });

  test('8. a colleague, approved from « Valideur RH », waits with a rank', async () => {
    const colleague = await signIn('collegue@structure.example');
    await colleague.goto('/parcourspro/actions?q=financement');
    await colleague.getByRole('link', { name: actionTitle }).first().click();
    await colleague
      .getByRole('link', { name: /^S’inscrire/ })
      .first()
      .click();
    await colleague.getByLabel('Demande et éléments de motivation').fill('Moi aussi.');
    await colleague.getByRole('button', { name: 'Valider' }).click();
    await colleague.getByRole('heading', { name: 'Mon espace personnel' }).waitFor();

    const page = await signIn('valideuse@structure.example');
    await actAs(page, 'Valideur RH');
    await page.goto('/parcourspro/valideur');
    await check(page);
    await page.getByRole('link', { name: /Examiner la demande de Colin Collègue/ }).click();
    await check(page);
    await page.getByRole('button', { name: 'Approuver la demande' }).click();
    await page.getByText('liste d’attente').first().waitFor();
    await check(page);
    for (const path of ['decisions', 'qui-part-ou', 'qui-part-ou/mois', 'personnes', 'preferences']) {
      await page.goto(`/parcourspro/valideur/${path}`);
      await check(page);
    }
    await colleague.reload();
    await colleague.getByText('Liste d’attente (rang 1)').waitFor();
    await check(colleague);
  });

  test('9. the prestataire reads the motivation and accepts; the convocation has the days', async () => {
    const page = await signIn('prestataire@structure.example');
    await actAs(page, 'Prestataire');
    await page.goto('/parcourspro/prestataire');
    await check(page);
    await page.locator(`a[href="/parcourspro/prestataire/seances/${sessionId}"]`).click();
    await page.getByText('Mieux orienter les personnes').waitFor();
    await check(page);
    await page.getByRole('link', { name: /Refuser la demande d’Alain Proviste/ }).click();
    await check(page);
    await page.getByRole('link', { name: 'Annuler' }).click();
    await page.getByRole('button', { name: /Accepter la demande d’Alain Proviste/ }).click();
    await page.getByText('L’inscription d’Alain Proviste est confirmée').waitFor();
    await check(page);
    await mailTo(PERSON.email, 'Inscription confirmée');
    const convocation = site.mailbox.to(PERSON.email).at(-1);
    expect(convocation?.attachments[0]?.content).toContain(`UID:session-${sessionId}-`);
  });

  test('10. the person withdraws; validator and prestataire are told, the first of the queue gets the seat', async () => {
    const page = await pageOf(PERSON.email);
    await page.goto('/parcourspro/mon-espace');
    await page.getByText('Inscrit', { exact: true }).first().waitFor();
    await page
      .getByRole('link', { name: /Annuler ma demande/ })
      .first()
      .click();
    await check(page);
    await page.getByRole('button', { name: 'Annuler ma demande' }).click();
    await page.getByText('Indiquez un motif').first().waitFor();
    await page.getByLabel('Justification').fill('Un empêchement familial.');
    await page.getByRole('button', { name: 'Annuler ma demande' }).click();
    await page.getByText('Votre demande est annulée').waitFor();
    await check(page);
    await mailTo('valideuse@structure.example', 'Annulation');
    await mailTo('prestataire@structure.example', 'Annulation');
    await mailTo('collegue@structure.example', 'Préinscription');
    const colleague = await pageOf('collegue@structure.example');
    await colleague.goto('/parcourspro/mon-espace');
    await colleague.getByText('Préinscrit', { exact: true }).first().waitFor();
  });

  test('no page on the way had a fault', () => {
    expect(faults).toEqual([]);
  });
});
