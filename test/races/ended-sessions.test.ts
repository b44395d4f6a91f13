import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { followInactiveAccounts } from '#identity/account/inactivity/service.ts';
import { endSessions } from '#identity/credentials.ts';
import { codeAt } from '#identity/second-factor/totp.ts';
import { ADD, optionsAt } from '../identity/passkeys/people.ts';
import { PAGE as FACTOR, keyShown } from '../identity/second-factor/people.ts';
import { browserSessions, warnOfInactivity } from '../support/accounts.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { TestPasskey } from '../support/authenticator.ts';
import { countWaiting, DAY } from '../support/database.ts';
import { createStructure, createUser, setPerson, TEST_PASSWORD } from '../support/people.ts';
import { forgetAttempts } from '../support/rate-limits.ts';
import { allWaitingFor, thePerson } from '../support/waiting.ts';

/** A session that is ended while a request of its own is under way stays ended. */
const PROFILE = '/parcourspro/profil';
const NEW_PASSWORD = 'Girafe-Violette-2027';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

/** Locks a whole table, as its owner may. @returns what lets go */
async function hold(table: string, mode: string): Promise<() => Promise<unknown>> {
  const holder = await site.owner.transaction();
  await holder.raw(`lock table ${table} in ${mode} mode`);
  return () => holder.commit();
}

async function untilWaiting(count: number): Promise<void> {
  const until = Date.now() + 20_000;
  while ((await countWaiting(site.owner)) < count) {
    if (Date.now() > until) throw new Error(`${await countWaiting(site.owner)} wait, not ${count}`);
  }
}

/** Stops whoever comes to note something in the journal. */
const holdJournal = () => hold('audit_entries', 'share row exclusive');

/**
 * Ends the session of the intruder while a request of theirs, which changes their session, is between the reading and
 * the writing of it. The ending is stopped at its entry in the journal, the intruder's request at the reading of who
 * makes it; then the one is let through before the other.
 */
async function endWhileUnderWay<Answer>(end: () => PromiseLike<unknown>, request: () => PromiseLike<Answer>) {
  const journal = await holdJournal();
  const ending = Promise.resolve(end());
  await untilWaiting(1);
  const people = await hold('affiliations', 'access exclusive');
  const underWay = Promise.resolve(request());
  await untilWaiting(2);
  await journal();
  await ending;
  await people();
  return underWay;
}

/** The same where the ending itself reads the people: the request then comes to write what the ending has deleted. */
async function endBeforeWriting(end: () => PromiseLike<unknown>, request: () => PromiseLike<unknown>) {
  const journal = await holdJournal();
  const ending = Promise.resolve(end());
  await untilWaiting(1);
  const underWay = Promise.resolve(request());
  await untilWaiting(2);
  await journal();
  await Promise.all([ending, underWay]);
}

const linkIn = async (email: string, pattern: RegExp): Promise<string> => {
  await site.runJobs();
  const text = site.mailbox.to(email).at(-1)?.text ?? '';
  const path = pattern.exec(text)?.[0];
  if (!path) throw new Error(`no link in: ${text}`);
  return path;
};

/** Somebody signed in at home; an intruder has a session of theirs too. */
interface Scene {
  user: { id: number; email: string };
  owner: Visitor;
  intruder: Visitor;
}

async function forgottenPassword({ user }: Pick<Scene, 'user'>) {
  const visitor = site.visitor();
  await visitor.submit('/mot-de-passe-oublie', { email: user.email });
  const path = await linkIn(user.email, /\/mot-de-passe-oublie\/[\w-]{43}/);
  const _csrf = await visitor.token(path);
  return () => visitor.post(path, { _csrf, password: NEW_PASSWORD, password_confirmation: NEW_PASSWORD });
}

/** Each way of ending sessions: what it needs first, and then what ends them. */
const ways: Record<string, (scene: Scene) => Promise<() => PromiseLike<unknown>>> = {
  'the others are closed': async ({ owner }) => {
    const _csrf = await owner.token('/mon-compte');
    return () => owner.post('/mon-compte/sessions/fermer-les-autres', { _csrf });
  },
  'it is closed from another': async ({ owner }) => {
    const page = (await owner.get('/mon-compte')).text;
    const _csrf = await owner.token('/mon-compte');
    const [path = ''] = /\/mon-compte\/sessions\/[0-9a-f]{64}\/fermer/.exec(page) ?? [];
    return () => owner.post(path, { _csrf });
  },
  'it is signed out': async ({ intruder }) => {
    const _csrf = await intruder.token('/mes-structures');
    return () => intruder.post('/deconnexion', { _csrf });
  },
  'another password is chosen': async ({ owner }) => {
    const _csrf = await owner.token('/mon-compte/mot-de-passe');
    return () =>
      owner.post('/mon-compte/mot-de-passe', {
        _csrf,
        present_password: TEST_PASSWORD,
        password: NEW_PASSWORD,
        password_confirmation: NEW_PASSWORD,
      });
  },
  'a forgotten password is replaced': forgottenPassword,
  'another e-mail is confirmed': async ({ user, owner }) => {
    const email = `nouvelle${user.id}@structure.example`;
    const fields = { new_email: email, present_password: TEST_PASSWORD };
    await owner.submit('/mon-compte/adresse-email', fields);
    const path = await linkIn(email, /\/mon-compte\/adresse-email\/confirmer\/[\w-]{43}/);
    const visitor = site.visitor();
    const _csrf = await visitor.token(path);
    return () => visitor.post(path, { _csrf });
  },
  'a second factor is activated': async ({ owner }) => {
    await owner.submit(FACTOR, { mot_de_passe: TEST_PASSWORD });
    const key = await keyShown(owner);
    const _csrf = await owner.token(`${FACTOR}/cle`);
    return () => owner.post(`${FACTOR}/cle`, { _csrf, code: codeAt(key, site.clock.now()) });
  },
  'a passkey is added': async ({ owner }) => {
    const reponse = new TestPasskey().create(await optionsAt(owner, ADD));
    const _csrf = await owner.token(ADD);
    return () => owner.post(ADD, { _csrf, nom: 'Téléphone', reponse });
  },
  'the account is closed': async ({ user }) => {
    const { db } = site.dependencies;
    const long = new Date(site.clock.now().getTime() - 800 * DAY);
    await setPerson(db, user.id, { created_at: long, last_sign_in_at: long });
    const warned = new Date(site.clock.now().getTime() - 40 * DAY);
    await warnOfInactivity(db, { user_id: user.id, warned_at: warned, notice_from: warned });
    return () => followInactiveAccounts(site.dependencies);
  },
};

