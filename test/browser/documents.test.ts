/// <reference lib="dom" />
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserSite, createBrowserSite, findPageFaults } from '../support/browser.ts';
import {
  bytesOf,
  close,
  createFollowed,
  type Followed,
  type IssuedRow,
  issuedIn,
} from '../support/issued.ts';
import { createUser, TEST_PASSWORD } from '../support/people.ts';

let site: BrowserSite;
let followed: Followed;
let certificate: IssuedRow;
let folder: string;
const db = () => site.dependencies.db;

beforeAll(async () => {
  site = await createBrowserSite();
  const long = { firstName: 'Anne-Charlotte-Victoire', lastName: 'de Saint-Exupéry-Montmorency-Laval' };
  followed = await createFollowed(site, { people: 3, names: [long, { lastName: '王' }] });
  await close(site, followed);
  const [enrolment_id] = followed.enrolments as [number];
  [certificate] = (await issuedIn(db(), { enrolment_id, kind: 'certificate' })) as [IssuedRow];
  folder = mkdtempSync(path.join(tmpdir(), 'verify-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await site.close();
});

/** Signs somebody in without driving the pages, which other tests do. @param profil to take, for those who have several */
async function signedIn(email: string, profil = ''): Promise<Page> {
  const context = await site.window();
  const send = async (path: string, from: string, form: Record<string, string>) => {
    const page = await (await context.request.get(from)).text();
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const answer = await context.request.post(path, { form: { _csrf, ...form }, maxRedirects: 0 });
    expect(answer.status(), path).toBe(303);
  };
  await send('/connexion', '/connexion', { identifiant: email, mot_de_passe: TEST_PASSWORD });
  if (profil) await send('/parcourspro/profil', '/mes-structures', { profil });
  return context.newPage();
}

async function faultsAt(page: Page, address: string): Promise<string[]> {
  await page.goto(address);
  const faults: string[] = [];
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 900 });
    faults.push(...(await findPageFaults(page)));
    if (process.env.SHOTS) {
      const name = `${address.replaceAll(/\W+/g, '-')}-${width}.png`;
      await page.screenshot({ path: path.join(process.env.SHOTS, name), fullPage: true });
    }
  }
  return faults;
}

test('whoever has a document checks it and compares its file, which stays on their computer', async () => {
  const page = await (await site.window()).newPage();
  expect(await faultsAt(page, '/verifier')).toEqual([]);
  await page.getByLabel('Code du document').focus();
  await page.keyboard.type(certificate.code.toLowerCase());
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/verifier/${certificate.code}`);
  expect(await faultsAt(page, `/verifier/${certificate.code}`)).toEqual([]);
  const bytes = (await bytesOf(db(), certificate.id)) as Buffer;
  const [same, other] = [path.join(folder, 'same.pdf'), path.join(folder, 'other.pdf')];
  writeFileSync(same, bytes);
  writeFileSync(other, Buffer.concat([bytes, Buffer.from(' ')]));
  const sent: string[] = [];
  page.on('request', (request) => void sent.push(request.method()));
  for (const [file, words] of [
    [same, 'C’est le même fichier'],
    [other, 'Ce n’est pas le même fichier'],
  ] as const) {
    await page.getByLabel('Fichier PDF').setInputFiles(file);
    await page.getByRole('button', { name: 'Comparer' }).press('Enter');
    await page.getByRole('status').filter({ hasText: words }).waitFor();
  }
  expect(sent).toEqual([]);
});

test('the pages of the person, the training body and the agency are sound at both widths', async () => {
  const asPerson = await signedIn(followed.people[0]?.email as string);
  expect(await faultsAt(asPerson, '/parcourspro/mon-espace/passees')).toEqual([]);
  const download = asPerson.waitForEvent('download');
  await asPerson.getByRole('button', { name: 'Certificat de réalisation' }).click();
  expect((await download).suggestedFilename()).toContain(certificate.number);

  const asProvider = await signedIn(followed.provider.email, `provider:${followed.providerId}`);
  const below = `${followed.sessionId}/documents-administratifs`;
  expect(await faultsAt(asProvider, `/parcourspro/prestataire/seances/${below}`)).toEqual([]);
  expect(await asProvider.getByText('王').count()).toBeGreaterThan(0);

  const asAgency = await signedIn((await createUser(db(), { isAgencyManager: true })).email);
  expect(await faultsAt(asAgency, `/agence/sessions/${below}`)).toEqual([]);
  expect(await faultsAt(asAgency, `/agence/sessions/${below}/${certificate.id}/retirer`)).toEqual([]);
});
