import * as openid from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codeAt } from '#identity/second-factor/totp.ts';
import { enrol, givePassword } from '../../identity/second-factor/people.ts';
import type { Visitor } from '../../support/app.ts';
import { HOUR } from '../../support/database.ts';
import { HOSTILE, REGISTERED } from '../../support/hostile-addresses.ts';
import { entriesDuring } from '../../support/journal.ts';
import { createClient, createOidcSite, land, type OidcSite, TestClient } from '../../support/oidc.ts';
import { createStructure, createUser, TEST_PASSWORD, type TestUser } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { suspendService, visitsIn } from '../../support/sso.ts';
import { recordStatements } from '../../support/statements.ts';

let site: OidcSite;
let structure: number;
let person: TestUser;
beforeAll(async () => {
  site = await createOidcSite();
  const { db } = site.dependencies;
  structure = await createStructure(db, { name: 'Les Pins' });
  person = await createUser(db, {
    firstName: 'Ana',
    lastName: 'Roy',
    affiliations: { [structure]: ['referent'] },
  });
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

const known = (options: Parameters<typeof createClient>[1] = {}) => createClient(site.dependencies, options);
const client = async (options: Parameters<typeof createClient>[1] = {}) =>
  TestClient.of(site, await known(options));
/** What the service hears instead of a code. */
const errorAt = (landed: string) => new URL(landed).searchParams.get('error');
/** Opens an address, and follows what leads on within the portal, to a page. */
async function page(browser: Visitor, path: string): Promise<{ path: string; status: number; text: string }> {
  const { status, headers, text } = await browser.get(path);
  const url = headers.location && new URL(headers.location, site.url);
  if (!url) return { path, status, text };
  if (url.origin !== site.url) throw new Error(`left for ${url}`);
  return page(browser, url.pathname + url.search);
}
const suiteIn = (path: string) => new URL(path, site.url).searchParams.get('suite') ?? '';

test('somebody signed in enters, and the service is told what it may know', async () => {
  const { db } = site.dependencies;
  const registered = await known({ rights: ['referent'] });
  const rafael = await TestClient.of(site, registered);
  const tokens = await rafael.signIn(await site.signedIn(person.email));
  const claims = tokens.claims();
  const info = await openid.fetchUserInfo(rafael.config, tokens.access_token, String(claims?.sub));
  expect(info).toMatchObject({
    email: person.email,
    email_verified: true,
    name: 'Ana Roy',
    given_name: 'Ana',
    family_name: 'Roy',
    structures: [{ name: 'Les Pins', rights: ['referent'] }],
  });
  const [visit] = await visitsIn(db, { service_id: registered.service.id });
  expect(claims).toMatchObject({
    sid: visit?.oidc_sid,
    acr: 'urn:cap-metiers:acr:1',
    amr: ['pwd'],
    aud: registered.service.key,
    auth_time: Math.floor(site.clock.now().getTime() / 1000),
  });
  // Neither the claims of the person, nor a moment before which the token would be refused (a clock that goes ahead).
  expect(claims).not.toHaveProperty('email');
  expect(claims).not.toHaveProperty('nbf');
  expect(Number.isInteger(claims?.iat) && Number(claims?.iat) <= Date.now() / 1000).toBe(true);
  expect(visit).toMatchObject({ protocol: 'oidc', closed_at: null, user_id: person.id });
});

test('a sign-in takes eight statements: what belongs together is read together', async () => {
  const registered = await known();
  const rafael = await TestClient.of(site, registered);
  const browser = await site.signedIn(person.email);
  const whole = async () => {
    const tokens = await rafael.signIn(browser);
    await openid.fetchUserInfo(rafael.config, tokens.access_token, String(tokens.claims()?.sub));
  };
  expect((await recordStatements(whole)).length).toBeLessThanOrEqual(8);
  // The second time the visit is there, and no other one opens.
  expect((await recordStatements(whole)).length).toBeLessThanOrEqual(8);
  expect(
    await visitsIn(site.dependencies.db, { user_id: person.id, service_id: registered.service.id }),
  ).toHaveLength(1);
});

test('scopes that are not asked for, and what the registry does not give, stay here', async () => {
  const rafael = await client({ attributes: { mail: 'mail', sn: 'sn' } });
  const browser = await site.signedIn(person.email);
  const told = async (scope: string) => {
    const tokens = await rafael.signIn(browser, { scope });
    const info = await openid.fetchUserInfo(rafael.config, tokens.access_token, String(tokens.claims()?.sub));
    return Object.keys(info).sort();
  };
  expect(await told('openid')).toEqual(['sub']);
  expect(await told('openid profile email structures offline_access')).toEqual([
    'email',
    'email_verified',
    'family_name',
    'sub',
  ]);
});

test('a visitor signs in on the way, named to whom; a second service opens without a question', async () => {
  const browser = site.visitor();
  const [first, second] = [await client(), await client()];
  const begun = await first.begin();
  const asked = await page(browser, begun.path);
  expect(asked.path).toMatch(/^\/connexion\?suite=%2Foidc%2Finteraction%2F/);
  expect(asked.text).toMatch(/Service \d+/);
  const signedIn = await givePassword(browser, person.email, suiteIn(asked.path));
  const tokens = await first.finish(begun, await land(browser, signedIn.headers.location as string));
  const again = await second.signIn(browser);
  expect(again.claims()?.sub).toBe(tokens.claims()?.sub);
  expect(again.claims()?.sid).not.toBe(tokens.claims()?.sid);
});

test('the forms on the way lead to the service that waits, and to no other', async () => {
  const browser = site.visitor();
  const rafael = await client();
  const asked = await page(browser, (await rafael.begin()).path);
  const { headers } = await browser.get(asked.path);
  expect(headers['content-security-policy']).toContain("form-action 'self' https://app.example;");
  expect((await browser.get('/connexion')).headers['content-security-policy']).toContain(
    "form-action 'self';",
  );
});

test('a visit is the same each time within a session, and told of in the journal once', async () => {
  const registered = await known();
  const rafael = await TestClient.of(site, registered);
  const browser = await site.signedIn(person.email);
  let sids: unknown[] = [];
  const entries = await entriesDuring(site.dependencies.db, async () => {
    sids = [await rafael.signIn(browser), await rafael.signIn(browser)].map((one) => one.claims()?.sid);
  });
  expect(sids[0]).toBe(sids[1]);
  expect(entries.filter(({ action }) => action === 'service.opened')).toHaveLength(1);
  const elsewhere = await rafael.signIn(await site.signedIn(person.email));
  expect(elsewhere.claims()?.sid).not.toBe(sids[0]);
});

describe('who may not enter', () => {
  test('is told why and whom to ask, and is sent nowhere', async () => {
    const { db } = site.dependencies;
    const colleague = await createUser(db, { affiliations: { [structure]: [] } });
    const rafael = await client({ fields: { opens_to: 'rights' }, rights: ['of_catalogue'] });
    const browser = await site.signedIn(colleague.email);
    let shown = { status: 0, text: '', path: '' };
    const begun = await rafael.begin();
    const entries = await entriesDuring(db, async () => {
      shown = await page(browser, begun.path);
    });
    expect(shown.status).toBe(403);
    expect(shown.text).toContain('un de ces droits');
    expect(shown.text).toContain('<strong>Ana Roy</strong>, Les Pins');
    expect(entries).toMatchObject([{ action: 'service.refused', details: { because: 'right' } }]);
    expect(errorAt(await land(browser, (await rafael.begin({ prompt: 'none' })).path))).toBe('access_denied');
  });

  test('with a service suspended: its name and that it is closed to all', async () => {
    const registered = await known();
    const rafael = await TestClient.of(site, registered);
    const browser = await site.signedIn(person.email);
    const begun = await rafael.begin();
    const code = await land(browser, begun.path);
    await suspendService(site.dependencies.db, registered.service.id, site.clock.now());
    const shown = await page(browser, (await rafael.begin()).path);
    expect(shown).toMatchObject({
      status: 403,
      text: expect.stringContaining(`L’accès à ${registered.service.name} est suspendu`),
    });
    await expect(rafael.finish(begun, code)).rejects.toMatchObject({ error: 'invalid_client' });
  });

  test.each([
    ['https://app.example.evil.example/retour'],
    ['https://app.example/retour/plus'],
    ['https://app.example/retour?x=1'],
    ['https://app.example:444/retour'],
    ['http://app.example/retour'],
    ['https://app.example@evil.example/retour'],
    ['https://evil.example\\@app.example/retour'],
    ['https://app.example/%72etour'],
    ['https://APP.example/retour'],
    ['https://app.example/x/../retour'],
    ['https://app.example/retour#x'],
    ['//evil.example/retour'],
    ['javascript:alert(1)'],
    [''],
  ])('comes back to no other address: %s', async (redirect_uri) => {
    const rafael = await client();
    const shown = await page(await site.signedIn(person.email), (await rafael.begin({ redirect_uri })).path);
    expect(shown.status).toBe(400);
  });

  describe('nor leaves for one that could be taken for its own', () => {
    let browser: Visitor;
    let registered: Awaited<ReturnType<typeof known>>;
    let itsClient: TestClient;
    beforeAll(async () => {
      registered = await known({ addresses: { redirect: [REGISTERED], post_logout: [REGISTERED] } });
      itsClient = await TestClient.of(site, registered);
      browser = await site.signedIn(person.email);
    });
    test.each(HOSTILE)('%j', async (address) => {
      for (const one of [browser, site.visitor()]) {
        const { path } = await itsClient.begin({ redirect_uri: address });
        const { status, headers } = await one.get(path);
        expect([status, headers.location]).toEqual([400, undefined]);
        // An empty one is none: nobody is led anywhere.
        if (address === '') continue;
        const wish = new URLSearchParams({
          client_id: registered.service.key,
          post_logout_redirect_uri: address,
        });
        const left = await one.get(`/oidc/session/end?${wish}`);
        expect([left.status, left.headers.location]).toEqual([400, undefined]);
      }
    });
    test('but for the registered one', async () => {
      expect(await land(browser, (await itsClient.begin()).path)).toMatch(
        /^https:\/\/app\.example\.org\/cas\?code=/,
      );
    });
  });

  test('an unknown service is nobody', async () => {
    const { path } = await (await client()).begin();
    const shown = await page(site.visitor(), path.replace(/client_id=[^&]+/, 'client_id=personne'));
    expect(shown).toMatchObject({ status: 400, text: expect.stringContaining('n’est pas enregistré') });
  });
});

describe('without a page in between (prompt=none)', () => {
  test('a visitor is not asked', async () => {
    const begun = await (await client()).begin({ prompt: 'none' });
    expect(errorAt(await land(site.visitor(), begun.path))).toBe('login_required');
  });

  test('somebody signed in enters; not in the place of another', async () => {
    const rafael = await client();
    const other = await createUser(site.dependencies.db);
    const browser = await site.signedIn(person.email);
    const tokens = await rafael.signIn(browser, { prompt: 'none' });
    const hint = { prompt: 'none', id_token_hint: String(tokens.id_token) };
    expect(errorAt(await land(browser, (await rafael.begin(hint)).path))).toBeNull();
    const theirs = await site.signedIn(other.email);
    expect(errorAt(await land(theirs, (await rafael.begin(hint)).path))).toBe('login_required');
  });
});

describe('how sure the portal is of who it is', () => {
  test('a service that wants a second factor has it given, and hears so', async () => {
    const rafael = await client({ fields: { needs_second_factor: true } });
    const { email } = await createUser(site.dependencies.db);
    const browser = await site.signedIn(email);
    expect(errorAt(await land(browser, (await rafael.begin({ prompt: 'none' })).path))).toBe(
      'interaction_required',
    );
    const begun = await rafael.begin();
    expect((await page(browser, begun.path)).path).toMatch(/^\/mon-compte\/double-authentification\?suite=/);
    await enrol(site, browser);
    const tokens = await rafael.signIn(browser);
    expect(tokens.claims()).toMatchObject({ acr: 'urn:cap-metiers:acr:2', amr: ['pwd', 'otp', 'mfa'] });
  });

  /** Gives the password once more where the service has it asked for. */
  async function proveAgain(browser: Visitor, asked: { path: string }): Promise<string> {
    site.clock.advance(1_000);
    const suite = suiteIn(asked.path);
    const done = await browser.submit(
      '/mon-compte/confirmer',
      { verification: TEST_PASSWORD, suite_verification: suite },
      asked.path,
    );
    return done.headers.location as string;
  }

  test('prompt=login asks again, however lately it was proved, each time', async () => {
    const rafael = await client();
    const browser = await site.signedIn(person.email);
    for (const _time of [1, 2]) {
      const begun = await rafael.begin({ prompt: 'login' });
      site.clock.advance(1_000);
      const asked = await page(browser, begun.path);
      expect(asked.path).toMatch(/^\/mon-compte\/confirmer\?suite=/);
      site.clock.advance(1_000);
      const tokens = await rafael.finish(begun, await land(browser, await proveAgain(browser, asked)));
      expect(tokens.claims()?.auth_time).toBe(Math.floor(site.clock.now().getTime() / 1000));
    }
  });

  test('max_age asks again once that long has passed', async () => {
    const rafael = await client();
    const browser = await site.signedIn(person.email);
    await rafael.signIn(browser, { max_age: '600' });
    site.clock.advance(601_000);
    const begun = await rafael.begin({ max_age: '600' });
    const asked = await page(browser, begun.path);
    expect(asked.path).toMatch(/^\/mon-compte\/confirmer/);
    await rafael.finish(begun, await land(browser, await proveAgain(browser, asked)));
    const at_once = await rafael.begin({ max_age: '0' });
    site.clock.advance(1_000);
    const again = await page(browser, at_once.path);
    await rafael.finish(at_once, await land(browser, await proveAgain(browser, again)));
  });

  test('a code of the application is told as one', async () => {
    const rafael = await client();
    const { email } = await createUser(site.dependencies.db);
    const { key } = await enrol(site, await site.signedIn(email));
    const browser = site.visitor();
    const begun = await rafael.begin();
    const asked = await page(browser, begun.path);
    const step = await givePassword(browser, email, suiteIn(asked.path));
    const codePage = step.headers.location as string;
    const done = await browser.submit(
      '/connexion/code',
      { code: codeAt(key, site.clock.now()), suite: suiteIn(codePage) },
      codePage,
    );
    const tokens = await rafael.finish(begun, await land(browser, done.headers.location as string));
    expect(tokens.claims()).toMatchObject({ acr: 'urn:cap-metiers:acr:2', amr: ['pwd', 'otp', 'mfa'] });
  });
});

describe('an address that is taken out of the registry while somebody is on the way', () => {
  test('gets no code, and is not named', async () => {
    const { db } = site.dependencies;
    const registered = await known();
    const rafael = await TestClient.of(site, registered);
    const browser = site.visitor();
    const asked = await page(browser, (await rafael.begin()).path);
    await db('service_addresses')
      .where({ service_id: registered.service.id, kind: 'redirect' })
      .update({ url: 'https://app.example/ailleurs' });
    const { headers } = await browser.get(asked.path);
    expect(headers['content-security-policy']).toContain("form-action 'self';");
    await givePassword(browser, person.email, suiteIn(asked.path));
    const resume = suiteIn(asked.path);
    for (const path of [resume, resume.replace('interaction', 'authorize')]) {
      const { status, text, headers: answer } = await browser.get(path);
      expect([status, answer.location]).toEqual([400, undefined]);
      expect(text).toContain('Cette demande a expiré');
    }
  });

  test('as an hour later nobody does', async () => {
    const rafael = await client();
    const browser = site.visitor();
    const asked = await page(browser, (await rafael.begin()).path);
    site.clock.advance(HOUR);
    await givePassword(browser, person.email);
    expect((await browser.get(suiteIn(asked.path))).status).toBe(400);
  });
});

test('whoever only looks (HEAD) is told nothing, and leaves nothing behind', async () => {
  const { db } = site.dependencies;
  const browser = await site.signedIn(person.email);
  const { path } = await (await client()).begin();
  const visits = (await visitsIn(db)).length;
  for (const address of [path, '/oidc/authorize/x', '/oidc/interaction/x', '/oidc/session/end'])
    expect((await browser.agent.head(address)).status).toBe(405);
  expect((await visitsIn(db)).length).toBe(visits);
  expect((await browser.get('/mon-compte')).status).toBe(200);
});

describe('several tabs', () => {
  test('two that wait at once each get a code of their own', async () => {
    const [one, two] = [await client(), await client()];
    const browser = site.visitor();
    const [first, second] = [await one.begin(), await two.begin()];
    const [pageOne, pageTwo] = [await page(browser, first.path), await page(browser, second.path)];
    const done = await givePassword(browser, person.email, suiteIn(pageTwo.path));
    await two.finish(second, await land(browser, done.headers.location as string));
    await one.finish(first, await land(browser, pageOne.path));
  });

  test('a tab of one person that another goes on with begins anew, for the other', async () => {
    const other = await createUser(site.dependencies.db);
    const rafael = await client();
    const browser = await site.signedIn(person.email);
    const begun = await rafael.begin({ prompt: 'login' });
    const asked = await page(browser, begun.path);
    const resume = suiteIn(asked.path);
    await browser.submit('/deconnexion', {}, '/mon-compte');
    await givePassword(browser, other.email);
    site.clock.advance(1_000);
    const ofOther = await page(browser, resume);
    expect(ofOther.path).toMatch(/^\/mon-compte\/confirmer/);
    expect(suiteIn(ofOther.path)).not.toBe(resume);
    const back = await page(browser, resume.replace('interaction', 'authorize'));
    expect(back.path).toMatch(/^\/mon-compte\/confirmer/);
    site.clock.advance(1_000);
    const done = await browser.submit(
      '/mon-compte/confirmer',
      { verification: TEST_PASSWORD, suite_verification: suiteIn(ofOther.path) },
      ofOther.path,
    );
    const tokens = await rafael.finish(begun, await land(browser, done.headers.location as string));
    const info = await openid.fetchUserInfo(rafael.config, tokens.access_token, String(tokens.claims()?.sub));
    expect(info.email).toBe(other.email);
  });

  test('one that waited too long says so', async () => {
    const shown = await page(await site.signedIn(person.email), '/oidc/interaction/abcdefghijklmnopqrstu');
    expect(shown).toMatchObject({ status: 400, text: expect.stringContaining('Cette demande a expiré') });
    const back = await page(await site.signedIn(person.email), '/oidc/authorize/abcdefghijklmnopqrstu');
    expect(back.status).toBe(400);
  });
});

test('a service that asks round and round is stopped, and no other', async () => {
  const [broken, sound] = [await client(), await client()];
  const browser = await site.signedIn(person.email);
  for (let round = 0; round < 10; round += 1) await land(browser, (await broken.begin()).path);
  const shown = await page(browser, (await broken.begin()).path);
  expect(shown).toMatchObject({ status: 429, text: expect.stringContaining('tourne en boucle') });
  await sound.signIn(browser);
});

test('hours later it opens again without a question', async () => {
  const rafael = await client();
  const browser = await site.signedIn(person.email);
  await rafael.signIn(browser);
  site.clock.advance(11 * HOUR);
  await rafael.signIn(browser);
  site.clock.advance(2 * HOUR);
  expect((await page(browser, (await rafael.begin()).path)).path).toMatch(/^\/connexion/);
});

test('an answer as a form may be posted to the service', async () => {
  const { path } = await (await client()).begin({ response_mode: 'form_post' });
  const { text, headers } = await (await site.signedIn(person.email)).get(path);
  expect(text).toContain('action="https://app.example/retour"');
  const policy = String(headers['content-security-policy']).split(';');
  expect(policy).toContain("form-action 'self' https://app.example");
  expect(policy.find((one) => one.startsWith('script-src'))).toMatch(/^script-src 'self' 'sha256-[^']+'$/);
});