test.each(Object.entries(ways))(
  'a session is not brought back by its own request when %s',
  async (what, way) => {
    const { db } = site.dependencies;
    const structure = await createStructure(db);
    const user = await createUser(db, { affiliations: { [structure]: ['referent'] } });
    const [owner, intruder] = [await site.signedIn(user.email), await site.signedIn(user.email)];
    const end = await way({ user, owner, intruder });
    expect((await intruder.get('/mes-structures')).status).toBe(200);
    const fields = { profil: `beneficiary:${structure}`, _csrf: await intruder.token('/mes-structures') };
    const race = what === 'the account is closed' ? endBeforeWriting : endWhileUnderWay;
    await race(end, () => intruder.post(PROFILE, fields));
    const after = await intruder.get('/mes-structures');
    expect(after.headers.location).toBe('/connexion?suite=%2Fmes-structures');
  },
);

test('a session that is ended while its own request proves who it is learns so, and proves nothing', async () => {
  const user = await createUser(site.dependencies.db);
  const [owner, intruder] = [await site.signedIn(user.email), await site.signedIn(user.email)];
  const end = await (ways['it is closed from another'] as NonNullable<(typeof ways)[string]>)({
    user,
    owner,
    intruder,
  });
  const fields = { _csrf: await intruder.token('/mon-compte/confirmer'), verification: TEST_PASSWORD };
  const answer = await endWhileUnderWay(end, () => intruder.post('/mon-compte/confirmer', fields));
  expect(answer.status).toBe(403);
  expect(answer.text).toContain('Votre session est fermée');
  expect(answer.text).toContain('href="/connexion"');
});

test('a sign-in with the former password, under way while another one is chosen, opens nothing', async () => {
  const user = await createUser(site.dependencies.db);
  const end = await forgottenPassword({ user });
  const thief = site.visitor();
  const fields = { identifiant: user.email, mot_de_passe: TEST_PASSWORD, _csrf: await thief.token() };
  await endBeforeWriting(end, () => thief.post('/connexion', fields));
  expect((await thief.get('/mes-structures')).headers.location).toBe('/connexion?suite=%2Fmes-structures');
  await expect(site.signedIn(user.email, NEW_PASSWORD)).resolves.toBeDefined();
});

test('a session that is written after the sessions of the person were ended opens nothing', async () => {
  const { db } = site.dependencies;
  const user = await createUser(db);
  const browser = site.visitor();
  const fields = { identifiant: user.email, mot_de_passe: TEST_PASSWORD, _csrf: await browser.token() };
  const journal = await holdJournal();
  const signingIn = Promise.resolve(browser.post('/connexion', fields));
  await untilWaiting(1);
  await db.transaction((trx) => endSessions(site.dependencies, trx, user.id));
  await journal();
  expect((await signingIn).status).toBe(303);
  expect((await browser.get('/mes-structures')).headers.location).toBe('/connexion?suite=%2Fmes-structures');
  const later = await site.signedIn(user.email);
  expect((await later.get('/mon-compte')).text.match(/Cette session/g)).toHaveLength(1);
  expect((await later.get('/mon-compte')).text).not.toContain('/fermer"');
});

test('of two sessions that each close the other at the same moment, one goes on', async () => {
  const user = await createUser(site.dependencies.db);
  const browsers = [await site.signedIn(user.email), await site.signedIn(user.email)];
  const tokens = await Promise.all(browsers.map((one) => one.token('/mon-compte')));
  const answers = await allWaitingFor(
    site.dependencies.db,
    thePerson(user.id),
    browsers.map(
      (one, index) => () =>
        one.post('/mon-compte/sessions/fermer-les-autres', { _csrf: tokens[index] as string }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 403]);
  const pages = await Promise.all(browsers.map((one) => one.get('/mes-structures')));
  expect(pages.map(({ status }) => status).sort()).toEqual([200, 303]);
});

test('signing out ends the sign-in, whatever id another request of it gives the session meanwhile', async () => {
  const user = await createUser(site.dependencies.db);
  const browser = await site.signedIn(user.email);
  const _csrf = await browser.token('/mon-compte/confirmer');
  const journal = await holdJournal();
  const signingOut = Promise.resolve(browser.post('/deconnexion', { _csrf }));
  await untilWaiting(1);
  const renewing = Promise.resolve(
    browser.post('/mon-compte/confirmer', { _csrf, verification: TEST_PASSWORD }),
  );
  // It waits for the row that is being deleted, or has renewed its id already.
  await Promise.race([renewing, untilWaiting(2)]);
  await journal();
  await Promise.all([signingOut, renewing]);
  expect(await browserSessions(site.dependencies.db, user.id)).toEqual([]);
});
