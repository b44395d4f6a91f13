import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codeAt } from '#identity/second-factor/totp.ts';
import { enrol, givePassword } from '../../identity/second-factor/people.ts';
import type { Visitor } from '../../support/app.ts';
import { journalOf } from '../../support/journal.ts';
import { createUser, TEST_PASSWORD } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { createService } from '../../support/sso.ts';
import { allWaitingFor } from '../../support/waiting.ts';
import { createFederatedSite, type FederatedSite, isIn, PAGE } from './people.ts';

let site: FederatedSite;
beforeAll(async () => {
  site = await createFederatedSite();
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

const ACCOUNT = '/mon-compte/proconnect';
/** As ProConnect says of whoever gave a second factor that they chose themself. */
const BY_MAILBOX = { acr: 'https://proconnect.gouv.fr/assurance/self-asserted-2fa' };
const HOURS_AGO = () => Math.floor(site.clock.now().getTime() / 1000) - 3 * 60 * 60;
const MINUTE = 60_000;

/** Somebody with a second factor, whose mailbox alone somebody else reads: there they are who they like. */
async function protectedOwner() {
  const person = site.named(BY_MAILBOX);
  const user = await createUser(site.dependencies.db, { email: person.email ?? '' });
  const browser = await site.signedIn(user.email);
  const { key } = await enrol(site, browser);
  return { person, user, browser, key };
}
const addPasskey = (userId: number, at: Date) =>
  site.dependencies.db('passkeys').insert({
    user_id: userId,
    credential_id: `key-of-${userId}`,
    public_key: Buffer.from('key'),
    sign_count: 0,
    transports: [],
    is_synchronised: false,
    name: 'Téléphone',
    created_at: at,
  });
const linkSentTo = (email: string) =>
  /(\/connexion\/proconnect\/lien\/[\w-]+)/.exec(site.mailbox.to(email).at(-1)?.text ?? '')?.[1] ?? '';
/** Whether the page that asks who is there lets this browser through to what changes an account. */
const isConfirmed = async (browser: Visitor) =>
  (await browser.submit(`${ACCOUNT}/second-facteur`, {}, ACCOUNT)).status !== 403;

describe('whoever reads the mailbox alone of somebody with a second factor', () => {
  test('is sent no link to the account', async () => {
    const { user } = await protectedOwner();
    const thief = site.visitor();
    const page = (await site.pass(thief)).headers.location as string;
    const { text } = await thief.get(page);
    expect(text).toContain('protégé par une double authentification');
    expect(text).not.toContain('Recevoir un lien par e-mail');
    const token = await thief.token('/connexion');
    expect((await thief.post(`${PAGE}/lien`, { _csrf: token })).headers.location).toContain('/relier');
    await site.runJobs();
    expect(linkSentTo(user.email)).toBe('');
    expect(await isIn(thief)).toBe(false);
  });

  test.each(['code', 'passkey'])('uses no link of before the %s', async (factor) => {
    const person = site.named(BY_MAILBOX);
    const user = await createUser(site.dependencies.db, { email: person.email ?? '' });
    const thief = site.visitor();
    await thief.submit(`${PAGE}/lien`, {}, (await site.pass(thief)).headers.location as string);
    await site.runJobs();
    const path = linkSentTo(user.email);
    const token = await thief.token(path);
    if (factor === 'code') await enrol(site, await site.signedIn(user.email));
    else await addPasskey(user.id, site.clock.now());
    await thief.post(path, { _csrf: token });
    expect((await thief.get(path)).status).toBe(410);
    expect((await site.pass(thief)).headers.location).toContain('/relier');
  });

  test('links nothing with the password alone', async () => {
    const { user } = await protectedOwner();
    const thief = site.visitor();
    const page = (await site.pass(thief)).headers.location as string;
    await givePassword(thief, user.email, page);
    const token = await thief.token('/connexion/code');
    expect((await thief.post(`${PAGE}/relier`, { _csrf: token, suite: '/' })).headers.location).toContain(
      '/connexion',
    );
  });

  test('gives no second factor there in the place of the code, linked before the owner had one', async () => {
    const { person, browser, user } = await site.linked();
    await enrol(site, browser);
    site.federation.person = { ...person, ...BY_MAILBOX };
    const thief = site.visitor();
    expect((await site.pass(thief)).headers.location).toContain('/connexion/code');
    expect(await isIn(thief)).toBe(false);
    expect(user.id).toBeGreaterThan(0);
  });

  test('nor in that of a passkey', async () => {
    const { person, user } = await site.linked();
    await addPasskey(user.id, site.clock.now());
    site.federation.person = { ...person, ...BY_MAILBOX };
    const thief = site.visitor();
    await site.pass(thief);
    expect(await isConfirmed(thief)).toBe(false);
  });
});

describe('a second factor given there', () => {
  test('stands for the code once the owner, who has given theirs, says so; not for another one', async () => {
    const { person, browser, user } = await site.linked();
    await enrol(site, browser);
    site.federation.person = { ...person, ...BY_MAILBOX };
    expect((await browser.get(ACCOUNT)).text).toContain('vous est toujours demandé');
    const elsewhere = await site.signedIn(user.email);
    expect((await browser.submit(`${ACCOUNT}/second-facteur`, {}, ACCOUNT)).headers.location).toBe(ACCOUNT);
    expect((await browser.get(ACCOUNT)).text).toContain('suffit');
    expect(await isIn(elsewhere)).toBe(false);
    await site.runJobs();
    expect(site.mailbox.to(user.email).at(-1)?.subject).toBe('ProConnect remplace votre code');
    expect(
      await journalOf(site.dependencies.db, 'account.proconnect_trusted', { person_id: user.id }),
    ).toHaveLength(1);
    const next = site.visitor();
    expect((await site.pass(next, '/aide')).headers.location).toBe('/aide');
    // A factor of later is another one: it was not given for this identity.
    await site.dependencies
      .db('second_factors')
      .where({ user_id: user.id })
      .update({ enabled_at: new Date(site.clock.now().getTime() + 1000) });
    expect((await site.pass(site.visitor())).headers.location).toContain('/connexion/code');
  });

  test('does so at once where the owner linked it with their own', async () => {
    const { browser, key, user } = await protectedOwner();
    await site.pass(browser, '/aide');
    await browser.submit(`${PAGE}/relier`, { suite: '/aide' }, `${PAGE}/relier?suite=/aide`);
    expect((await site.pass(site.visitor(), '/aide')).headers.location).toBe('/aide');
    // Without one there, the code is asked for as ever.
    site.federation.person = { ...site.federation.person, acr: 'eidas1' };
    const plain = site.visitor();
    expect((await site.pass(plain)).headers.location).toContain('/connexion/code');
    site.clock.advance(MINUTE);
    await plain.submit('/connexion/code', { code: codeAt(key, site.clock.now()) });
    expect(await isIn(plain)).toBe(true);
    const [entry] = (await journalOf(site.dependencies.db, 'session.opened', { person_id: user.id })).slice(
      -1,
    );
    expect(entry?.details).toEqual({ by: 'proconnect', second_factor: true });
  });
});

describe('a session that was open there', () => {
  test.each<[string, number | null | undefined, boolean]>([
    ['just proved', undefined, true],
    ['proved hours ago', -1, false],
    ['of a moment that is not told', null, false],
  ])('%s, is a late proof: %s → %s', async (_what, when, isLate) => {
    const { person } = await site.linked();
    site.federation.person = { ...person, auth_time: when === -1 ? HOURS_AGO() : when };
    const browser = site.visitor();
    expect((await site.pass(browser, '/aide')).headers.location).toBe('/aide');
    expect(await isIn(browser)).toBe(true);
    expect(await isConfirmed(browser)).toBe(isLate);
  });

  test('opens the agency’s pages with a second factor, and is asked again for what decides', async () => {
    const { person, user } = await site.linked({ isAgencyManager: true });
    site.federation.person = { ...person, ...BY_MAILBOX, auth_time: null };
    const browser = site.visitor();
    await site.pass(browser);
    expect((await browser.get('/agence')).status).toBe(200);
    expect(await isConfirmed(browser)).toBe(false);
    expect(user.id).toBeGreaterThan(0);
  });

  test('is proved anew by the page that asks who is there, and does not become somebody else’s', async () => {
    const { person } = await site.linked();
    site.federation.person = { ...person, auth_time: HOURS_AGO() };
    const browser = site.visitor();
    await site.pass(browser);
    const page = `/mon-compte/confirmer?suite=${encodeURIComponent('/mon-compte/proconnect')}`;
    const way = `${PAGE}?suite=%2Fmon-compte%2Fproconnect&amp;preuve=1`;
    expect((await browser.get(page)).text).toContain(`href="${way}"`);
    const { headers } = await browser.get(way.replace('&amp;', '&'));
    const asked = new URL(headers.location as string);
    expect(asked.searchParams.get('prompt')).toBe('login');
    expect(JSON.parse(asked.searchParams.get('claims') ?? '').id_token.auth_time).toEqual({
      essential: true,
    });
    site.federation.person = person;
    const back = await browser.get(await site.federation.pass(asked.href));
    expect(back.headers.location).toBe('/mon-compte/proconnect');
    expect(await isConfirmed(browser)).toBe(true);
    // An older one, or one without a moment, takes nothing of it away.
    for (const auth_time of [HOURS_AGO(), null]) {
      site.federation.person = { ...person, auth_time };
      await site.pass(browser);
      expect(await isConfirmed(browser)).toBe(true);
    }
  });

  test('is told to a service as of then, and asked again by one that wants a new one', async () => {
    const { person } = await site.linked();
    const provedAt = HOURS_AGO();
    site.federation.person = { ...person, auth_time: provedAt };
    const { key } = await createService(site.dependencies.db);
    const service = encodeURIComponent(`https://${key}.example/cas`);
    const browser = site.visitor();
    const way = (await site.pass(browser, `/cas/login?service=${service}`)).headers.location as string;
    const ticket = new URL((await browser.get(way)).headers.location as string).searchParams.get('ticket');
    const answer = await site.visitor().get(`/cas/p3/serviceValidate?service=${service}&ticket=${ticket}`);
    const told = /<cas:authenticationDate>(.*?)</.exec(answer.text)?.[1] ?? '';
    expect(Date.parse(told)).toBe(provedAt * 1000);
    const renewed = await browser.get(`/cas/login?renew=true&service=${service}`);
    expect(renewed.headers.location).toContain('/mon-compte/confirmer');
  });

  test('is not offered to whoever has a code to give, unless it stands for it', async () => {
    const { browser } = await site.linked();
    await enrol(site, browser);
    expect((await browser.get('/mon-compte/confirmer')).text).not.toContain('Confirmer avec ProConnect');
    await browser.submit(`${ACCOUNT}/second-facteur`, {}, ACCOUNT);
    expect((await browser.get('/mon-compte/confirmer')).text).toContain('Confirmer avec ProConnect');
  });
});

describe('coming back signed in', () => {
  test('as the owner of another account changes nothing, and says so', async () => {
    await site.linked();
    const { federation } = site;
    const other = await createUser(site.dependencies.db);
    const browser = await site.signedIn(other.email);
    const answer = await site.pass(browser, '/aide');
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Cette identité ouvre déjà un autre compte');
    expect((await browser.get('/mon-compte')).text.replaceAll('<wbr>', '')).toContain(other.email);
    expect(federation.person.email).not.toBe(other.email);
  });

  test('with an address that is nobody’s, the identity can be linked', async () => {
    const person = site.named();
    const user = await createUser(site.dependencies.db);
    const browser = await site.signedIn(user.email);
    const page = (await site.pass(browser, '/aide')).headers.location as string;
    expect(page).toBe(`${PAGE}/relier?suite=%2Faide`);
    const text = (await browser.get(page)).text.replaceAll('<wbr>', '');
    expect(text).toContain(person.email);
    expect(text).toContain(user.email);
    await browser.submit(`${PAGE}/relier`, { suite: '/aide' }, page);
    expect((await site.pass(site.visitor(), '/aide')).headers.location).toBe('/aide');
  });

  test('linked in this session, ProConnect is closed with it', async () => {
    const { browser } = await site.linked();
    expect((await browser.submit('/deconnexion', {}, '/mon-compte')).headers.location).toBe(`${PAGE}/sortie`);
  });
});

test('linking ends the other sessions', async () => {
  const person = site.named();
  const user = await createUser(site.dependencies.db, { email: person.email ?? '' });
  const [browser, elsewhere] = [await site.signedIn(user.email), await site.signedIn(user.email)];
  await site.pass(browser, '/aide');
  await browser.submit(`${PAGE}/relier`, { suite: '/aide' });
  expect(await isIn(browser)).toBe(true);
  expect(await isIn(elsewhere)).toBe(false);
});

describe('unlinked', () => {
  test('what it proved proves nothing any more, and the session has another id', async () => {
    const { person } = await site.linked();
    site.federation.person = { ...person, ...BY_MAILBOX };
    const browser = site.visitor();
    await site.pass(browser);
    const before = await site.dependencies.db('web_sessions').pluck('sid');
    await browser.submit(`${ACCOUNT}/delier`, {}, ACCOUNT);
    expect(await isIn(browser)).toBe(true);
    const [session] = await site.dependencies.db('web_sessions').whereNotIn('sid', before);
    expect(session.sess.proofs).toEqual({});
    expect((await browser.get('/mon-compte/confirmer')).text).not.toContain('Confirmer avec ProConnect');
  });

  test('between the look and the sign-in, it lets nobody in', async () => {
    const { browser, user } = await site.linked();
    const { db } = site.dependencies;
    const late = site.visitor();
    const { headers } = await late.get(PAGE);
    const back = await site.federation.pass(headers.location as string);
    // The use of the identity waits for its row: whose it is has been read by then.
    const [answer] = await allWaitingFor(
      db,
      { sql: 'select id from federated_identities where user_id = ? for update', binding: user.id },
      [() => late.get(back)],
      async (holder) => {
        await holder('federated_identities').where({ user_id: user.id }).delete();
        await holder('users').where({ id: user.id }).increment('session_generation', 1);
      },
    );
    expect(answer?.headers.location).toBe(`${PAGE}/ferme`);
    expect(await isIn(late)).toBe(false);
    expect(await isIn(browser)).toBe(false);
  });
});

describe('the way there', () => {
  test.each([1_000, 2_500, 4_000])(
    'keeps an address of %i characters, or « Accueil », never too long a cookie',
    async (length) => {
      await site.linked();
      const next = `/aide?q=${'a'.repeat(length - 8)}`;
      const browser = site.visitor();
      const { headers } = await browser.get(`${PAGE}?suite=${encodeURIComponent(next)}`);
      const [cookie = ''] = ([headers['set-cookie']].flat() as string[]).filter((one) =>
        one?.startsWith('proconnect-'),
      );
      expect(cookie.split(';')[0]?.length).toBeLessThanOrEqual(4096);
      const back = await browser.get(await site.federation.pass(headers.location as string));
      expect(back.headers.location).toBe(length > 3_000 ? '/' : next);
    },
  );

  test('lets a whole institution through, and counts what fails', async () => {
    const { person } = await site.linked();
    expect(person.email).toBeDefined();
    for (let turn = 0; turn < 130; turn += 1) await site.visitor().get(PAGE);
    expect((await site.pass(site.visitor(), '/aide')).headers.location).toBe('/aide');
    const left = await site.dependencies.db('rate_limits').where('key', 'like', 'proconnect:%');
    expect(left.map(({ points }) => points)).toEqual([0]);
    for (let turn = 0; turn < 120; turn += 1) await site.visitor().get(`${PAGE}/retour?state=x&code=y`);
    expect((await site.visitor().get(`${PAGE}/retour?state=x&code=y`)).status).toBe(429);
  });

  test('an answer that is not to be believed is in the journal', async () => {
    await site.linked();
    site.federation.fault = 'other_key';
    await site.pass(site.visitor());
    site.federation.fault = undefined;
    const entries = await journalOf(site.dependencies.db, 'session.refused');
    expect(entries.at(-1)?.details).toEqual({ because: 'proconnect' });
  });
});

test('the password opens the account as before', async () => {
  const { user } = await site.linked();
  const browser = site.visitor();
  await browser.submit('/connexion', { identifiant: user.email, mot_de_passe: TEST_PASSWORD });
  expect(await isIn(browser)).toBe(true);
});
