import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { DAY } from '../support/database.ts';
import { startListener } from '../support/listener.ts';
import { createStructure, createUser, TEST_PASSWORD, type TestUser } from '../support/people.ts';
import { createService, openVisitOf, suspendService } from '../support/sso.ts';

/** The pages about services, each in each of its states: those of the agency, and what a person is told on the way. */
let site: BrowserSite;
let manager: TestUser;
let person: TestUser;
const LIST = '/agence/services';
const db = () => site.dependencies.db;

beforeAll(async () => {
  site = await createBrowserSite();
  const structure = await createStructure(db(), { name: 'Mairie d’Essai' });
  person = await createUser(db(), { affiliations: { [structure]: ['hr_validator'] } });
  await createUser(db(), { affiliations: { [structure]: ['referent'] } });
  manager = await createUser(db(), { isAgencyManager: true });
});
afterAll(() => site.close());

async function faultsOf(page: Page, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    faults.push(...(await findPageFaults(page)));
    const shots = process.env.SCREENSHOTS;
    if (shots) await page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: true });
  }
  return faults;
}
/** Looks at the page that is open. */
const look = async (page: Page, name: string): Promise<void> => {
  expect(await faultsOf(page, name)).toEqual([]);
};
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();

async function signedIn({ email }: TestUser): Promise<Page> {
  const page = await (await site.window()).newPage();
  await page.goto('/connexion');
  await page.getByLabel('Identifiant').fill(email);
  await page.getByRole('textbox', { name: 'Mot de passe' }).fill(TEST_PASSWORD);
  await press(page, 'Valider');
  await page.waitForURL((url) => !url.pathname.startsWith('/connexion'));
  return page;
}

test('the agency registers a service, looks after it, and closes it', { timeout: 180_000 }, async () => {
  const page = await signedIn(manager);
  const listener = await startListener();
  await page.goto(`${LIST}/nouveau`);
  await look(page, 'formulaire');
  await press(page, 'Enregistrer');
  await page.locator('[data-error-summary]').waitFor();
  await look(page, 'formulaire-erreurs');

  await page.getByLabel('Nom', { exact: true }).fill('Suivi des parcours');
  await page.getByLabel('Description').fill('Suivre les parcours de formation.');
  await page.getByLabel('Adresses du service').fill('https://parcours.example/cas\nhttps://parcours.example/ancien');
  await page.getByLabel('Adresse de déconnexion (CAS)').fill(`${listener.url}/cas`);
  await page.getByLabel('Adresses de retour').fill('https://parcours.example/retour');
  await page.getByLabel('Ouvert à').selectOption('rights');
  await page.getByLabel('Valideur RH').first().check();
  await press(page, 'Enregistrer');
  await heading(page, /Suivi des parcours/);
  await look(page, 'service-neuf');
  const address = new URL(page.url()).pathname;
  const id = Number(address.split('/').at(-1));

  await page.getByLabel('Vérifier une adresse').fill('https://parcours.example/cas/page?x=1');
  await press(page, 'Vérifier');
  await page.getByText('Cette adresse correspond à ce service.').waitFor();
  await press(page, 'Faire un secret');
  await page.getByRole('heading', { name: 'Le nouveau secret' }).waitFor();
  await look(page, 'secret');
  for (const summary of await page.locator('details > summary').all()) await summary.click();
  await look(page, 'exemples-ouverts');

  await page.goto(`${address}/personnes`);
  await page.getByLabel('Nom ou e-mail').fill('personne de ce nom');
  await press(page, 'Rechercher');
  await look(page, 'personne-introuvable');
  await page.getByLabel('Nom ou e-mail').fill(person.email);
  await press(page, 'Rechercher');
  await look(page, 'personnes');
  await page.goto(`${address}/personnes/${person.id}`);
  await page.getByText('Cette personne entre').waitFor();
  await look(page, 'recoit');
  await page.goto(`${address}/personnes/${manager.id}`);
  await page.getByText('Cette personne n’entre pas').waitFor();
  await look(page, 'recevrait');

  const at = (days: number) => new Date(site.clock.now().getTime() - days * DAY);
  for (const days of [0, 1, 1, 5])
    await openVisitOf(db(), person.id, id, { opened_at: at(days), logout_url: `${listener.url}/cas` });
  const lost = { closed_at: at(1), because: 'signed_out', logout_url: 'https://muet.example/' };
  await openVisitOf(db(), person.id, id, { opened_at: at(2), ...lost, attempts: 5, given_up_at: at(1) });
  await page.goto(`${address}/deconnexions`);
  await look(page, 'deconnexions');
  await page.goto(address);
  await page.getByRole('heading', { name: 'Chiffres' }).waitFor();
  await look(page, 'chiffres');
  await press(page, 'Suspendre le service');
  await page.getByText('Rouvrir le service').waitFor();
  await look(page, 'suspendu');
  await page.goto(`${address}/supprimer`);
  await look(page, 'supprimer');
  await page.goto(LIST);
  await look(page, 'liste');
  await page.context().close();
  await listener.close();
});

