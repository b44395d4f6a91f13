import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import httpCasClient from 'http-cas-client';
import passport from 'passport';
import { Strategy } from 'passport-cas';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure, createUser, TEST_PASSWORD, type TestUser } from '../../support/people.ts';
import { HttpVisitor } from '../../support/process.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { createService, visitsIn } from '../../support/sso.ts';
import { structureOf } from '../../support/structures.ts';

/** Services as others have made them, on an origin of their own, signed in to by a browser that keeps cookies of both. */
let site: TestSite;
let portal: string;
let user: TestUser;
let siret: string;
const servers: Server[] = [];
beforeAll(async () => {
  site = await createTestSite();
  portal = await listen(site.app);
  const { db } = site.dependencies;
  const structure = await createStructure(db);
  siret = (await structureOf(db, structure)).siret;
  user = await createUser(db, {
    firstName: 'Zoé',
    lastName: 'O’Brien & <b>',
    affiliations: { [structure]: ['hr_validator'] },
  });
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await site.close();
});
beforeEach(() => forgetAttempts(site.dependencies.db));

/** @returns the address of a server that answers so */
async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

const register = (service: string, more: { may_proxy?: boolean } = {}) =>
  createService(site.dependencies.db, {
    fields: more,
    addresses: { cas: [`${service}/`], proxy_callback: [`${service}/`] },
    rights: ['hr_validator'],
  });

/** A browser that goes from one origin to the other, as redirects lead it. */
class Browser {
  readonly #at = new Map<string, HttpVisitor>();
  visitor(origin: string): HttpVisitor {
    const visitor = this.#at.get(origin) ?? new HttpVisitor(origin);
    this.#at.set(origin, visitor);
    return visitor;
  }
  /** @returns the page where the redirects end */
  async open(address: string): Promise<{ url: URL; status: number; text: string }> {
    let url = new URL(address);
    for (let steps = 0; steps < 12; steps += 1) {
      const response = await this.visitor(url.origin).get(url.pathname + url.search);
      const location = response.headers.get('location');
      if (!location) return { url, status: response.status, text: await response.text() };
      url = new URL(location, url);
    }
    throw new Error(`turns in circles at ${url}`);
  }
  /** Opens a page of a service, and signs in on the way. */
  async signIn(address: string, path = '/connexion', fields: Record<string, string> = {}) {
    const { url } = await this.open(address);
    expect(url.origin + url.pathname).toBe(portal + path);
    const suite = url.searchParams.get('suite') ?? '';
    const given = path === '/connexion' ? { identifiant: user.email, mot_de_passe: TEST_PASSWORD } : fields;
    const response = await this.visitor(portal).submit(
      path,
      { suite, suite_verification: suite, ...given },
      url.pathname + url.search,
    );
    return this.open(new URL(response.headers.get('location') ?? '', portal).href);
  }
}

