import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashToken } from '#platform/security/secrets.ts';
import { forgetOldRecords } from '#sso/oidc/adapter.ts';
import { HOUR } from '../../support/database.ts';
import {
  createClient,
  createOidcSite,
  createSecret,
  land,
  type OidcSite,
  TestClient,
} from '../../support/oidc.ts';
import {
  closeAccount,
  createStructure,
  createUser,
  reopenAccount,
  type TestUser,
  takeRight,
} from '../../support/people.ts';
import { setService, visitsIn } from '../../support/sso.ts';

let site: OidcSite;
let person: TestUser;
let registered: Awaited<ReturnType<typeof createClient>>;
let client: TestClient;
beforeAll(async () => {
  site = await createOidcSite();
  person = await createUser(site.dependencies.db);
  registered = await createClient(site.dependencies);
  client = await TestClient.of(site, registered);
});
afterAll(() => site.close());

const browser = () => site.signedIn(person.email);

/** Calls an address as the service does. */
async function call(path: string, fields: Record<string, string>, secret = registered.secret) {
  const response = await fetch(site.url + path, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${registered.service.key}:${secret}`)}` },
    body: new URLSearchParams(fields),
  });
  const answer = (await response.json().catch(() => ({}))) as Record<string, string>;
  return { status: response.status, answer, headers: response.headers };
}

/** Brings a code, and what belongs to it. */
async function code(parameters: Record<string, string> = {}) {
  const begun = await client.begin(parameters);
  const landed = new URL(await land(await browser(), begun.path));
  return {
    grant_type: 'authorization_code',
    redirect_uri: client.redirectUri,
    code: landed.searchParams.get('code') ?? '',
    code_verifier: begun.verifier,
    error: landed.searchParams.get('error') ?? '',
  };
}
const userinfo = (token: string) =>
  fetch(`${site.url}/oidc/userinfo`, { headers: { authorization: `Bearer ${token}` } });

describe('PKCE', () => {
  test('is asked of everybody, and not « plain »', async () => {
    expect((await code({ code_challenge: '', code_challenge_method: '' })).error).toBe('invalid_request');
    expect((await code({ code_challenge_method: 'plain' })).error).toBe('invalid_request');
    expect((await code({ code_challenge_method: '' })).error).toBe('invalid_request');
  });

  test('a code is good with its verifier only', async () => {
    const { code_verifier, ...without } = await code();
    expect(await call('/oidc/token', without)).toMatchObject({
      status: 400,
      answer: { error: 'invalid_grant' },
    });
    const wrong = {
      ...without,
      code_verifier: `${code_verifier.slice(0, -1)}${code_verifier.endsWith('A') ? 'B' : 'A'}`,
    };
    expect((await call('/oidc/token', wrong)).answer.error).toBe('invalid_grant');
    expect((await call('/oidc/token', { ...without, code_verifier })).status).toBe(200);
  });
});

test('a code that comes twice ends all that came of it', async () => {
  const given = await code();
  const first = await call('/oidc/token', given);
  expect((await userinfo(first.answer.access_token ?? '')).status).toBe(200);
  expect((await call('/oidc/token', given)).answer.error).toBe('invalid_grant');
  expect((await userinfo(first.answer.access_token ?? '')).status).toBe(401);
  const [visit] = (await visitsIn(site.dependencies.db, { user_id: person.id })).slice(-1);
  expect(visit).toMatchObject({ because: 'service' });
});

