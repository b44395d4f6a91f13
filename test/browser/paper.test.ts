/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Right } from '#access/rights.ts';
import { seedDemo } from '../../seeds/demo.ts';
import { type BrowserSite, createBrowserSite } from '../support/browser.ts';
import { signInDemo } from '../support/browser-people.ts';
import { actionsIn } from '../support/catalogue.ts';
import { enrolmentsOf } from '../support/enrolments.ts';
import { peopleIn } from '../support/people.ts';
import { first } from '../support/rows.ts';
import { rightsIn } from '../support/structures.ts';

/** Pages on paper: every column of their tables is there, from the first sheet on. */
let site: BrowserSite;
beforeAll(async () => {
  site = await createBrowserSite();
  await seedDemo(site.dependencies);
}, 120_000);
afterAll(() => site.close());

/** A word on paper, with the room that it leaves to the edge, in points; less than 0 once it is cut. */
interface Printed {
  text: string;
  room: number;
}

/** The words of each sheet, in their order. */
async function sheetsOf(pdf: Uint8Array): Promise<Printed[][]> {
  const document = await getDocumentProxy(pdf);
  const sheets: Printed[][] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const sheet = await document.getPage(number);
    const [left = 0, , right = 0] = sheet.view;
    const { items } = await sheet.getTextContent();
    sheets.push(
      items.flatMap((item) => {
        if (!('str' in item) || item.str.trim() === '') return [];
        const from = Number(item.transform[4]);
        return [{ text: item.str, room: Math.min(from - left, right - from - item.width) }];
      }),
    );
  }
  return sheets;
}

const squeezed = (text: string) => text.replace(/\s+/g, '');

/** What a page must be on paper: the name and the last column of each table, nothing past an edge, no blank sheet. */
async function faultsOnPaper(page: Page): Promise<string[]> {
  await page.emulateMedia({ media: 'print' });
  const tables = await page.evaluate(() =>
    [...document.querySelectorAll('main table')]
      .filter((table) => table.checkVisibility() && table.querySelector('tbody td'))
      .map((table) => {
        const shown = [...table.querySelectorAll('thead tr:last-child th')].filter(
          (th) => th.checkVisibility() && !th.querySelector('.visually-hidden:only-child'),
        );
        return { columns: shown.map((th) => (th as HTMLElement).innerText) };
      }),
  );
  const pdf = new Uint8Array(await page.pdf({ format: 'A4' }));
  const sheets = await sheetsOf(pdf);
  await page.emulateMedia({ media: null });
  const faults: string[] = [];
  if (tables.length === 0) faults.push('no table');
  sheets.forEach((words, index) => {
    if (words.length === 0) faults.push(`sheet ${index + 1} is blank`);
    for (const { text, room } of words) if (room < 0) faults.push(`« ${text} » is cut`);
  });
  const all = squeezed(sheets.flatMap((words) => words.map(({ text }) => text)).join(' '));
  for (const { columns } of tables) {
    for (const column of columns) {
      if (!all.includes(squeezed(column))) faults.push(`no column « ${column} »`);
    }
  }
  return [...new Set(faults)];
}

/** The session with most people enrolled of the training body of the demo's « prestataire », and their structure. */
async function demoIds(): Promise<{ session: number; structure: number }> {
  const { db } = site.dependencies;
  const heldBy = async (login: string, right: Right) => {
    const { id } = first(await peopleIn(db, { email: `${login}@demo.example` }));
    return first(await rightsIn(db, { user_id: id, right })).structure_id;
  };
  const provider_id = await heldBy('prestataire', 'provider');
  const theirs = (await actionsIn(db, { provider_id })).map(({ id }) => id);
  const seats = (await enrolmentsOf(db, { state: 'enrolled' })).filter((one) =>
    theirs.includes(one.action_id),
  );
  const sessions = [...Map.groupBy(seats, ({ session_id }) => session_id)];
  const [session] = first(sessions.sort(([, one], [, other]) => other.length - one.length));
  return { session, structure: await heldBy('referent', 'referent') };
}

const lists: Record<string, { right?: 'hr_validator' | 'provider'; paths: string[] }> = {
  prestataire: {
    right: 'provider',
    paths: [
      '/parcourspro/prestataire?vue=toutes',
      '/parcourspro/prestataire/seances/SESSION?liste=inscrits',
      '/parcourspro/prestataire/seances/SESSION/liste',
      '/parcourspro/prestataire/seances/SESSION/emargement',
      '/parcourspro/prestataire/chiffres',
    ],
  },
  valideur: {
    right: 'hr_validator',
    paths: [
      '/parcourspro/valideur',
      '/parcourspro/valideur/qui-part-ou?quand=toutes',
      '/parcourspro/valideur/personnes',
      '/parcourspro/valideur/decisions',
      '/parcourspro/valideur/chiffres',
    ],
  },
  referent: { paths: ['/mes-structures', '/annuaire', '/mes-structures/STRUCTURE'] },
  gestionnaire: {
    paths: [
      '/agence/inscriptions',
      '/agence/chiffres',
      '/agence/journal',
      '/agence/demandes-de-compte?vue=toutes',
      '/agence/catalogue',
      '/agence/sessions/SESSION?liste=inscrits',
    ],
  },
};

describe('each page of tables, printed, has its last column, nothing cut and no blank sheet', () => {
  test.each(Object.entries(lists))('%s', { timeout: 180_000 }, async (who, { right, paths }) => {
    const context = await site.window();
    await signInDemo(context, who, right);
    const page = await context.newPage();
    const ids = await demoIds();
    const faults: string[] = [];
    for (const pattern of paths) {
      const path = pattern
        .replace('SESSION', String(ids.session))
        .replace('STRUCTURE', String(ids.structure));
      const response = await page.goto(path);
      if (response?.status() !== 200) faults.push(`${path}: ${response?.status()}`);
      else faults.push(...(await faultsOnPaper(page)).map((fault) => `${path}: ${fault}`));
    }
    expect(faults).toEqual([]);
    await context.close();
  });
});
