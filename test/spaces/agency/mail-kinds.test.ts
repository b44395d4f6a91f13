import { afterAll, beforeAll, expect, test } from 'vitest';
import { audienceLabels } from '#access/audiences.ts';
import { mailKinds } from '#platform/mail/kinds.ts';
import { features } from '../../../src/features.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createUser } from '../../support/people.ts';

/** « Modèles d’e-mails ». */
const LIST = '/agence/courriels/modeles';
let site: TestSite;
let browser: Visitor;
beforeAll(async () => {
  site = await createTestSite();
  browser = await site.signedIn((await createUser(site.dependencies.db, { isAgencyManager: true })).email);
});
afterAll(() => site.close());

test('every e-mail is listed once, under those who get it', async () => {
  const { text } = await browser.get(LIST);
  for (const label of Object.values(audienceLabels)) expect(text).toContain(`>${label}</h2>`);
  const listed = [...text.matchAll(/href="\/agence\/courriels\/modeles\/([^"]+)"/g)].map(([, kind]) => kind);
  expect(listed.toSorted()).toEqual([...mailKinds(features).keys()].toSorted());
});

test('one is shown laid out, in a frame that runs nothing and leads nowhere, and as text', async () => {
  const path = `${LIST}/enrolment.enrolled.person`;
  const page = await browser.get(path);
  expect(page.text).toMatch(/<h1>Inscription confirmée\u00a0: .*<\/h1>/);
  expect(page.text).toContain('seances.ics');
  expect(page.text).toContain(`<iframe class="mail-frame" sandbox src="${path}/apercu"`);
  expect(page.text).toMatch(/<pre[^>]*>Bonjour Camille Bénéficiaire,/);
  expect(page.headers['content-security-policy']).toMatch(/script-src 'self';.*;frame-src 'self'$/);

  const mail = await browser.get(`${path}/apercu`);
  expect(mail.headers['content-type']).toContain('text/html');
  expect(mail.headers['content-security-policy']).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'",
  );
  expect(mail.text).toContain('Votre convocation vous parvient par un e-mail à part');
  expect((await browser.get(LIST)).headers['content-security-policy']).not.toContain('frame-src');
});

test('one that nobody declares does not exist', async () => {
  expect((await browser.get(`${LIST}/essai`)).status).toBe(404);
  expect((await browser.get(`${LIST}/essai/apercu`)).status).toBe(404);
});