describe('http-cas-client', () => {
  type Options = Parameters<typeof httpCasClient>[0];
  interface SignedIn extends IncomingMessage {
    principal: { user: string; attributes: Record<string, string | string[]> };
    ticket: { request: { get(url: string): Promise<{ data: string }> }; pgt?: string };
  }

  /** A service whose every page says who is there. */
  async function start(
    client: Options['client'] = {},
    cas: 2 | 3 = 3,
    more: { may_proxy?: boolean } = {},
  ): Promise<string> {
    let handler: ReturnType<typeof httpCasClient> | undefined;
    const url = await listen(async (req, res) => {
      const isIn = await handler?.(req, res, {}).catch((error: unknown) => {
        res.statusCode = 500;
        res.write(String(error));
        return false;
      });
      res.end(isIn ? JSON.stringify((req as SignedIn).principal) : undefined);
    });
    const own = Object.fromEntries(
      Object.entries(client).map(([name, value]) => [
        name,
        name === 'proxy' ? { callbackUrl: `${url}/pgt`, receptorUrl: '/pgt' } : value,
      ]),
    );
    handler = httpCasClient({
      cas,
      casServerUrlPrefix: `${portal}/cas`,
      serverName: url,
      client: { slo: true, ...own },
    });
    await register(url, more);
    return url;
  }

  test('signs somebody in, with what the service is told of them, and out when the portal says so', async () => {
    const service = await start();
    const browser = new Browser();
    const { status, text, url } = await browser.signIn(`${service}/page?a=1&b=%C3%A9`);
    expect([status, url.href]).toEqual([200, `${service}/page?a=1&b=%C3%A9`]);
    expect(JSON.parse(text)).toMatchObject({
      user: user.email,
      attributes: { givenname: 'Zoé', sn: 'O’Brien & <b>', siret, droit: `${siret}:hr_validator` },
    });
    expect((await browser.open(`${service}/autre`)).url.href).toBe(`${service}/autre`);

    await browser.visitor(portal).submit('/deconnexion', {}, '/mes-structures');
    await site.runJobs();
    const [visit] = await visitsIn(site.dependencies.db, { logout_url: `${service}/page?a=1&b=%C3%A9` });
    expect(visit).toMatchObject({
      because: 'signed_out',
      delivered_at: expect.any(Date),
      sealed_ticket: null,
    });
    expect((await browser.open(`${service}/autre`)).url.pathname).toBe('/connexion');
  });

  test('opens a second service without a question', async () => {
    const [one, two] = [await start(), await start({}, 2)];
    const browser = new Browser();
    await browser.signIn(`${one}/`);
    expect(JSON.parse((await browser.open(`${two}/`)).text)).toEqual({ user: user.email });
  });

  test('lets a visitor pass by (gateway), and recognises whoever is signed in', async () => {
    const service = await start({ gateway: true });
    const browser = new Browser();
    const { status, url } = await browser.open(`${service}/`);
    expect([status, url.href]).toEqual([403, `${service}/?_g=1`]);
    await browser.signIn(`${portal}/`);
    expect(JSON.parse((await browser.open(`${service}/`)).text)).toMatchObject({ user: user.email });
  });

  test('asks again who is there (renew)', async () => {
    const service = await start({ renew: true });
    const browser = new Browser();
    await browser.signIn(`${portal}/`);
    const { status, text } = await browser.signIn(`${service}/`, '/mon-compte/confirmer', {
      verification: TEST_PASSWORD,
    });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ user: user.email });
  });

  test('takes a ticket to ask for others with', async () => {
    const service = await start({ proxy: {} }, 3, { may_proxy: true });
    const { status, text } = await new Browser().signIn(`${service}/`);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ user: user.email });
    expect(
      await site.dependencies.db('sso_tickets').where({ kind: 'granting', service_url: `${service}/pgt` }),
    ).toHaveLength(1);
  });
});

describe('passport-cas', () => {
  async function start(version: 'CAS1.0' | 'CAS3.0'): Promise<string> {
    const authenticator = new passport.Passport();
    const app = express();
    const url = await listen(app);
    authenticator.use(
      new Strategy({ version, ssoBaseURL: `${portal}/cas`, serverBaseURL: url }, (profile, done) =>
        done(null, { profile }),
      ),
    );
    // It asks for parameters as Express 4 gave them.
    app.use((req, _res, next) => {
      Object.assign(req, { param: (name: string) => req.query[name] });
      next();
    });
    app.get(
      '/entrer',
      authenticator.authenticate('cas', { session: false }),
      (req, res) => void res.json(req.user),
    );
    await register(url);
    return url;
  }

  test('by 3.0, with attributes in lower case', async () => {
    const service = await start('CAS3.0');
    const { status, text } = await new Browser().signIn(`${service}/entrer?a=%20b`);
    expect(status).toBe(200);
    expect(JSON.parse(text).profile).toMatchObject({
      user: user.email,
      attributes: { displayname: 'Zoé O’Brien & <b>', siret, isfromnewlogin: 'true' },
    });
  });
  test('by 1.0', async () => {
    const service = await start('CAS1.0');
    expect(JSON.parse((await new Browser().signIn(`${service}/entrer`)).text)).toEqual({
      profile: user.email,
    });
  });
});
