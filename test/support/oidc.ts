import { once } from 'node:events';
import { createServer } from 'node:http';
import * as openid from 'openid-client';
import { freePort } from '#demo/ports.ts';
import { hashToken, newToken } from '#platform/security/secrets.ts';
import type { Service } from '#sso/services/rules.ts';
import { createTestSite, type TestSite, type Visitor } from './app.ts';
import { createService } from './sso.ts';

/** The application at its public address, so that clients of OpenID Connect find it. */
export interface OidcSite extends TestSite {
  url: string;
}

/** Starts one. */
export async function createOidcSite(options: Parameters<typeof createTestSite>[0] = {}): Promise<OidcSite> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const site = await createTestSite({ ...options, environment: { PUBLIC_URL: url, ...options.environment } });
  const server = createServer(site.app).listen(port, 'localhost');
  await once(server, 'listening');
  return {
    ...site,
    url,
    async close() {
      server.close();
      server.closeAllConnections();
      await site.close();
    },
  };
}

/** A service with a secret, which nobody but its caller has. */
export async function createClient(
  { db }: TestSite['dependencies'],
  options: Parameters<typeof createService>[1] = {},
): Promise<{ service: Service; secret: string; redirectUri: string }> {
  const redirectUri = options.addresses?.redirect?.[0] ?? 'https://app.example/retour';
  const service = await createService(db, {
    ...options,
    addresses: { redirect: [redirectUri], ...options.addresses },
  });
  return { service, secret: await createSecret({ db }, service), redirectUri };
}

/** Gives a service another secret. @param expiresAt of one that is about to be replaced */
export async function createSecret(
  { db }: Pick<TestSite['dependencies'], 'db'>,
  { id }: Pick<Service, 'id'>,
  expiresAt: Date | null = null,
): Promise<string> {
  const secret = newToken();
  await db('service_secrets').insert({
    service_id: id,
    secret_hash: hashToken(secret),
    created_at: new Date(),
    expires_at: expiresAt,
  });
  return secret;
}

/** What a client keeps of a request until the browser comes back. */
export interface Begun {
  /** Where the browser goes first, on the portal. */
  path: string;
  verifier: string;
  state: string;
  nonce: string;
}

/** The side of a service, by `openid-client`. */
export class TestClient {
  readonly config: openid.Configuration;
  readonly redirectUri: string;

  private constructor(config: openid.Configuration, redirectUri: string) {
    this.config = config;
    this.redirectUri = redirectUri;
  }

  /** Discovers the portal. */
  static async of(
    site: { url: string },
    { service, secret, redirectUri }: { service: Service; secret: string; redirectUri: string },
  ): Promise<TestClient> {
    const config = await openid.discovery(new URL(site.url), service.key, secret, undefined, {
      execute: [openid.allowInsecureRequests],
    });
    return new TestClient(config, redirectUri);
  }

  /** @param parameters beside the usual ones; one that is empty is left out */
  async begin(parameters: Record<string, string> = {}): Promise<Begun> {
    const verifier = openid.randomPKCECodeVerifier();
    const [state, nonce] = [openid.randomState(), openid.randomNonce()];
    const wanted = {
      redirect_uri: this.redirectUri,
      scope: 'openid profile email structures',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...parameters,
    };
    const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== ''));
    const { pathname, search } = openid.buildAuthorizationUrl(this.config, given);
    return { path: pathname + search, verifier, state, nonce };
  }

  /** Exchanges the code that the browser has brought, and checks all that a client checks. */
  finish({ verifier, state, nonce }: Begun, landed: string, maxAge?: number) {
    return openid.authorizationCodeGrant(this.config, new URL(landed), {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      ...(maxAge === undefined ? {} : { maxAge }),
    });
  }

  /** A whole sign-in of somebody who is signed in at the portal. */
  async signIn(browser: Visitor, parameters: Record<string, string> = {}) {
    const begun = await this.begin(parameters);
    return this.finish(begun, await land(browser, begun.path));
  }
}

/** Follows the portal's redirects until one leads out of it. @returns that address @throws Error at a page */
export async function land(browser: Visitor, path: string): Promise<string> {
  let next = path;
  for (let hops = 0; hops < 10; hops += 1) {
    const { status, headers, text } = await browser.get(next);
    const location = headers.location as string | undefined;
    if (!location) throw new Error(`landed on a page (${status}): ${text.slice(0, 3000)}`);
    const url = new URL(location, 'http://portal.invalid');
    if (url.host !== 'portal.invalid' && !isOfPortal(url)) return location;
    next = url.pathname + url.search;
  }
  throw new Error('goes round in circles');
}

const isOfPortal = ({ hostname, pathname }: URL) =>
  hostname === 'localhost' && /^\/(oidc|connexion)/.test(pathname);
