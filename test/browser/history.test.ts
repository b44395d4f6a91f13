/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserSite, createBrowserSite } from '../support/browser.ts';
import { inFirefox } from '../support/firefox.ts';
import { createStructure, createUser, TEST_PASSWORD } from '../support/people.ts';

/** What a browser brings back by itself, with « Précédent » or when a page is loaded again, is what the form sends. */
let site: BrowserSite;
let page: Page;
let structureId: number;
let email: string;
const NAME = 'Fédération des Essais';

beforeAll(async () => {
  site = await createBrowserSite();
  structureId = await createStructure(site.dependencies.db, { name: NAME });
  email = (await createUser(site.dependencies.db)).email;
  page = await (await site.window()).newPage();
});
afterAll(() => site.close());

// A moment later: the page is left before the answer of a call that itself goes back.
const back = () => page.evaluate(() => void setTimeout(() => history.back()));

const REQUEST = '/account-requests/add';
const box = () => page.locator('#q');
const chosen = () => page.locator('#structure_id').inputValue();

async function choose(): Promise<void> {
  await page.goto(REQUEST);
  await box().pressSequentially('fédération');
  await page.getByRole('option', { name: NAME }).click();
  expect(await chosen()).toBe(String(structureId));
}
async function bothAreBack(): Promise<void> {
  await page.getByText(`Structure choisie\u00a0: ${NAME}`).waitFor();
  expect(await box().inputValue()).toBe(NAME);
  expect(await chosen()).toBe(String(structureId));
}

test('the structure chosen is there again after the page is loaded again, seen and sent alike', async () => {
  await choose();
  await page.reload();
  await bothAreBack();
  // Another name typed over it is no choice; nor is it after one more time.
  await box().fill('autre');
  expect(await chosen()).toBe('');
  await page.reload();
  await page.locator('#q.autocomplete__input').waitFor();
  expect(await chosen()).toBe('');
  expect(await page.getByText('Structure choisie').isVisible()).toBe(false);
});

// Firefox shows that page from memory, and what drives it waits for ever for a loading that does not come.
test.skipIf(inFirefox())('and after « Précédent »', async () => {
  await choose();
  await page.getByRole('link', { name: 'Aide' }).first().click();
  await page.waitForURL('**/aide');
  await back();
  await bothAreBack();
});

test('while the search is under way nothing says that there is no result', async () => {
  await page.goto(REQUEST);
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const asked = page.waitForRequest(/structures\/recherche\?/);
  await page.route(/structures\/recherche\?/, async (route) => {
    await answered;
    await route.continue();
  });
  await box().pressSequentially('fédération');
  await asked;
  await page.getByText('Recherche en cours…').first().waitFor();
  expect(await page.getByText('Aucun résultat').count()).toBe(0);
  answer();
  await page.getByRole('option', { name: NAME }).waitFor();
  await page.unrouteAll({ behavior: 'wait' });
});

test('a browser that refuses to note more keeps what is seen and what is sent alike', async () => {
  await choose();
  // As Safari does at the hundredth note within half a minute.
  await page.evaluate(() => {
    history.replaceState = () => {
      throw new DOMException('', 'SecurityError');
    };
  });
  await box().fill('autre');
  expect(await chosen()).toBe('');
  expect(await page.getByText('Structure choisie').isVisible()).toBe(false);
});

test('typing is noted only where it changes the choice', async () => {
  // From elsewhere: the same address again may keep the choice noted before.
  await page.goto('/aide');
  await page.goto(REQUEST);
  await page.evaluate(() => {
    const kept = history.replaceState;
    history.replaceState = function count(...note) {
      document.body.dataset.notes = `${Number(document.body.dataset.notes ?? 0) + 1}`;
      kept.apply(this, note);
    };
  });
  await box().pressSequentially('fédération');
  await page.getByRole('option', { name: NAME }).click();
  await box().pressSequentially(' des');
  expect(await page.locator('body').getAttribute('data-notes')).toBe('2');
});

test('without what draws the suggestions the box is the one of the page', async () => {
  await page.route(/accessible-autocomplete/, (route) => route.abort());
  await page.goto(REQUEST);
  await box().fill('fédération');
  await page.getByRole('button', { name: 'Rechercher' }).click();
  await page.getByRole('radio', { name: NAME }).waitFor();
  await page.unrouteAll({ behavior: 'wait' });
});

test('« Précédent » after signing in leads on, rather than to a form that is good for nothing', async () => {
  await page.goto('/aide');
  await page.goto('/connexion?suite=/annuaire');
  await page.getByLabel('Identifiant').fill(email);
  await page.getByRole('textbox', { name: 'Mot de passe' }).fill(TEST_PASSWORD);
  await page.getByRole('button', { name: 'Valider' }).click();
  await page.waitForURL('**/annuaire');
  // The address is the same before and after: only what is written in the page tells one showing from the next.
  await page.evaluate(() => document.documentElement.setAttribute('data-left', ''));
  await back();
  await page.locator('html:not([data-left])').waitFor();
  await page.waitForURL((url) => url.pathname === '/annuaire');
  expect(await page.getByLabel('Identifiant').count()).toBe(0);
});

test('a password is asked for with whose it is, for those who have it filled in', async () => {
  for (const path of ['/mon-compte/adresse-email', '/mon-compte/mot-de-passe', '/mon-compte/suppression']) {
    await page.goto(path);
    const names = await page.locator('input[autocomplete="current-password"]').evaluate((password) => {
      const fields = [...((password as HTMLInputElement).form?.elements ?? [])] as HTMLInputElement[];
      const texts = fields.filter(({ type }) => ['text', 'email', 'password'].includes(type));
      const before = texts[texts.indexOf(password as HTMLInputElement) - 1];
      return [before?.autocomplete, before?.value];
    });
    expect(names, path).toEqual(['username', email]);
  }
});
