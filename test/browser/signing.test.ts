/// <reference lib="dom" />
import jsqr from 'jsqr';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { setDates, slotsOf } from '../support/catalogue.ts';
import { HOUR } from '../support/database.ts';
import { TEST_PASSWORD } from '../support/people.ts';
import {
  createSigningScene,
  createTrainerLink,
  evidenceIn,
  roomOf,
  type SigningScene,
  signaturesOf,
} from '../support/signing.ts';

const OWN = '/parcourspro/mon-espace/emargement';
const TOKEN = 'le-lien-de-ce-test';
let site: BrowserSite;
let scene: SigningScene;
let slotId: number;
const refused: string[] = [];
const db = () => site.dependencies.db;

beforeAll(async () => {
  site = await createBrowserSite();
  scene = await createSigningScene(site);
  const now = site.clock.now().getTime();
  await setDates(db(), scene.sessionId, [
    { starts_at: new Date(now - 6 * HOUR), ends_at: new Date(now - 3 * HOUR) },
    { starts_at: new Date(now - HOUR), ends_at: new Date(now + 2 * HOUR) },
  ]);
  [, slotId] = (await slotsOf(db(), scene.sessionId)).map(({ id }) => id) as [number, number];
  const link = {
    sessionId: scene.sessionId,
    slotId,
    by: scene.provider.id,
    token: TOKEN,
    at: site.clock.now(),
  };
  await createTrainerLink(db(), link);
}, 60_000);
afterAll(() => site.close());

async function open(width: number, javaScriptEnabled = true): Promise<Page> {
  const window = await site.window({
    viewport: { width, height: 800 },
    javaScriptEnabled,
    hasTouch: width < 500,
  });
  const page = await window.newPage();
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text());
  });
  return page;
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('Identifiant').fill(email);
  await page.getByLabel('Mot de passe', { exact: true }).fill(TEST_PASSWORD);
  await page.keyboard.press('Enter');
}

async function faultsAt(page: Page, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const width of [1280, 360, 320]) {
    await page.setViewportSize({ width, height: 800 });
    faults.push(...(await findPageFaults(page)));
    const shots = process.env.SCREENSHOTS;
    if (shots) await page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: true });
  }
  return faults;
}

test('the room shows a code that a telephone reads, changes it by itself, and counts who signs', async () => {
  const page = await open(1280);
  await page.goto(`/parcourspro/intervenant/${TOKEN}/creneaux/${slotId}/salle`);
  const { data, width, height } = await page.locator('[data-room-qr]').evaluate((image: HTMLImageElement) => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 360;
    const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
    pen.drawImage(image, 0, 0, 360, 360);
    return { data: [...pen.getImageData(0, 0, 360, 360).data], width: 360, height: 360 };
  });
  const read = jsqr.default(new Uint8ClampedArray(data), width, height);
  expect(read?.data).toBe(`${site.url}${roomOf(site, slotId).path}`);
  expect(await page.locator('[data-room-count]').textContent()).toBe('0 sur 3 ont signé');
  const digits = await page.locator('[data-room-digits]').textContent();
  expect(await faultsAt(page, 'salle')).toEqual([]);
  site.clock.advance(20_000);
  await expect
    .poll(() => page.locator('[data-room-digits]').textContent(), { timeout: 15_000 })
    .not.toBe(digits);
  const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
  site.clock.advance(20_000);
  const now = await page.locator('[data-room-digits]').textContent();
  await expect
    .poll(() => page.locator('[data-room-digits]').textContent(), { timeout: 15_000 })
    .not.toBe(now);
  expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBe(nodes);
}, 90_000);