test('a code of another service, or for another address, is none', async () => {
  const other = await createClient(site.dependencies);
  const given = await code();
  const theirs = await fetch(`${site.url}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${other.service.key}:${other.secret}`)}` },
    body: new URLSearchParams(given),
  });
  expect(theirs.status).toBe(400);
  expect((await call('/oidc/token', { ...given, redirect_uri: 'https://app.example/autre' })).status).toBe(
    400,
  );
});

test('a code is good for a minute', async () => {
  const given = await code();
  const now = Date.now;
  Date.now = () => now() + 61_000;
  const late = await call('/oidc/token', given).finally(() => {
    Date.now = now;
  });
  expect(late.answer.error).toBe('invalid_grant');
});

describe('secrets', () => {
  test('the one before lives on until its time is over', async () => {
    const { db } = site.dependencies;
    const end = new Date(site.clock.now().getTime() + HOUR);
    await db('service_secrets').where({ service_id: registered.service.id }).update({ expires_at: end });
    const next = await createSecret(site.dependencies, registered.service);
    expect((await call('/oidc/token', await code(), next)).status).toBe(200);
    expect((await call('/oidc/token', await code())).status).toBe(200);
    site.clock.advance(HOUR + 1);
    expect(await call('/oidc/token', await code())).toMatchObject({
      status: 401,
      answer: { error: 'invalid_client' },
    });
    registered = { ...registered, secret: next };
    client = await TestClient.of(site, registered);
  });

  test.each(['', 'kept as a hash', 'x'.repeat(43)])('« %s » is none', async (secret) => {
    expect((await call('/oidc/token', await code(), secret)).status).toBeGreaterThanOrEqual(400);
  });

  test('nor is what the database has of it', async () => {
    expect((await call('/oidc/token', await code(), hashToken(registered.secret))).status).toBe(401);
  });
});

describe('a token hears of nobody who may no longer open the service', () => {
  test('neither of a closed account, nor of a right that is gone', async () => {
    const { db } = site.dependencies;
    const structure = await createStructure(db);
    const colleague = await createUser(db, { affiliations: { [structure]: ['hr_validator'] } });
    const strict = await createClient(site.dependencies, {
      fields: { opens_to: 'rights' },
      rights: ['hr_validator'],
    });
    const theirs = await TestClient.of(site, strict);
    const theirBrowser = await site.signedIn(colleague.email);
    const { access_token } = await theirs.signIn(theirBrowser);
    expect((await userinfo(access_token)).status).toBe(200);
    await closeAccount(db, colleague.id, new Date());
    expect((await userinfo(access_token)).status).toBe(401);
    await reopenAccount(db, colleague.id);
    const begun = await theirs.begin();
    const landed = await land(theirBrowser, begun.path);
    await takeRight(db, 'hr_validator', { user_id: colleague.id });
    expect((await userinfo(access_token)).status).toBe(401);
    await expect(theirs.finish(begun, landed)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('nor of somebody who entered without the second factor that the service wants since', async () => {
    const { db } = site.dependencies;
    const loose = await createClient(site.dependencies);
    const theirs = await TestClient.of(site, loose);
    const theirBrowser = await browser();
    const { access_token } = await theirs.signIn(theirBrowser);
    const begun = await theirs.begin();
    const landed = await land(theirBrowser, begun.path);
    expect((await userinfo(access_token)).status).toBe(200);
    await setService(db, loose.service.id, { needs_second_factor: true });
    expect((await userinfo(access_token)).status).toBe(401);
    await expect(theirs.finish(begun, landed)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('once the person has signed out', async () => {
    const theirs = await browser();
    const { access_token } = await client.signIn(theirs);
    const begun = await client.begin();
    const landed = await land(theirs, begun.path);
    await theirs.submit('/deconnexion', {}, '/mon-compte');
    expect((await userinfo(access_token)).status).toBe(401);
    await expect(client.finish(begun, landed)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('once the service has given it back', async () => {
    const { access_token } = await client.signIn(await browser());
    await openid.tokenRevocation(client.config, access_token);
    expect((await userinfo(access_token)).status).toBe(401);
  });
});

describe('a call of a service', () => {
  test('leaves no session and no cookie', async () => {
    const before = await site.dependencies.db('web_sessions').count();
    for (const path of ['/.well-known/openid-configuration', '/oidc/jwks', '/oidc/userinfo']) {
      const { headers } = await fetch(site.url + path, { headers: { cookie: 'session=s:x.y' } });
      expect(headers.get('set-cookie')).toBeNull();
    }
    const { headers } = await call('/oidc/token', {});
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('content-type')).toContain('json');
    expect(await site.dependencies.db('web_sessions').count()).toEqual(before);
  });

  test('finds what belongs to the portal, whatever host it names', async () => {
    const { port } = new URL(site.url);
    const { request } = await import('node:http');
    const discovered = await new Promise<string>((resolve) =>
      request(
        {
          port,
          host: 'localhost',
          path: 'http://evil.example/.well-known/openid-configuration',
          headers: {
            host: 'evil.example',
            'x-forwarded-host': 'evil.example',
            'x-forwarded-proto': 'https',
            'x-forwarded-port': '1',
          },
        },
        async (response) => resolve((await response.toArray()).join('')),
      ).end(),
    );
    const metadata = JSON.parse(discovered) as Record<string, unknown>;
    expect(discovered).not.toContain('evil');
    expect(metadata.issuer).toBe(site.url);
    for (const [name, address] of Object.entries(metadata))
      if (name.endsWith('_endpoint')) expect(String(address).startsWith(`${site.url}/oidc/`)).toBe(true);
    expect(metadata).toMatchObject({
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code'],
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  });

  test.each([
    '/oidc/introspection',
    '/oidc/registration',
    '/oidc/request',
    '/oidc/device_authorization',
    '/oidc/challenge',
  ])('finds nothing at %s', async (path) => {
    expect((await fetch(site.url + path, { method: 'POST' })).status).toBeGreaterThanOrEqual(403);
  });
});

test('what the database holds opens nothing', async () => {
  const given = await code();
  const { answer } = await call('/oidc/token', await code());
  const waiting = await site.visitor().get((await client.begin({ state: 'etat-secret' })).path);
  const uid = /interaction\/([\w-]+)/.exec(waiting.headers.location as string)?.[1] ?? '';
  const { rows } = await site.owner.raw(
    `select json_agg(t)::text as dump from (
       select to_json(r) from oidc_records r union all select to_json(s) from service_secrets s union all
       select to_json(k) from sso_keys k union all select to_json(v) from sso_visits v) t`,
  );
  const { dump } = rows[0] as { dump: string };
  expect(dump.length).toBeGreaterThan(1_000);
  for (const secret of [
    given.code,
    given.code_verifier,
    answer.access_token,
    registered.secret,
    uid,
    'etat-secret',
  ])
    expect(dump).not.toContain(String(secret));
  expect(dump).not.toMatch(/"d":|PRIVATE/);
});

test('what has run out is forgotten', async () => {
  await code();
  site.clock.advance(3 * HOUR);
  await forgetOldRecords(site.dependencies);
  expect(await site.dependencies.db('oidc_records')).toEqual([]);
});
