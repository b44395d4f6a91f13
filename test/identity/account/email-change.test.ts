import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emailChanges } from '../../support/accounts.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../../support/app.ts';
import { DAY } from '../../support/database.ts';
import { createUser, peopleIn, personOf, TEST_PASSWORD } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { recordStatements } from '../../support/statements.ts';
import { allWaitingFor, thePerson } from '../../support/waiting.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

const PAGE = '/mon-compte/adresse-email';
let serial = 0;
const newAddress = () => `nouvelle${++serial}@structure.example`;
const emailOf = async (id: number) => (await personOf(site.dependencies.db, id)).email;
const ask = (browser: Visitor, newEmail: string) =>
  browser.submit(PAGE, { new_email: newEmail, present_password: TEST_PASSWORD });
/** Somebody signed in who has asked for another address, with the link sent there. */
async function asked() {
  const user = await createUser(site.dependencies.db);
  const browser = await site.signedIn(user.email);
  const newEmail = newAddress();
  expect((await ask(browser, newEmail)).status).toBe(303);
  await site.runJobs();
  return { user, browser, newEmail, link: site.mailbox.latestLink(newEmail) };
}

test('the link confirms once, the other sessions end, and both addresses are told', async () => {
  const { db } = site.dependencies;
  const { user, browser, newEmail, link } = await asked();
  const other = await site.signedIn(user.email);
  expect(site.mailbox.to(user.email).at(-1)?.subject).toBe('Un changement d’adresse e-mail a été demandé');
  expect(site.mailbox.to(user.email).at(-1)?.text).toContain('Si ce n’est pas vous');
  expect(readable((await browser.get('/mon-compte')).text)).toContain(newEmail);
  expect(JSON.stringify(await emailChanges(db))).not.toContain(link.split('/').at(-1));

  expect((await browser.get(link)).status).toBe(200);
  expect(await emailOf(user.id)).toBe(user.email);
  expect((await browser.submit(link)).headers.location).toBe('/mon-compte');
  expect(await emailOf(user.id)).toBe(newEmail);
  expect((await browser.get('/mon-compte')).status).toBe(200);
  expect((await other.get('/mon-compte')).headers.location).toContain('/connexion');
  await site.runJobs();
  expect(site.mailbox.to(user.email).at(-1)?.subject).toBe('L’adresse e-mail de votre compte a changé');
  expect(site.mailbox.to(newEmail).at(-1)?.subject).toBe('Votre nouvelle adresse e-mail est en service');
  await site.signedIn(newEmail);
  for (const again of [await browser.get(link), await browser.submit(link, {}, '/mon-compte')]) {
    expect(again.status).toBe(410);
    expect(again.text).toContain('déjà confirmée');
  }
});

test('confirmed from another browser, every session ends', async () => {
  const { user, browser, newEmail, link } = await asked();
  expect((await site.visitor().submit(link)).headers.location).toBe('/connexion');
  expect(await emailOf(user.id)).toBe(newEmail);
  expect((await browser.get('/mon-compte')).headers.location).toContain('/connexion');
});

test('a known and an unknown address get the same answer for the same statements', async () => {
  const { db } = site.dependencies;
  const known = (await createUser(db)).email;
  const answers = [];
  for (const newEmail of [known, newAddress()]) {
    const user = await createUser(db);
    const browser = await site.signedIn(user.email);
    const token = await browser.token(PAGE);
    let status = 0;
    const statements = await recordStatements(async () => {
      const fields = { _csrf: token, new_email: newEmail, present_password: TEST_PASSWORD };
      status = (await browser.post(PAGE, fields)).status;
    });
    const page = (await browser.get('/mon-compte')).text;
    answers.push({ status, statements, told: page.includes(`Un lien vient d’être envoyé à ${newEmail}`) });
  }
  expect(answers[0]).toMatchObject({ status: 303, told: true });
  expect(answers[1]).toEqual(answers[0]);
  await site.runJobs();
  expect(site.mailbox.to(known).at(-1)?.subject).toBe('Cette adresse a déjà un compte Cap Métiers');
  expect(site.mailbox.to(known).at(-1)?.text).not.toContain('/confirmer/');
});

