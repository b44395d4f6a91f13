import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { requestEnrolment } from '#enrolment/service.ts';
import { calendarFeedOf, createCalendarFeed, endBrowserSessions } from '../support/accounts.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../support/app.ts';
import { actorOf, createFormation } from '../support/enrolments.ts';
import { lastEntry } from '../support/journal.ts';
import { createStructure, createUser, TEST_PASSWORD, type TestUser } from '../support/people.ts';
import { forgetAttempts } from '../support/rate-limits.ts';
import { recordStatements } from '../support/statements.ts';
import { addPasskey, signInWith } from './passkeys/people.ts';
import { enrol, givePassword } from './second-factor/people.ts';

const LIST = '/agence/securite-des-comptes';
let site: TestSite;
let manager: TestUser;
let agency: Visitor;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
  manager = await createUser(site.dependencies.db, { isAgencyManager: true });
});
afterAll(() => site.close());
beforeEach(async () => {
  await forgetAttempts(site.dependencies.db);
  agency = await site.signedIn(manager.email);
  site.mailbox.clear();
});

/** Somebody with all that can be ended, at home in one browser. */
async function person() {
  const { db } = site.dependencies;
  const structureId = await createStructure(db, { memberIn: [2026] });
  const user = await createUser(db, {
    firstName: 'Odette',
    lastName: `Perdu ${structureId}`,
    affiliations: { [structureId]: ['hr_validator'] },
  });
  const browser = await site.signedIn(user.email);
  const { codes } = await enrol(site, browser);
  const passkey = await addPasskey(browser, 'Téléphone');
  const page = `${LIST}/${user.id}`;
  return { ...user, structureId, browser, codes, passkey, page };
}
const isOpen = async (browser: Visitor) => (await browser.get('/mes-structures')).status === 200;
const told = async ({ email }: TestUser) => {
  await site.runJobs();
  return site.mailbox.to(email).at(-1)?.subject;
};
const noted = ({ id }: TestUser) => lastEntry(site.dependencies.db, '%', { person_id: id });
const VERIFIED = { identite: '1' };

test('an account is found by part of a name or of an e-mail, and nobody without a search', async () => {
  const one = await person();
  const found = async (q: string) => readable((await agency.get(`${LIST}?q=${encodeURIComponent(q)}`)).text);
  expect((await agency.get(LIST)).text).not.toContain(one.page);
  for (const q of [`odette perdu ${one.structureId}`, `Perdu ${one.structureId} Odétte`, one.email]) {
    expect(await found(q)).toContain(`href="${one.page}"`);
  }
  expect(await found('personne-de-ce-nom')).toContain('Aucun compte trouvé');
  expect((await agency.get('/agence')).text).toContain(`href="${LIST}"`);
});

test('its page tells what is open and what protects it, in four statements, and writes nothing', async () => {
  const one = await person();
  await agency.get(one.page);
  const statements = await recordStatements(async () => {
    const { status, text } = await agency.get(one.page);
    expect(status).toBe(200);
    expect(text).toContain('Appareil inconnu, depuis le');
    expect(text).toContain('Aucun lien');
    expect(text).toContain('Codes de secours qui restent&nbsp;: 10');
    expect(text).toContain('Téléphone, ajoutée le');
  });
  expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
  expect(statements.filter((sql) => /^\s*(insert|update|delete)/i.test(sql))).toEqual([]);
});

test('every session is ended; the person is told, and the journal tells by whom', async () => {
  const one = await person();
  const other = site.visitor();
  await signInWith(other, one.passkey);
  const done = await agency.submit(`${one.page}/sessions`, {}, one.page);
  expect(done.headers.location).toBe(one.page);
  expect([await isOpen(one.browser), await isOpen(other)]).toEqual([false, false]);
  expect((await agency.get(one.page)).text).toContain('Aucune session n’est ouverte');
  expect(await told(one)).toBe('L’agence a fermé vos sessions');
  expect(await noted(one)).toMatchObject({ action: 'session.ended', actor_id: manager.id });
});

test('no session is open: a sign-in under way ends all the same, and nobody is written to', async () => {
  const one = await person();
  await endBrowserSessions(site.dependencies.db, one.id);
  const underWay = site.visitor();
  expect((await givePassword(underWay, one.email)).headers.location).toMatch(/^\/connexion\/code/);
  await site.runJobs();
  site.mailbox.clear();
  await agency.submit(`${one.page}/sessions`, {}, one.page);
  expect((await agency.get(one.page)).text).toContain('Aucune session n’était ouverte.');
  expect(await told(one)).toBeUndefined();
  expect(await noted(one)).toMatchObject({ action: 'session.ended', actor_id: manager.id });
  const led = await underWay.submit('/connexion/code', { code: one.codes[0] as string }, '/connexion/code');
  expect(led.headers.location).toBe('/connexion?suite=%2F');
  const { text } = await underWay.get('/connexion');
  expect(text).toContain('ses sessions ont été fermées');
  expect(await isOpen(underWay)).toBe(false);
});

