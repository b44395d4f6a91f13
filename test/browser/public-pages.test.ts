/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { createAction, createSession } from '../support/catalogue.ts';
import { createStructure } from '../support/people.ts';

/** What everybody opens, in a real browser: nothing that the content security policy refuses, nothing that fails. */
let site: BrowserSite;
let page: Page;
let action: string;
const complaints: string[] = [];

const TITLE = 'L’œuvre & le </script><script>alert(1)</script>';

beforeAll(async () => {
  site = await createBrowserSite();
  const { db } = site.dependencies;
  const providerId = await createStructure(db, { isTrainingBody: true, name: 'Organisme <i>' });
  const objectives = '- écouter\n- <img src=x onerror=alert(1)>\n\n[lien](javascript:alert(1))';
  const { id, slug } = await createAction(db, { providerId, title: TITLE, fields: { objectives } });
  await createSession(db, { actionId: id, now: site.clock.now() });
  await createSession(db, { actionId: id, now: site.clock.now(), startsInDays: -40, opensInDays: -90 });
  action = `/parcourspro/actions/${slug}`;
  page = await (await site.window()).newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // What was still under way when the page was left is no fault of it.
    if (!/ABORTED$/.test(reason)) complaints.push(`${page.url()}: ${request.url()} failed: ${reason}`);
  });
  page.on('dialog', (dialog) => {
    complaints.push(`${page.url()}: a script of somebody’s text ran`);
    void dialog.dismiss();
  });
});
afterAll(() => site.close());

test('no public page asks for what its policy refuses, nor fails in any other way', {
  timeout: 120_000,
}, async () => {
  const paths = [
    '/parcourspro',
    '/parcourspro/actions',
    '/parcourspro/actions?q=oeuvre&lieu=Pessac&rayon=20&places=1',
    '/parcourspro/actions?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    action,
    '/parcourspro/condition',
    '/parcourspro/a-propos',
    '/parcourspro/contact',
    '/connexion',
    '/account-requests/add',
    '/referencement',
    '/mot-de-passe-oublie',
    '/aide',
  ];
  const faults: string[] = [];
  for (const path of paths) {
    const answer = await page.goto(path);
    if (answer?.status() !== 200) faults.push(`${path}: ${answer?.status()}`);
    // As it was sent: scripts may set styles, which the policy allows.
    const tags = ((await answer?.text()) ?? '').replace(/="[^"]*"/g, (value) =>
      value === '="application/ld+json"' ? value : '=""',
    );
    const inline = tags.match(
      /<[^>]* (style|on[a-z]+)=|<style|<script(?! src=| type="application\/ld\+json")/,
    );
    if (inline) faults.push(`${path}: ${inline[0]}`);
  }
  faults.push(...(await page.goto(action).then(() => findPageFaults(page))));
  expect([...faults, ...complaints]).toEqual([]);
});

test('a browser reads the structured data of an action as it was typed', async () => {
  await page.goto(action);
  const data = await page.evaluate(() => {
    const blocks = [...document.querySelectorAll('script[type="application/ld+json"]')];
    return blocks.map((block) => JSON.parse(block.textContent ?? ''));
  });
  expect(data).toMatchObject([
    {
      '@context': 'https://schema.org',
      '@type': 'Course',
      name: TITLE,
      provider: { '@type': 'Organization', name: 'Organisme <i>' },
      hasCourseInstance: [{ '@type': 'CourseInstance', courseMode: 'Onsite', location: { name: 'Pessac' } }],
    },
  ]);
  expect(Date.parse(data[0].hasCourseInstance[0].startDate)).toBeGreaterThan(site.clock.now().getTime());
  expect(complaints).toEqual([]);
});

test('on paper, the page of an action is its text, its dates and its places', async () => {
  await page.goto(action);
  await page.emulateMedia({ media: 'print' });
  const seen = (selector: string) => page.locator(selector).filter({ visible: true }).count();
  for (const gone of ['.site-header', '.site-footer', 'button', '.btn', '.breadcrumb', '.session__notes']) {
    expect([gone, await seen(gone)]).toEqual([gone, 0]);
  }
  for (const kept of ['h1', '.timeline', '.session .facts', '.catalogue-aside']) {
    expect([kept, await seen(kept)]).not.toEqual([kept, 0]);
  }
  const colour = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).color);
  expect(await colour('.catalogue-aside dd a')).toBe(await colour('.catalogue-aside dd'));
  await page.emulateMedia({ media: null });
});
