/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import { createAction, createSession } from '../support/catalogue.ts';
import { createEnrolment, writeHistory } from '../support/enrolments.ts';
import { addFavourite, saveSearch } from '../support/finding.ts';
import { createStructure, createUser, TEST_PASSWORD } from '../support/people.ts';

const SPACE = '/parcourspro/mon-espace';

let site: BrowserSite;
let page: Page;
const refused: string[] = [];
beforeAll(async () => {
  site = await createBrowserSite();
  const { db } = site.dependencies;
  const now = site.dependencies.clock.now();
  const structureId = await createStructure(db, {
    name: 'Association départementale pour l’accompagnement vers l’emploi et la qualification professionnelle',
  });
  const providerId = await createStructure(db, { isTrainingBody: true });
  const person = await createUser(db, { affiliations: { [structureId]: [] } });
  for (const [state, inDays] of [
    ['enrolled', 9],
    ['waitlisted', 12],
    ['attended', -9],
    ['refused_by_hr', 20],
  ] as const) {
    const title = `Accompagner l’anticonstitutionnellement long intitulé d’une action ${state}`;
    const { id } = await createAction(db, { providerId, title });
    const opensInDays = Math.min(-30, inDays - 60);
    const sessionId = await createSession(db, { actionId: id, now, startsInDays: inDays, opensInDays });
    const place = { sessionId, userId: person.id, structureId, state, at: now };
    const enrolmentId = await createEnrolment(db, { ...place, fields: { motivation: 'x'.repeat(300) } });
    const asked = { to_state: state, by_role: 'beneficiary', by_user_id: person.id };
    await writeHistory(db, enrolmentId, now, [asked]);
    await addFavourite(db, person.id, id, now);
  }
  const name = 'Une recherche au nom interminable, que personne ne lira jamais jusqu’au bout';
  await saveSearch(db, person.id, now, { name, query: 'q=vae' });
  const window = await site.window({ permissions: ['clipboard-read', 'clipboard-write'] });
  page = await window.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') refused.push(message.text());
  });
  await page.goto(`/connexion?suite=${encodeURIComponent(SPACE)}`);
  await page.getByLabel('Identifiant').fill(person.email);
  await page.getByLabel('Mot de passe', { exact: true }).fill(TEST_PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${SPACE}`);
}, 60_000);
afterAll(() => site.close());

async function faultsHere(): Promise<string[]> {
  const faults: string[] = [];
  for (const width of [1280, 360, 320]) {
    await page.setViewportSize({ width, height: 900 });
    faults.push(...(await findPageFaults(page)));
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  return faults;
}

/** Presses Tab until the focus is on what this name tells, then Enter. */
async function openWithKeyboard(name: RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate(() =>
      document.activeElement?.textContent?.replaceAll(/\s+/g, ' ').trim(),
    );
    if (name.test(text ?? '')) {
      await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
      return;
    }
  }
  throw new Error(`the keyboard does not reach ${name} at ${page.url()}`);
}

test('each tab, a request and the calendar: reached by the keyboard, nothing for axe to say, at three widths', async () => {
  const faults = await faultsHere();
  for (const tab of [
    /^Résultat du moteur de recherche/,
    /^Mes favoris/,
    /^Mes actions en cours et à venir/,
    /^Mes actions passées/,
    /^Mes informations/,
  ]) {
    await openWithKeyboard(tab);
    expect(await page.locator('nav [aria-current="page"].nav-link').innerText()).toMatch(tab);
    faults.push(...(await faultsHere()));
  }
  await page.goto(SPACE);
  await openWithKeyboard(/^Voir ma demande/);
  await page.getByRole('heading', { name: 'Historique' }).waitFor();
  faults.push(...(await faultsHere()));
  await page.goto(SPACE);
  await openWithKeyboard(/^S’abonner à mon agenda/);
  faults.push(...(await faultsHere()));
  await openWithKeyboard(/^Créer mon adresse/);
  faults.push(...(await faultsHere()));
  expect(faults).toEqual([]);
}, 120_000);

test('the address is copied with its button, which says so, and answers as a calendar', async () => {
  await page.getByRole('button', { name: 'Copier l’adresse' }).press('Enter');
  await page.getByText('L’adresse est copiée.').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  const answer = await fetch(copied);
  expect(answer.status).toBe(200);
  expect((await answer.text()).match(/BEGIN:VEVENT/g)).toHaveLength(2);
});

test('the browser refused nothing on the way (CSP)', () => {
  expect(refused).toEqual([]);
});
