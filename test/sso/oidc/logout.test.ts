import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { auth } from 'express-openid-connect';
import { createRemoteJWKSet, jwtVerify, SignJWT } from 'jose';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliverLogouts } from '#sso/logout/deliver.ts';
import { followVisits } from '#sso/visits/service.ts';
import type { Visitor } from '../../support/app.ts';
import { HOUR } from '../../support/database.ts';
import { type Listener, startListener } from '../../support/listener.ts';
import { createClient, createOidcSite, land, type OidcSite, TestClient } from '../../support/oidc.ts';
import { createUser, type TestUser } from '../../support/people.ts';
import { HttpVisitor } from '../../support/process.ts';
import { visitsIn } from '../../support/sso.ts';

let site: OidcSite;
let person: TestUser;
let listener: Listener;
beforeAll(async () => {
  site = await createOidcSite();
  person = await createUser(site.dependencies.db);
  listener = await startListener();
});
afterAll(async () => {
  await listener.close();
  await site.close();
});

const BACK = 'https://app.example/parti';
const registered = () =>
  createClient(site.dependencies, {
    addresses: {
      redirect: ['https://app.example/retour'],
      post_logout: [BACK],
      backchannel: [`${listener.url}/fin`],
    },
  });
const isSignedIn = async (browser: Visitor) => (await browser.get('/mon-compte')).status === 200;
const endUrl = (fields: Record<string, string>) => `/oidc/session/end?${new URLSearchParams(fields)}`;