test('two accounts that confirm one address at once: one has it, the other is told', async () => {
  const { db } = site.dependencies;
  const newEmail = newAddress();
  const links: string[] = [];
  for (let index = 0; index < 2; index += 1) {
    await ask(await site.signedIn((await createUser(db)).email), newEmail);
    await site.runJobs();
    links.push(site.mailbox.latestLink(newEmail));
  }
  const visitors = links.map(() => site.visitor());
  const tokens = await Promise.all(visitors.map((one, index) => one.token(links[index])));
  const answers = await Promise.all(
    visitors.map((one, index) => one.post(links[index] as string, { _csrf: tokens[index] as string })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
  expect(await peopleIn(db, { email: newEmail })).toHaveLength(1);
});

test('one link used twice at once changes the address once', async () => {
  const { user, link } = await asked();
  const visitors = [site.visitor(), site.visitor()];
  const tokens = await Promise.all(visitors.map((one) => one.token(link)));
  const answers = await allWaitingFor(
    site.dependencies.db,
    thePerson(user.id),
    visitors.map((one, index) => () => one.post(link, { _csrf: tokens[index] as string })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 410]);
});

describe('links that do nothing', () => {
  test('expired after 24 hours', async () => {
    const { user, link } = await asked();
    site.clock.advance(DAY);
    const visitor = site.visitor();
    for (const response of [await visitor.get(link), await visitor.submit(link, {}, '/connexion')]) {
      expect(response.status).toBe(410);
      expect(response.text).toContain('Ce lien a expiré');
    }
    expect(await emailOf(user.id)).toBe(user.email);
  });

  test('replaced by a newer one, given up, or ended by a new password', async () => {
    const replaced = await asked();
    await ask(replaced.browser, newAddress());
    expect((await replaced.browser.get(replaced.link)).text).toContain('remplacé');
    const cancelled = await asked();
    expect((await cancelled.browser.submit(`${PAGE}/annuler`, {}, '/mon-compte')).status).toBe(303);
    expect((await cancelled.browser.get(cancelled.link)).text).toContain('abandonné');
    const ended = await asked();
    await site.visitor().submit('/mot-de-passe-oublie', { email: ended.user.email });
    await site.runJobs();
    const password = 'Girafe-Violette-2026';
    const fields = { password, password_confirmation: password };
    await site.visitor().submit(site.mailbox.latestLink(ended.user.email), fields);
    expect((await site.visitor().submit(ended.link, {}, '/connexion')).text).toContain('abandonné');
    expect(await emailOf(ended.user.id)).toBe(ended.user.email);
  });

  test.each(['x', '%00', '%FF', 'a'.repeat(3000), '<script>x'])('forged: %.20s', async (token) => {
    const visitor = site.visitor();
    for (const response of [
      await visitor.get(`${PAGE}/confirmer/${token}`),
      await visitor.submit(`${PAGE}/confirmer/${token}`, {}, '/connexion'),
    ]) {
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
    }
  });
});

describe('bad input', () => {
  const good = { new_email: 'saisie@structure.example', present_password: TEST_PASSWORD };
  test.each([
    ['missing', {}, 'nouvelle adresse'],
    ['not an e-mail', { ...good, new_email: 'moi' }, 'complète'],
    ['of 200 KB', { ...good, new_email: `${'a'.repeat(200_000)}@x.example` }, 'trop long'],
    ['repeated', { ...good, new_email: ['a@x.example', 'b@x.example'] }, 'plusieurs fois'],
    ['NUL', { ...good, new_email: 'a\u0000@x.example' }, 'illisibles'],
    ['a script', { ...good, new_email: '"><script>alert(1)</script>@x.example' }, 'Le signe'],
    ['an accent', { ...good, new_email: 'hélène.dupont@x.example' }, '«\u00a0é\u00a0»'],
    ['two dots', { ...good, new_email: 'a..b@x.example' }, 'Deux points'],
    ['a wrong password', { ...good, present_password: 'faux' }, 'Ce n’est pas votre mot de passe'],
  ])('%s', async (_what, fields, words) => {
    const user = await createUser(site.dependencies.db);
    const { status, text } = await (await site.signedIn(user.email)).submit(PAGE, fields);
    expect(status).toBe(422);
    expect(text).toContain(words);
    expect(text).not.toContain('<script>alert');
    if ('new_email' in fields && fields.new_email === good.new_email) expect(text).toContain(good.new_email);
    expect(await emailChanges(site.dependencies.db, { user_id: user.id })).toEqual([]);
  });

  test('one’s own address, whatever its case', async () => {
    const user = await createUser(site.dependencies.db);
    const { status, text } = await ask(await site.signedIn(user.email), user.email.toUpperCase());
    expect(status).toBe(422);
    expect(text).toContain('déjà l’adresse');
  });
});
