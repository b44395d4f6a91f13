import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';

/** Somebody as the federation knows them. */
export interface Federated {
  sub: string;
  email?: string;
  given_name?: string;
  usual_name?: string;
  siret?: string;
  amr?: string[];
  acr?: string;
  /** When they signed in there, in seconds since 1970; null for a federation that does not say; now, left out. */
  auth_time?: number | null;
}

/** A federation on this computer, which answers as ProConnect does, or not quite. */
export interface Federation {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who signs in next. */
  person: Federated;
  /** What is wrong with what it answers from now on. */
  fault:
    | undefined
    | 'refuses'
    | 'silent'
    | 'broken'
    | 'other_key'
    | 'other_audience'
    | 'other_issuer'
    | 'other_nonce'
    | 'expired'
    | 'unsigned_userinfo'
    | 'userinfo_of_another'
    | 'userinfo_other_key'
    | 'userinfo_other_audience';
  /** Walks through the federation as a browser that is sent there. @returns where it is sent back to */
  pass(url: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * Starts one. The sign-in itself, the code and the keys are those of `oidc-provider`; the ID token and the claims are
 * signed here, as they are what is to be wrong.
 */
export async function startFederation(publicUrl: string): Promise<Federation> {
  const server: Server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://localhost:${(server.address() as AddressInfo).port}`;
  const [own, other] = await Promise.all([
    generateKeyPair('RS256', { extractable: true }),
    generateKeyPair('RS256', { extractable: true }),
  ]);
  const jwk = { ...(await exportJWK(own.privateKey)), kid: 'own', alg: 'RS256', use: 'sig' };
  const clientId = 'portail';
  const clientSecret = 'secret-of-the-portal-at-the-federation';
  const federation: Federation = {
    issuer: base,
    clientId,
    clientSecret,
    person: { sub: 'somebody' },
    fault: undefined,
    pass,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const configuration: Configuration = {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: [`${publicUrl}/connexion/proconnect/retour`],
        post_logout_redirect_uris: [`${publicUrl}/connexion/proconnect/sortie`],
        userinfo_signed_response_alg: 'RS256',
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [jwk] } as Configuration['jwks'] & object,
    scopes: ['openid', 'email', 'given_name', 'usual_name', 'siret', 'idp_id'],
    claims: { email: ['email'], given_name: ['given_name'], usual_name: ['usual_name'], siret: ['siret'] },
    features: {
      jwtUserinfo: { enabled: true },
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
    },
    cookies: { keys: ['cookies-of-the-federation'] },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, accountId) => ({
      accountId,
      claims: () => ({ ...federation.person, sub: accountId }),
    }),
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId, accountId: ctx.oidc.session?.accountId ?? '' });
      grant.addOIDCScope('openid email given_name usual_name siret idp_id');
      await grant.save();
      return grant;
    },
    pkce: { required: () => true },
  };
  const provider = new Provider(base, configuration);
  const answer = provider.callback();
  server.on('request', async (req, res) => {
    const { pathname } = new URL(req.url ?? '/', base);
    if (federation.fault === 'silent') return;
    if (federation.fault === 'broken') return void res.writeHead(502).end();
    if (pathname.startsWith('/interaction/')) {
      const result =
        federation.fault === 'refuses'
          ? { error: 'access_denied', error_description: 'refused' }
          : { login: { accountId: federation.person.sub, amr: federation.person.amr ?? ['pwd'] } };
      return provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
    }
    if (pathname === '/token' || pathname === '/me') return void (await forged(pathname, req, res));
    return void answer(req, res);
  });

  /** Lets the library answer, and puts the faulty token in the place of its own. */
  async function forged(pathname: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    const { end } = res;
    // biome-ignore lint/suspicious/noExplicitAny: one of several signatures
    res.write = ((chunk: any) => chunks.push(Buffer.from(chunk)) > 0) as typeof res.write;
    // biome-ignore lint/suspicious/noExplicitAny: one of several signatures
    res.end = ((chunk?: any) => {
      if (chunk) chunks.push(Buffer.from(chunk));
      void rewritten(pathname, Buffer.concat(chunks).toString()).then(({ body, type }) => {
        if (type) res.setHeader('content-type', type);
        res.setHeader('content-length', Buffer.byteLength(body));
        end.call(res, body, 'utf8');
      });
      return res;
    }) as typeof res.end;
    await answer(req, res);
  }

  async function rewritten(pathname: string, body: string): Promise<{ body: string; type?: string }> {
    const { fault, person } = federation;
    const sign = (claims: Record<string, unknown>, key = own.privateKey) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'own' }).sign(key);
    const claimsOf = (jwt: string) =>
      JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    if (pathname === '/token') {
      const tokens = JSON.parse(body);
      if (typeof tokens.id_token !== 'string') return { body };
      const claims = { ...claimsOf(tokens.id_token), amr: person.amr ?? ['pwd'] };
      if (person.acr) claims.acr = person.acr;
      delete claims.auth_time;
      if (person.auth_time !== null) claims.auth_time = person.auth_time ?? Math.floor(Date.now() / 1000);
      if (fault === 'other_audience') claims.aud = 'somebody-else';
      if (fault === 'other_issuer') claims.iss = 'https://evil.example';
      if (fault === 'other_nonce') claims.nonce = 'another';
      if (fault === 'expired') Object.assign(claims, { iat: 1_700_000_000, exp: 1_700_000_600 });
      const key = fault === 'other_key' ? other.privateKey : own.privateKey;
      return { body: JSON.stringify({ ...tokens, id_token: await sign(claims, key) }) };
    }
    if (!body.startsWith('ey')) return { body };
    const claims = claimsOf(body);
    if (fault === 'unsigned_userinfo') return { body: JSON.stringify(claims), type: 'application/json' };
    if (fault === 'userinfo_of_another') claims.sub = 'another';
    if (fault === 'userinfo_other_audience') claims.aud = 'somebody-else';
    return { body: await sign(claims, fault === 'userinfo_other_key' ? other.privateKey : own.privateKey) };
  }

  async function pass(url: string): Promise<string> {
    const jar = new Map<string, string>();
    let next = url;
    for (let step = 0; step < 10; step += 1) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(next, { redirect: 'manual', headers: { cookie } });
      for (const one of response.headers.getSetCookie()) {
        const [pair = ''] = one.split(';');
        const at = pair.indexOf('=');
        jar.set(pair.slice(0, at), pair.slice(at + 1));
      }
      const location = response.headers.get('location');
      if (!location) throw new Error(`the federation answered ${response.status}: ${await response.text()}`);
      next = new URL(location, next).href;
      if (next.startsWith(publicUrl)) return next.slice(publicUrl.length);
    }
    throw new Error('the federation leads in circles');
  }

  return federation;
}