describe('a service signs its visitor out of the portal', () => {
  test('without a question, by the token of this session, and comes back', async () => {
    const client = await TestClient.of(site, await registered());
    const browser = await site.signedIn(person.email);
    const { id_token = '' } = await client.signIn(browser);
    const url = openid.buildEndSessionUrl(client.config, {
      id_token_hint: id_token,
      post_logout_redirect_uri: BACK,
      state: 'a&b c',
    });
    const { status, headers } = await browser.get(url.pathname + url.search);
    expect(status).toBe(303);
    expect(headers.location).toBe(`${BACK}?state=a%26b%20c`);
    expect(await isSignedIn(browser)).toBe(false);
  });

  test('by a token that has long run out', async () => {
    const client = await TestClient.of(site, await registered());
    const browser = await site.signedIn(person.email);
    const { id_token = '' } = await client.signIn(browser);
    const now = Date.now;
    Date.now = () => now() + 13 * HOUR;
    site.clock.advance(13 * HOUR);
    try {
      const url = endUrl({ id_token_hint: id_token, post_logout_redirect_uri: BACK });
      const { status, headers, text } = await browser.get(url);
      expect([status, headers.location, text]).toEqual([303, BACK, expect.anything()]);
    } finally {
      Date.now = now;
    }
  });

  test('without a session: the same way back', async () => {
    const { service } = await registered();
    const { headers } = await site
      .visitor()
      .get(endUrl({ client_id: service.key, post_logout_redirect_uri: BACK }));
    expect(headers.location).toBe(BACK);
    expect((await site.visitor().get('/oidc/session/end')).headers.location).toBe('/connexion');
  });

  test('asks first where it shows no token of this session', async () => {
    const { service } = await registered();
    const browser = await site.signedIn(person.email);
    const wish = { client_id: service.key, post_logout_redirect_uri: BACK, state: 'x' };
    const { status, text, headers } = await browser.get(endUrl(wish));
    expect(status).toBe(200);
    expect(text).toContain(`${service.name} demande à fermer votre session`);
    expect(headers['content-security-policy']).toContain("form-action 'self' https://app.example;");
    expect(await isSignedIn(browser)).toBe(true);
    const done = await browser.submit('/oidc/session/end/confirm', wish, endUrl(wish));
    expect(done.headers.location).toBe(`${BACK}?state=x`);
    expect(await isSignedIn(browser)).toBe(false);
  });

  test('by a form of its own, as by an address', async () => {
    const client = await TestClient.of(site, await registered());
    const browser = await site.signedIn(person.email);
    const { id_token = '' } = await client.signIn(browser);
    const wish = { id_token_hint: id_token, post_logout_redirect_uri: BACK, state: 'a&b c', ailleurs: 'x' };
    // Another site's form brings neither token nor cookie.
    const sent = await site.visitor().post('/oidc/session/end', wish);
    expect([sent.status, sent.headers['set-cookie']]).toEqual([303, undefined]);
    const { pathname, search, searchParams } = new URL(sent.headers.location as string, site.url);
    expect([pathname, [...searchParams.keys()]]).toEqual([
      '/oidc/session/end',
      ['id_token_hint', 'post_logout_redirect_uri', 'state'],
    ]);
    expect((await browser.get(pathname + search)).headers.location).toBe(`${BACK}?state=a%26b%20c`);
    expect(await isSignedIn(browser)).toBe(false);
    const twice = await site.visitor().post('/oidc/session/end', { client_id: ['a', 'b'] });
    expect((await site.visitor().get(twice.headers.location as string)).status).toBe(400);
  });

  test('not by the token of another session, nor by one that is not ours', async () => {
    const known = await registered();
    const client = await TestClient.of(site, known);
    const other = await createUser(site.dependencies.db);
    const { id_token = '' } = await client.signIn(await site.signedIn(other.email));
    const browser = await site.signedIn(person.email);
    const shown = await browser.get(endUrl({ id_token_hint: id_token, post_logout_redirect_uri: BACK }));
    expect(shown.status).toBe(200);
    const forged = await new SignJWT({ sid: 'x' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(site.url)
      .setAudience(known.service.key)
      .sign(new TextEncoder().encode('kept as a hash, and long enough to sign'));
    for (const hint of [forged, 'abc', `${id_token.slice(0, -3)}AAA`])
      expect(
        (await browser.get(endUrl({ id_token_hint: hint, post_logout_redirect_uri: BACK }))).status,
      ).toBe(400);
    expect(await isSignedIn(browser)).toBe(true);
  });

  test.each([
    'https://app.example/parti/ailleurs',
    'https://app.example/parti?x',
    'https://app.example.evil.example/parti',
    'https://app.example@evil.example/parti',
    'http://app.example/parti',
    '//evil.example',
    'javascript:alert(1)',
    'https://APP.example/parti',
  ])('goes to no address that is not registered: %s', async (address) => {
    const { service } = await registered();
    const browser = await site.signedIn(person.email);
    const wish = { client_id: service.key, post_logout_redirect_uri: address };
    const { status, text, headers } = await browser.get(endUrl(wish));
    expect([status, headers.location]).toEqual([400, undefined]);
    expect(text).toContain('n’est pas enregistrée');
    expect(
      (await browser.get(endUrl({ ...wish, post_logout_redirect_uri: address + 'x'.repeat(5_000) }))).text,
    ).not.toContain('x'.repeat(201));
    expect((await browser.submit('/oidc/session/end/confirm', wish, '/mon-compte')).status).toBe(400);
    expect(await isSignedIn(browser)).toBe(true);
  });

  test('an address without a service leads nowhere, one given twice is refused', async () => {
    const browser = await site.signedIn(person.email);
    const { text } = await browser.get(endUrl({ post_logout_redirect_uri: 'https://evil.example/' }));
    expect(text).toContain('Un site demande à fermer votre session');
    const done = await browser.submit(
      '/oidc/session/end/confirm',
      { post_logout_redirect_uri: 'https://evil.example/' },
      '/mon-compte',
    );
    expect(done.headers.location).toBe('/connexion');
    expect((await site.visitor().get('/oidc/session/end?client_id=a&client_id=b')).status).toBe(400);
  });
});

describe('the portal tells services of the end', () => {
  test('by a token that it has signed, of that session alone', async () => {
    const known = await registered();
    const client = await TestClient.of(site, known);
    const browser = await site.signedIn(person.email);
    const tokens = await client.signIn(browser);
    await deliverLogouts(site.dependencies);
    listener.heard.length = 0;
    await browser.submit('/deconnexion', {}, '/mon-compte');
    await deliverLogouts(site.dependencies);
    const [{ body, headers } = { body: '', headers: {} }] = listener.heard;
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    const token = new URLSearchParams(body).get('logout_token') ?? '';
    const { payload, protectedHeader } = await jwtVerify(
      token,
      createRemoteJWKSet(new URL(`${site.url}/oidc/jwks`)),
      { issuer: site.url, audience: known.service.key, typ: 'logout+jwt', currentDate: site.clock.now() },
    );
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toMatchObject({
      sid: tokens.claims()?.sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      jti: expect.any(String),
    });
    // Neither whose it is, which would end their other sessions, nor what would let it pass for an ID token.
    expect(payload.sub).toBeUndefined();
    expect(payload.nonce).toBeUndefined();
    const [visit] = await visitsIn(site.dependencies.db, { service_id: known.service.id });
    expect(visit).toMatchObject({ because: 'signed_out', delivered_at: expect.any(Date) });
  });

  test('when the session is idle too long, or over', async () => {
    const known = await registered();
    const client = await TestClient.of(site, known);
    await client.signIn(await site.signedIn(person.email));
    site.clock.advance(13 * HOUR);
    await followVisits(site.dependencies);
    const [visit] = await visitsIn(site.dependencies.db, { service_id: known.service.id });
    expect(visit).toMatchObject({ because: 'session_over' });
  });
});

describe('express-openid-connect', () => {
  let server: Server;
  let known: Awaited<ReturnType<typeof createClient>>;
  let own: string;
  beforeAll(async () => {
    server = createServer().listen(0, 'localhost');
    await once(server, 'listening');
    own = `http://localhost:${(server.address() as AddressInfo).port}`;
    known = await createClient(site.dependencies, {
      addresses: {
        redirect: [`${own}/callback`],
        post_logout: [own],
        backchannel: [`${own}/backchannel-logout`],
      },
    });
    const sessions = new Map<string, unknown>();
    const store = {
      get: (id: string, done: (error: unknown, found?: unknown) => void) => done(null, sessions.get(id)),
      set: (id: string, data: unknown, done: (error?: unknown) => void) => {
        sessions.set(id, data);
        done();
      },
      destroy: (id: string, done: (error?: unknown) => void) => {
        sessions.delete(id);
        done();
      },
    };
    const app = express();
    app.use(
      auth({
        issuerBaseURL: site.url,
        baseURL: own,
        clientID: known.service.key,
        clientSecret: known.secret,
        secret: 'a secret of the service, which is long enough',
        authorizationParams: { response_type: 'code', scope: 'openid profile email' },
        idpLogout: true,
        session: { store: store as never },
        backchannelLogout: true,
      }),
    );
    app.get('/', (req, res) => void res.json(req.oidc.idTokenClaims));
    app.get('/qui', async (req, res) => void res.json(await req.oidc.fetchUserInfo()));
    server.on('request', app);
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  /** Somebody signed in at the portal who opens the service. */
  async function enter(): Promise<{ browser: Visitor; there: HttpVisitor }> {
    const browser = await site.signedIn(person.email);
    const there = new HttpVisitor(own);
    const asked = new URL((await there.get('/')).headers.get('location') ?? '');
    const back = new URL(await land(browser, asked.pathname + asked.search));
    expect((await there.get(back.pathname + back.search)).status).toBe(302);
    return { browser, there };
  }

  test('signs people in, and reads who they are', async () => {
    const { there } = await enter();
    expect(await (await there.get('/')).json()).toMatchObject({ iss: site.url, sid: expect.any(String) });
    expect(await (await there.get('/qui')).json()).toMatchObject({ email: person.email });
  });

  test('signs them out of the portal, and has them back', async () => {
    const { browser, there } = await enter();
    const url = new URL((await there.get('/logout')).headers.get('location') ?? '');
    const { headers } = await browser.get(url.pathname + url.search);
    expect(headers.location).toBe(own);
    expect(await isSignedIn(browser)).toBe(false);
  });

  test('hears that they have signed out of the portal, in that browser only', async () => {
    const [one, two] = [await enter(), await enter()];
    await one.browser.submit('/deconnexion', {}, '/mon-compte');
    await deliverLogouts(site.dependencies);
    expect((await one.there.get('/')).status).toBe(302);
    expect((await two.there.get('/')).status).toBe(200);
  });
});