test('« Essayer »: in by CAS and by OpenID Connect, and out again', { timeout: 120_000 }, async () => {
  const listener = await startListener();
  const { id } = await createService(db(), {
    fields: { cas_logout_url: `${listener.url}/cas` },
    addresses: { cas: ['https://essai.example/cas'], redirect: ['https://essai.example/retour'] },
  });
  const page = await signedIn(manager);
  await page.goto(`${LIST}/${id}/essai`);
  await look(page, 'essai');
  for (const [way, mark] of [
    ['CAS', 'elle nomme son ticket'],
    ['OpenID Connect', 'Le jeton d’accès n’ouvre plus rien.'],
  ] as const) {
    await page.getByRole('link', { name: `Entrer par ${way}`, exact: true }).click();
    await page.getByText('Vous êtes entré').waitFor();
    await look(page, `essai-${way}`);
    await press(page, 'Se déconnecter du service d’essai');
    await page.getByText(mark).waitFor();
    await look(page, `essai-fini-${way}`);
  }
  await page.getByRole('link', { name: 'Entrer par OpenID Connect, en prouvant' }).click();
  await page.getByLabel('Mot de passe', { exact: true }).fill(TEST_PASSWORD);
  await press(page, 'Confirmer');
  await page.getByText('Vous êtes entré').waitFor();
  await page.reload();
  await heading(page, 'Recommencez l’essai');
  await look(page, 'essai-deja-servi');
  await page.getByRole('link', { name: 'Essayer de nouveau' }).click();
  await press(page, 'Essayer la déconnexion');
  await page.getByText('reçue (réponse 204)').waitFor();
  await look(page, 'essai-deconnexion');
  await page.context().close();
  await listener.close();
});

test('what a person is told on the way, and of what they have opened', { timeout: 120_000 }, async () => {
  const page = await signedIn(person);
  await page.goto('/mon-compte/services');
  await look(page, 'services-aucun');

  const login = (service: string) => page.goto(`/cas/login?${new URLSearchParams({ service })}`);
  await createService(db(), {
    fields: { name: 'Tableau réservé', opens_to: 'rights', contact_email: 'equipe@reserve.example' },
    rights: ['of_general'],
    addresses: { cas: ['https://reserve.example/'] },
  });
  await login('https://reserve.example/page');
  await look(page, 'refus-droit');
  await createService(db(), {
    fields: { name: 'Pour l’agence', opens_to: 'agency' },
    addresses: { cas: ['https://agence.example/'] },
  });
  await login('https://agence.example/');
  await look(page, 'refus-agence');
  const suspended = await createService(db(), { addresses: { cas: ['https://ferme.example/'] } });
  await suspendService(db(), suspended.id, site.clock.now());
  await login('https://ferme.example/');
  await look(page, 'refus-suspendu');
  await login(`https://inconnu.example/${'x'.repeat(300)}`);
  await heading(page, 'Service inconnu');
  await look(page, 'refus-inconnu');

  const { id, name } = await createService(db(), {
    addresses: { cas: ['https://boucle.example/'] },
    fields: { home_url: 'https://boucle.example/' },
  });
  // Ten tickets for nobody: the browser has no such site to go to.
  for (let times = 0; times < 10; times += 1)
    await page.request.get('/cas/login?service=https://boucle.example/', { maxRedirects: 0 });
  await login('https://boucle.example/');
  await heading(page, `${name} tourne en boucle`);
  await look(page, 'boucle');

  await page.goto('/oidc/session/end');
  await look(page, 'se-deconnecter');
  await page.goto('/oidc/authorize?client_id=personne&redirect_uri=https://x.example/');
  await look(page, 'openid-inconnu');

  await openVisitOf(db(), person.id, id, { logout_url: 'https://boucle.example/' });
  await openVisitOf(db(), person.id, id, { logout_url: 'https://boucle.example/' });
  const gone = { closed_at: site.clock.now(), because: 'signed_out' };
  await openVisitOf(db(), person.id, suspended.id, { ...gone, logout_url: null });
  await page.goto('/mon-compte/services');
  await page.locator('details > summary', { hasText: 'Ce qu’il reçoit' }).click();
  await look(page, 'services-ouverts');
  await page.getByRole('button', { name: `Fermer ${name}` }).click();
  await page.getByText('Fermés depuis').waitFor();
  await look(page, 'services-fermes');
  await page.context().close();
});
