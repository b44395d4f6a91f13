import { createHash, randomBytes } from 'node:crypto';
import { PATHS } from '#sso/oidc/paths.ts';
import { ask } from './asking.ts';
import type { Client } from './tickets.ts';

/** What services and a browser that is signed in need. */
export interface SigningIn {
  base: string;
  cookie: string;
  redirectUri: string;
}

/**
 * Signs in to a service by OpenID Connect once: the code, the tokens, what is said of the person.
 * @returns the claims
 * @throws Error with the answer that was none
 */
export async function signInTo(
  { clientId, secret }: Client,
  given: SigningIn,
): Promise<{ sub: string; structures: unknown }> {
  const { base, cookie, redirectUri } = given;
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile email structures',
    state: randomBytes(16).toString('base64url'),
    nonce: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const sent = await ask(`${base}${PATHS.authorization}?${query}`, { cookie });
  const code = new URL(sent.headers.location ?? '', base).searchParams.get('code');
  if (!code) throw new Error(`no code: ${sent.status} ${sent.headers.location} ${sent.body}`);
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  const authorization = `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
  const tokens = await ask(base + PATHS.token, { authorization }, new URLSearchParams(form));
  const { id_token, access_token } = JSON.parse(tokens.body);
  if (!id_token) throw new Error(tokens.body);
  const said = await ask(base + PATHS.userinfo, { authorization: `Bearer ${access_token}` });
  const claims = JSON.parse(said.body);
  if (!claims.structures) throw new Error(said.body);
  return claims;
}
