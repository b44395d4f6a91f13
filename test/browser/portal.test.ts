import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { createStructure, createUser, TEST_PASSWORD } from '../support/people.ts';
import { createRequest } from '../support/requests.ts';

/** What only a browser shows: where the focus is after a change, and what is said aloud. */
let site: BrowserSite;
let context: BrowserContext;
let page: Page;
let screen: string;
let list: string;

beforeAll(async () => {
  site = await createBrowserSite();
  const { db } = site.dependencies;
  const structureId = await createStructure(db, { name: `Fédération ${'interdépartementale '.repeat(9)}` });
  const referent = await createUser(db, { affiliations: { [structureId]: ['referent'] } });
  const colleague = await createUser(db, {
    firstName: 'Inès',
    lastName: `${'x'.repeat(190)} Fin`,
    email: `prenom.${'tres-long-nom.'.repeat(12)}fin@structure.example`,
    affiliations: { [structureId]: ['referent'] },
  });
  const asked = { structure_id: structureId, last_name: 'Demande' };
  await createRequest(db, 'account_request', site.clock.now(), asked);
  list = `/mes-structures/${structureId}`;
  screen = `${list}/personnes/${colleague.id}`;
  context = await site.window();
  page = await context.newPage();
  await page.goto('/connexion');
  await page.getByLabel('Identifiant').fill(referent.email);
  await page.getByRole('textbox', { name: 'Mot de passe' }).fill(TEST_PASSWORD);
  await page.getByRole('button', { name: 'Valider' }).click();
  await page.waitForURL((url) => url.pathname === '/');
});
afterAll(() => site.close());

test('after « + », the focus is on the line changed, in sight, and the change is said', async () => {
  await page.setViewportSize({ width: 360, height: 640 });
  await page.addInitScript(() => {
    document.addEventListener('DOMContentLoaded', () => {
      const seen = new MutationObserver((changes) => {
        const isSaid = changes.some(({ target }) => (target as Element).closest('[role="status"]'));
        if (isSaid) document.documentElement.dataset.said = 'yes';
      });
      seen.observe(document.body, { childList: true, subtree: true });
    });
  });
  await page.goto(screen);
  await page.getByRole('button', { name: 'Donner le droit « Employeur (ValideurRH) »' }).press('Enter');
  await page.waitForURL((url) => url.hash === '#droit-hr_validator');
  await page.waitForFunction(() => document.activeElement?.id === 'droit-hr_validator');
  // The page glides there.
  await page.waitForFunction(() => {
    const line = document.activeElement?.getBoundingClientRect();
    return line && line.top >= 0 && line.bottom <= innerHeight;
  });
  await page.getByRole('status').getByText('est donné à Inès').waitFor({ state: 'attached' });
  // Put in after the page has opened: what a page holds from the start is not read.
  await page.waitForFunction(() => document.documentElement.dataset.said === 'yes');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.closest('tr')?.id)).toBe('droit-hr_validator');
});

test('after a refusal, the focus is back on the list of requests', async () => {
  await page.goto('/mes-structures');
  await page.getByRole('link', { name: 'Refuser la demande d’Ada Demande' }).click();
  await page.getByLabel('Motif du refus').fill('Inconnue de la structure');
  await page.getByRole('button', { name: 'Refuser la demande' }).click();
  await page.waitForURL((url) => url.hash === '#requests');
  await page.waitForFunction(() => document.activeElement?.id === 'requests');
});

test('names and e-mails of 200 characters widen no page', { timeout: 120_000 }, async () => {
  const faults: string[] = [];
  for (const path of ['/mes-structures', list, screen, `${screen}/transmettre`, '/annuaire']) {
    await page.goto(path);
    for (const width of [1280, 360, 320]) {
      await page.setViewportSize({ width, height: 900 });
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wider > 0) faults.push(`${path} at ${width}: ${wider} px`);
    }
    faults.push(...(await findPageFaults(page)));
  }
  expect(faults).toEqual([]);
});

test('rows shown as cards stay a table for those who listen, without scripts too', async () => {
  const plain = await site.window({ javaScriptEnabled: false, viewport: { width: 360, height: 640 } });
  await plain.addCookies(await context.cookies());
  const bare = await plain.newPage();
  await bare.goto(list);
  expect(await bare.getByRole('table', { name: /^Personnes de Fédération/ }).count()).toBe(1);
  expect(await bare.getByRole('columnheader', { includeHidden: true }).count()).toBe(7);
  expect(await bare.getByRole('rowheader').count()).toBe(2);
  // Firefox gives the focus to one window at a time, and what has not the focus says nothing of a search.
  await plain.close();
});

test('the search of a structure says how many, none, and that the network is away', {
  timeout: 60_000,
}, async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto('/account-requests/add');
  const field = page.locator('#q');
  const says = async (query: string, words: string) => {
    await field.fill('');
    await field.pressSequentially(query);
    await page.locator('[aria-live]').getByText(words).first().waitFor({ state: 'attached' });
  };
  await says('fédération', '1 résultat.');
  await says('zzzzqq', 'Aucun résultat.');
  await context.setOffline(true);
  await says('fédé', 'La recherche ne répond pas.');
  await context.setOffline(false);
  await says('fédération', '1 résultat.');
});
