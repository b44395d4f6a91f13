import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRafaelSettings } from '#rafael/settings/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { lastEntry } from '../support/journal.ts';
import { createUser } from '../support/people.ts';
import { recordStatements } from '../support/statements.ts';

const PAGE = '/agence/rafaelpro/reglages';
let site: TestSite;
let agnes: Visitor;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-01T09:00:00Z' });
  agnes = await site.signedIn((await createUser(site.dependencies.db, { isAgencyManager: true })).email);
});
afterAll(() => site.close());

const settings = () => readRafaelSettings(site.dependencies.db);
const isTicked = (html: string) => /id="flux_public"/.test(html) && /value="1" checked/.test(html);

test('the public feed is closed until the agency opens it, and the journal says so', async () => {
  const shown = await agnes.get(PAGE);
  expect(shown.text).toContain('/rafaelpro/offres.xml');
  expect(isTicked(shown.text)).toBe(false);
  expect((await agnes.submit(PAGE, { version: 1, flux_public: '1' })).status).toBe(303);
  expect(isTicked((await agnes.get(PAGE)).text)).toBe(true);
  expect(await lastEntry(site.dependencies.db)).toMatchObject({
    action: 'rafael_settings.updated',
    details: { publicFeed: true, unpublishesUnconfirmed: false },
  });
});

test('formations that nobody confirms stay until the agency says otherwise', async () => {
  const { version } = await settings();
  expect((await agnes.submit(PAGE, { version, flux_public: '1', depublier: '1' })).status).toBe(303);
  expect(await settings()).toMatchObject({ unpublishesUnconfirmed: true });
  await agnes.submit(PAGE, { version: version + 1, flux_public: '1' });
  expect(await settings()).toMatchObject({ unpublishesUnconfirmed: false });
});

test('somebody else saved meanwhile: nothing is lost, and what differs is told', async () => {
  const { version } = await settings();
  const stale = await agnes.submit(PAGE, { version: 1 });
  expect(stale.status).toBe(409);
  expect(stale.text).toContain('Quelqu’un d’autre');
  expect(stale.text).toMatch(/Ouvrir le flux public[\s\S]*<dd class="prose">Oui/);
  expect((await agnes.submit(PAGE, { version })).status).toBe(303);
  expect(isTicked((await agnes.get(PAGE)).text)).toBe(false);
});

test('the page takes four statements at most', async () => {
  const statements = await recordStatements(() => agnes.get(PAGE));
  expect(statements.length).toBeLessThanOrEqual(4);
});
