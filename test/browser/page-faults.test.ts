/// <reference lib="dom" />
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';

/** The control of the journeys: what is wrong with a page is found, at the width where it is wrong. */
let site: BrowserSite;
beforeAll(async () => {
  site = await createBrowserSite();
});
afterAll(() => site.close());

test('a field without a label is found at both widths, one that only a narrow window shows there only', async () => {
  const page = await (await site.window()).newPage();
  await page.goto('/connexion');
  const look = async (width: number) => {
    await page.setViewportSize({ width, height: 900 });
    return findPageFaults(page);
  };
  expect([...(await look(1280)), ...(await look(360))]).toEqual([]);
  await page.evaluate(() => {
    const [always, narrow] = [document.createElement('input'), document.createElement('input')];
    always.id = 'always';
    narrow.id = 'narrow';
    // By the width itself: an event of the window comes some time after it.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('@media (min-width: 401px) { #narrow { display: none } }');
    document.adoptedStyleSheets.push(sheet);
    document.querySelector('main')?.append(always, narrow);
  });
  expect(await look(360)).toEqual(['/connexion at 360: label: #always, #narrow']);
  expect(await look(1280)).toEqual(['/connexion at 1280: label: #always']);
});

test('an error that leads to a field not said to be wrong, or to none, is found', async () => {
  const page = await (await site.window()).newPage();
  await page.goto('/connexion');
  await page.getByRole('button', { name: 'Valider' }).click();
  await page.locator('[data-error-summary]').waitFor();
  expect(await findPageFaults(page)).toEqual([]);
  await page.evaluate(() => {
    document.getElementById('identifiant')?.removeAttribute('aria-invalid');
    document.getElementById('mot_de_passe')?.removeAttribute('id');
  });
  expect(await findPageFaults(page)).toEqual(
    expect.arrayContaining([
      '/connexion at 1280: an error leads to #identifiant, which is not said to be wrong',
      '/connexion at 1280: an error leads to #mot_de_passe, which is not said to be wrong',
    ]),
  );
});
