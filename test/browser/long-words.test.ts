/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedDemo } from '../../seeds/demo.ts';
import { createApp } from '../../src/app.ts';
import { type BrowserSite, createBrowserSite } from '../support/browser.ts';
import { signInDemo } from '../support/browser-people.ts';
import { leadsOf, routeFinder } from '../support/walk.ts';

/** A word of 60 letters in each name and title: on the narrowest telephone it breaks, and widens no page. */
const LONG = 'Interdepartementalisation'.repeat(3).slice(0, 60);
let site: BrowserSite;

beforeAll(async () => {
  site = await createBrowserSite();
  await seedDemo(site.dependencies);
  const names: Record<string, string[]> = {
    structures: ['name', 'city'],
    users: ['last_name', 'first_name', 'job_title'],
    actions: ['title', 'trainer'],
    themes: ['label'],
    action_kinds: ['label'],
    news: ['title'],
    slots: ['place', 'city'],
    sessions: ['city'],
    action_documents: ['title'],
    session_documents: ['title'],
    session_messages: ['subject'],
    reply_templates: ['title'],
    questionnaire_questions: ['label'],
    saved_searches: ['name'],
    account_requests: ['last_name', 'first_name'],
    structure_requests: ['name', 'last_name', 'first_name'],
  };
  await site.owner.transaction(async (trx) => {
    await trx.raw('set local session_replication_role = replica');
    for (const [table, columns] of Object.entries(names)) {
      for (const column of columns)
        await trx.raw('update ?? set ?? = ? where ?? is not null', [table, column, LONG, column]);
    }
  });
}, 120_000);
afterAll(() => site.close());

/** What reaches beyond the window, by its tag and class; empty where the page is no wider than the window. */
const beyond = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return '';
    const wide = [...document.querySelectorAll('body *')].filter(
      (one) => one.getBoundingClientRect().right > clientWidth + 0.5,
    );
    const names = wide.slice(-3).map((one) => `${one.tagName.toLowerCase()}.${one.className}`);
    return `by ${scrollWidth - clientWidth} px: ${names.join(', ')}`;
  });

// What is no page.
const FILE = /\.(ics|csv|pdf|png|jws|rss|json)$|documents\/|feed|options/;
/** Pages measured already, under whichever profile: each is laid out once, after who comes first to it. */
const measured = new Set<string>();

describe('no page is wider than 320 px', () => {
  test.each(['prestataire', 'valideur', 'beneficiaire', 'referent', 'gestionnaire', 'visitor'] as const)(
    '%s',
    { timeout: 300_000 },
    async (who) => {
      const context = await site.window({ viewport: { width: 320, height: 800 } });
      const right = who === 'valideur' ? 'hr_validator' : who === 'prestataire' ? 'provider' : undefined;
      if (who !== 'visitor') await signInDemo(context, who, right);
      const page = await context.newPage();
      const routeOf = routeFinder(createApp(site.dependencies));
      const wide: string[] = [];
      // One page of each kind: the walk for every link is that of the links' test.
      const homes = ['/', '/parcourspro'];
      const waiting = [...homes];
      const seen = new Set<string>(waiting);
      for (let path = waiting.shift(); path; path = waiting.shift()) {
        const shape = routeOf('GET', path.split('?')[0] as string) as string;
        let html: string;
        if (measured.has(shape) && !homes.includes(path)) {
          html = await (await context.request.get(path)).text();
        } else {
          await page.goto(path);
          measured.add(shape);
          const found = await beyond(page);
          if (found) wide.push(`${path} ${found}`);
          html = await page.content();
        }
        for (const { method, href } of leadsOf(html, path)) {
          const url = URL.canParse(href, site.url) ? new URL(href, site.url + path) : undefined;
          if (method !== 'GET' || url?.origin !== site.url || url.search.length > 40) continue;
          const next = routeOf('GET', url.pathname);
          if (!next || seen.has(next) || FILE.test(next)) continue;
          seen.add(next);
          waiting.push(url.pathname + url.search);
        }
      }
      expect(seen.size).toBeGreaterThan(8);
      expect(wide).toEqual([]);
      await context.close();
    },
  );
});