test('the links of an account are ended together: passwords, e-mails, requests to approve, calendar', async () => {
  const { db } = site.dependencies;
  const one = await person();
  const asker = await createUser(db, { affiliations: { [one.structureId]: [] } });
  const { actionId, sessionId } = await createFormation(site, { capacity: 2, waitingCapacity: 2 });
  await requestEnrolment(site.dependencies, await actorOf(db, asker.id), {
    actionId,
    sessionId,
    structureId: one.structureId,
    motivation: 'x',
  });
  await site.runJobs();
  const decision = site.mailbox.latestLink(one.email);
  await site.visitor().submit('/mot-de-passe-oublie', { email: one.email });
  await site.runJobs();
  const reset = site.mailbox.latestLink(one.email);
  const email = `autre${one.id}@structure.example`;
  await one.browser.submit('/mon-compte/adresse-email', {
    new_email: email,
    present_password: TEST_PASSWORD,
  });
  await site.runJobs();
  const change = site.mailbox.latestLink(email);
  await createCalendarFeed(db, one.id, site.clock.now());

  const { text } = await agency.get(one.page);
  for (const words of [
    '1 lien pour choisir un mot de passe',
    '1 changement d’adresse e-mail à confirmer',
    '1 lien pour décider d’une demande d’inscription',
    '1 adresse d’agenda',
  ]) {
    expect(text).toContain(words);
  }
  await agency.submit(`${one.page}/liens`, {}, one.page);
  for (const path of [decision, reset, change]) {
    expect([(await site.visitor().get(path)).status, path]).toEqual([410, path]);
  }
  expect(await calendarFeedOf(db, one.id)).toBeUndefined();
  expect((await agency.get(one.page)).text).toContain('Aucun lien');
  expect(await told(one)).toBe('L’agence a annulé les liens de votre compte');
  expect(await noted(one)).toMatchObject({ action: 'account.links_ended', actor_id: manager.id });
  expect(await isOpen(one.browser)).toBe(true);
});

test.each([
  [
    'double-authentification',
    'second_factors',
    'account.second_factor_disabled',
    'votre double authentification',
  ],
  ['cles-d-acces', 'passkeys', 'account.passkey_removed', 'vos clés d’accès'],
])(
  '%s is taken away once the identity was looked at, and the sessions end',
  async (path, table, action, words) => {
    const { db } = site.dependencies;
    const one = await person();
    const refused = await agency.submit(`${one.page}/${path}`, {}, one.page);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(`href="#${path}-identite"`);
    expect(refused.text).toContain(`id="${path}-identite"`);
    expect(await db(table).where({ user_id: one.id })).toHaveLength(1);
    await agency.submit(`${one.page}/${path}`, VERIFIED, one.page);
    expect(await db(table).where({ user_id: one.id })).toEqual([]);
    expect(await isOpen(one.browser)).toBe(false);
    expect(await told(one)).toBe(`L’agence a retiré ${words}`);
    expect(await noted(one)).toMatchObject({ action, actor_id: manager.id });
    const landing = (await givePassword(site.visitor(), one.email)).headers.location;
    expect(landing).toBe(
      table === 'passkeys' ? '/connexion/code?suite=%2Fmes-structures' : '/mes-structures',
    );
    expect((await agency.submit(`${one.page}/${path}`, VERIFIED, one.page)).status).toBe(409);
  },
);

test('not for oneself, nor for somebody who does not exist or no longer does', async () => {
  const own = `${LIST}/${manager.id}`;
  const page = await agency.get(own);
  expect(page.text).toContain('C’est votre compte');
  expect(page.text).not.toContain(`action="${own}/`);
  expect((await agency.submit(`${own}/sessions`, {}, '/agence/actualites')).status).toBe(403);
  expect(await isOpen(agency)).toBe(true);
  const at = site.clock.now();
  const gone = await createUser(site.dependencies.db, { fields: { closed_at: at, anonymised_at: at } });
  for (const id of [gone.id, 0, 999_999, 'x']) {
    expect((await agency.get(`${LIST}/${id}`)).status).toBe(404);
    expect(
      (await agency.submit(`${LIST}/${id}/sessions`, {}, own.replace(/\d+$/, String(manager.id)))).status,
    ).toBe(404);
  }
});
