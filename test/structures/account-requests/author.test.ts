import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { lastRequest } from '../../support/requests.ts';
import { filledIn, PASSWORD } from './forms.ts';

let site: TestSite;
let structureId: number;
beforeAll(async () => {
  site = await createTestSite();
  structureId = await createStructure(site.dependencies.db, { name: 'Mission locale du Médoc' });
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

const PAGE = '/account-requests/add';
const OTHER = 'Zebre-Mandarine-2027!';
const WRONG = 'Ce n’est pas le mot de passe de cette demande.';
const stateOf = async (email: string) =>
  (await lastRequest(site.dependencies.db, 'account_request', { email })).state;
const ask = async (email: string, password = PASSWORD) => {
  await site
    .visitor()
    .submit(PAGE, { ...filledIn(structureId, email), password, password_confirmation: password });
  await site.runJobs();
  return site.mailbox.latestLink(email);
};

test('somebody who asks with the e-mail of another and a password of theirs gets no account', async () => {
  const { db } = site.dependencies;
  const referent = await createUser(db, { affiliations: { [structureId]: ['referent'] } });
  const email = 'victime@structure.example';
  await ask(email, PASSWORD);
  const foreign = await ask(email, OTHER);

  const visitor = site.visitor();
  const page = await visitor.get(foreign);
  expect(page.text).toContain('Mot de passe que vous avez choisi dans votre demande');
  const refused = await visitor.submit(foreign, { password: PASSWORD });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain(WRONG);
  expect(refused.text).toContain('faites une nouvelle demande');
  expect(refused.text).not.toContain(PASSWORD);
  expect(refused.headers['cache-control']).toBe('no-store');
  expect(await stateOf(email)).toBe('email_unconfirmed');

  const own = await ask(email, PASSWORD);
  expect((await visitor.submit(own, { password: PASSWORD })).status).toBe(303);
  const { id } = await lastRequest(db, 'account_request', { email, state: 'pending' });
  const path = `/mes-structures/${structureId}/demandes/${id}/accepter`;
  expect((await (await site.signedIn(referent.email)).submit(path, {}, '/mes-structures')).status).toBe(303);
  await site.signedIn(email, PASSWORD);
  await expect(site.signedIn(email, OTHER)).rejects.toThrow('422');
});

test.each([
  ['missing', {}, 'Saisissez le mot de passe'],
  ['empty', { password: '' }, 'Saisissez le mot de passe'],
  ['repeated', { password: [PASSWORD, PASSWORD] }, 'Saisissez le mot de passe'],
  ['of 200 KB', { password: 'a'.repeat(200_000) }, '200 caractères'],
  ['NUL', { password: 'a\u0000' }, 'illisibles'],
])('a password %s confirms nothing', async (what, fields, words) => {
  const email = `${what.replaceAll(' ', '')}@structure.example`;
  const link = await ask(email);
  const { status, text } = await site.visitor().submit(link, fields);
  expect(status).toBe(422);
  expect(text).toContain(words);
  expect(text).toContain('href="#password"');
  expect(await stateOf(email)).toBe('email_unconfirmed');
});

test('the password cannot be tried for ever, link by link', async () => {
  const email = 'essaie@structure.example';
  const link = await ask(email);
  const neighbour = await ask('voisine@structure.example');
  const visitor = site.visitor();
  const statuses = [];
  for (let index = 0; index < 11; index += 1) {
    statuses.push((await visitor.submit(link, { password: `${OTHER}${index}` })).status);
  }
  expect(statuses).toEqual([...Array(10).fill(422), 429]);
  expect((await visitor.submit(link, { password: PASSWORD })).status).toBe(429);
  expect(await stateOf(email)).toBe('email_unconfirmed');
  expect((await visitor.submit(neighbour, { password: PASSWORD })).status).toBe(303);
});
