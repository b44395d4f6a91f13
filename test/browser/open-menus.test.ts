/// <reference lib="dom" />
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Right } from '#access/rights.ts';
import { type BrowserSite, createBrowserSite } from '../support/browser.ts';
import { createStructure, createUser, TEST_PASSWORD } from '../support/people.ts';

/**
 * Menus once they are open: what is folded has no colour that a tool sees. Each word of each link and button stands out
 * from what is behind it, 4.5 to 1 at least (WCAG 1.4.3), as the browser paints it.
 */
let site: BrowserSite;
const emails: Record<string, string> = {};

beforeAll(async () => {
  site = await createBrowserSite();
  const { db } = site.dependencies;
  const structureId = await createStructure(db, { isTrainingBody: true });
  const rights: Record<string, Right[]> = {
    beneficiary: [],
    validator: ['hr_validator'],
    provider: ['provider'],
    referent: ['referent'],
  };
  for (const [who, held] of Object.entries(rights)) {
    emails[who] = (await createUser(db, { affiliations: { [structureId]: held } })).email;
  }
  emails.agency = (await createUser(db, { isAgencyManager: true })).email;
});
afterAll(() => site.close());

async function signIn(context: BrowserContext, email: string): Promise<void> {
  const page = await context.newPage();
  await page.goto('/connexion');
  await page.getByLabel('Identifiant').fill(email);
  await page.getByLabel('Mot de passe', { exact: true }).fill(TEST_PASSWORD);
  await page.getByRole('button', { name: 'Valider' }).click();
  await page.waitForURL((url) => url.pathname === '/');
  await page.close();
}

/** What an open menu holds, with the contrast of its words. */
interface Item {
  words: string;
  /** From 1 (not seen) to 21. */
  contrast: number;
}

function itemsOf(page: Page): Promise<Item[]> {
  return page.evaluate(() => {
    type Colour = [red: number, green: number, blue: number, alpha: number];
    const read = (text: string): Colour => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
      return [red, green, blue, alpha];
    };
    const over = (top: Colour, below: Colour): Colour => {
      const mix = (index: 0 | 1 | 2) => top[index] * top[3] + below[index] * (1 - top[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const behind = (element: Element | null): Colour => {
      if (!element) return [255, 255, 255, 1];
      const own = read(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, behind(element.parentElement));
    };
    const light = ([red, green, blue]: Colour) => {
      const [r, g, b] = [red, green, blue].map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      }) as [number, number, number];
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const worst = (item: Element) => {
      const walker = document.createTreeWalker(item, NodeFilter.SHOW_TEXT);
      let least = 21;
      while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement as HTMLElement;
        if (!walker.currentNode.textContent?.trim() || parent.closest('.visually-hidden')) continue;
        const ground = behind(parent);
        const [one, other] = [light(over(read(getComputedStyle(parent).color), ground)), light(ground)];
        least = Math.min(least, (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05));
      }
      return least;
    };
    const items = document.querySelectorAll('details[data-menu] :is(summary, a, button)');
    return [...items]
      .filter((item) => item.checkVisibility())
      .map((item) => ({
        words: (item.textContent ?? '').replace(/\s+/g, ' ').trim(),
        contrast: Math.round(worst(item) * 100) / 100,
      }));
  });
}

describe('every link and button of an open menu is read easily', () => {
  test.each(['visitor', 'beneficiary', 'validator', 'provider', 'referent', 'agency'])('%s', async (who) => {
    const context = await site.window();
    if (who !== 'visitor') await signIn(context, emails[who] as string);
    const page = await context.newPage();
    const dim: string[] = [];
    for (const path of [who === 'visitor' ? '/aide' : '/', '/parcourspro/actions']) {
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(path);
        const seen: Item[] = [];
        const menus = page.locator('details[data-menu]');
        for (let index = 0; index < (await menus.count()); index += 1) {
          // Where there is room the menu lies open, and has nothing to open it with.
          const summary = menus.nth(index).locator('summary');
          if (!(await summary.isVisible())) continue;
          await summary.click();
          seen.push(...(await itemsOf(page)));
        }
        seen.push(...(await itemsOf(page)));
        // Both menus were looked into.
        const words = seen.map((item) => item.words);
        expect(words).toEqual(expect.arrayContaining([expect.stringMatching(/Aide|Catalogue/)]));
        if (who !== 'visitor') {
          expect(words).toEqual(expect.arrayContaining(['Double authentification', 'Se déconnecter']));
        }
        for (const item of seen) {
          if (item.contrast < 4.5) dim.push(`${path} at ${width}: « ${item.words} » ${item.contrast}`);
        }
      }
    }
    expect(dim).toEqual([]);
    await context.close();
  });
});