test('signed on a telephone: scanned, drawn, turned, sent', async () => {
  const page = await open(360);
  await page.goto(roomOf(site, slotId).path);
  await signIn(page, scene.people[0]?.email ?? '');
  await page.waitForURL(`**${OWN}`);
  expect(await faultsAt(page, 'signer')).toEqual([]);
  await page.setViewportSize({ width: 360, height: 800 });
  await page.getByText('Ajouter un dessin').click();
  const sheet = page.locator('canvas');
  await sheet.scrollIntoViewIfNeeded();
  const box = await sheet.boundingBox();
  if (!box) throw new Error('no sheet');
  await page.mouse.move(box.x + 30, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + 120, box.y + 90, { steps: 6 });
  await page.mouse.up();
  const ink = () =>
    sheet.evaluate((canvas: HTMLCanvasElement) => {
      const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
        0,
        0,
        canvas.width,
        canvas.height,
      );
      return data.some((value) => value > 0);
    });
  expect(await ink()).toBe(true);
  await page.setViewportSize({ width: 800, height: 360 });
  await expect.poll(ink).toBe(true);
  await page.getByRole('button', { name: 'Je signe' }).click();
  await page.getByText('Votre signature est enregistrée').waitFor();
  const [evidence] = await evidenceIn(db(), scene.sessionId);
  expect(JSON.parse(evidence?.strokes ?? '').flat().length).toBeGreaterThan(2);
  expect(await faultsAt(page, 'signe')).toEqual([]);
}, 90_000);

test('signed by keyboard alone, without scripts, by the six digits', async () => {
  const page = await open(360, false);
  await page.goto(OWN);
  await signIn(page, scene.people[1]?.email ?? '');
  await page.waitForURL(`**${OWN}`);
  await page.getByLabel('Les six chiffres').focus();
  await page.keyboard.type(roomOf(site, slotId).digits);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Je signe' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Votre signature est enregistrée').waitFor();
  expect((await signaturesOf(db(), scene.sessionId)).map(({ method }) => method)).toEqual(['qr', 'digits']);
  await page.goto(`/parcourspro/intervenant/${TOKEN}/creneaux/${slotId}/salle`);
  expect(await page.locator('[data-room-count]').textContent()).toBe('2 sur 3 ont signé');
  const before = await page.locator('[data-room-digits]').textContent();
  site.clock.advance(20_000);
  await page.getByRole('link', { name: 'Actualiser le code' }).click();
  await expect.poll(() => page.locator('[data-room-digits]').textContent()).not.toBe(before);
}, 90_000);

test('the other pages of signing', async () => {
  const page = await open(1280);
  const faults: string[] = [];
  for (const [name, path] of [
    ['intervenant', `/parcourspro/intervenant/${TOKEN}`],
    ['demi-journee-intervenant', `/parcourspro/intervenant/${TOKEN}/creneaux/${slotId}`],
    ['code-faux', '/e/aucun'],
  ] as const) {
    await page.goto(path);
    faults.push(...(await faultsAt(page, name)));
  }
  await page.goto(`/connexion?suite=${encodeURIComponent(OWN)}`);
  await signIn(page, scene.people[2]?.email ?? '');
  await page.getByRole('link', { name: /Signer en retard/ }).click();
  faults.push(...(await faultsAt(page, 'retard')));
  await page.getByLabel('Pourquoi').fill('Arrivée après la pause');
  await page.getByRole('button', { name: 'Je signe en retard' }).click();
  await page.getByText('signature en retard est enregistrée').waitFor();
  const body = await open(1280);
  await body.goto('/connexion');
  await signIn(body, scene.provider.email);
  await body.waitForURL((url) => !url.pathname.startsWith('/connexion'));
  const base = `/parcourspro/prestataire/seances/${scene.sessionId}`;
  await body.goto(`${base}/signatures`);
  const choose = body.getByRole('button', { name: /Prestataire/ });
  if (await choose.count()) {
    await choose.first().click();
    await body.goto(`${base}/signatures`);
  }
  faults.push(...(await faultsAt(body, 'signatures')));
  const [past] = await slotsOf(db(), scene.sessionId);
  await body.goto(`${base}/creneaux/${past?.id}`);
  faults.push(...(await faultsAt(body, 'demi-journee')));
  await body.goto(`${base}/presence`);
  await body.goto(`${base}/presence/ecarts`);
  faults.push(...(await faultsAt(body, 'ecarts')));
  expect(faults).toEqual([]);
  expect(refused).toEqual([]);
}, 120_000);
