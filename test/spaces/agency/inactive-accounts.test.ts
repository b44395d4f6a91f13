import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { forgetWarnings, warnOfInactivity } from '../../support/accounts.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import {
  createStructure,
  createUser,
  createUsers,
  personOf,
  reopenEverybody,
  setPerson,
  type TestUser,
} from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { recordStatements } from '../../support/statements.ts';

const LIST = '/agence/comptes-inactifs';
let site: TestSite;
let agency: Visitor;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-21T09:00:00Z' });
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  await forgetAttempts(db);
  await forgetWarnings(db);
  await reopenEverybody(db);
  agency = await site.signedIn((await createUser(db, { isAgencyManager: true })).email);
});

async function closed(lastName: string): Promise<TestUser> {
  const { db } = site.dependencies;
  const structureId = await createStructure(db, { name: `Structure de ${lastName}` });
  const user = await createUser(db, {
    lastName,
    firstName: 'Élise',
    createdAt: '2020-01-01',
    closedAt: '2026-10-01T07:00:00Z',
    affiliations: { [structureId]: [] },
  });
  await setPerson(db, user.id, { last_sign_in_at: '2024-10-01' });
  return user;
}
async function warned(lastName: string, noticeFrom: string | null): Promise<TestUser> {
  const { db } = site.dependencies;
  const user = await createUser(db, { lastName, createdAt: '2024-12-01' });
  const warning = { user_id: user.id, warned_at: '2026-11-02T07:00:00Z', notice_from: noticeFrom };
  await warnOfInactivity(db, warning);
  return user;
}
const plain = ({ text }: { text: string }) => text.replaceAll('\u00a0', ' ');

test('lists who is closed with what happens next, and who was warned', async () => {
  await closed('Fermée');
  await warned('Prévenue', '2026-11-02T07:00:00Z');
  await warned('Enroute', null);
  const home = await agency.get('/agence');
  expect(home.text).toContain(`href="${LIST}"`);
  const list = plain(await agency.get(LIST));
  expect(list).toContain('Élise Fermée');
  expect(list).toContain('1 oct. 2027');
  expect(list).toContain('Sans référent');
  expect(list).not.toContain('Prévenue</th>');
  const others = plain(await agency.get(`${LIST}?etat=prevenus`));
  expect(others).toContain('Nom ou e-mail');
  expect(others).toContain('Prénom Prévenue');
  expect(others).toContain('2 déc. 2026');
  expect(others).toContain('Quand l’e-mail sera parti');
  expect(others).not.toContain('Élise Fermée');
});

test('searches by name without accents, and by e-mail; says when there is none', async () => {
  const user = await closed('Zéphyr');
  await closed('Autre');
  for (const q of ['zephyr', 'elise zeph', user.email]) {
    const { text } = await agency.get(`${LIST}?q=${encodeURIComponent(q)}`);
    expect(text).toContain('Zéphyr');
    expect(text).not.toContain('Élise Autre');
  }
  expect((await agency.get(`${LIST}?q=%25`)).text).toContain('Aucun compte trouvé');
  await reopenEverybody(site.dependencies.db);
  expect((await agency.get(LIST)).text).toContain('Aucun compte fermé');
  expect((await agency.get(`${LIST}?etat=prevenus`)).text).toContain('Aucun compte prévenu');
  expect((await agency.get(`${LIST}?etat[x]=1&q[]=%00&page=-3`)).status).toBe(200);
});

test('somebody who calls gets a link at their address: it alone reopens the account', async () => {
  const user = await closed('Appelle');
  const answer = await agency.submit(`${LIST}/${user.id}/rouvrir`, {}, LIST);
  expect(answer.status).toBe(303);
  expect((await personOf(site.dependencies.db, user.id)).closed_at).not.toBeNull();
  await site.runJobs();
  const link = site.mailbox.latestLink(user.email);
  site.clock.advance(23 * 3_600_000);
  const password = 'Girafe-Violette-2026';
  const done = await site.visitor().submit(link, { password, password_confirmation: password });
  expect(done.status).toBe(303);
  expect((await site.signedIn(user.email, password)).agent).toBeDefined();
  agency = await site.signedIn((await createUser(site.dependencies.db, { isAgencyManager: true })).email);
  expect((await agency.submit(`${LIST}/${user.id}/rouvrir`, {}, '/agence')).status).toBe(409);
  expect((await agency.submit(`${LIST}/999999/rouvrir`, {}, '/agence')).status).toBe(404);
});

test('as few statements with 60 rows as with one, over several pages', async () => {
  const count = async () => (await recordStatements(() => agency.get(LIST))).length;
  await closed('Premier');
  // The first page after a sign-in also notes the visit.
  await agency.get(LIST);
  const one = await count();
  await createUsers(
    site.dependencies.db,
    Array(60).fill({ createdAt: '2020-01-01', closedAt: '2026-10-01' }),
  );
  expect(await count()).toBe(one);
  expect(one).toBeLessThanOrEqual(4);
  expect((await agency.get(LIST)).text).toContain('page=3');
});
