import type { IncomingMessage } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { DEMO_SERVICE } from '../service.ts';
import { cookieOf, type Session } from './sessions.ts';

const COOKIE = 'service_demo_entree';

/** The client's side of OpenID Connect: code with PKCE, state and nonce. @param own the address of this service */
export function createOpenId(portal: string, own: string) {
  const redirect_uri = `${own}/openid/retour`;
  // Asked for when it is first needed: this service is up before the portal is.
  let discovered: Promise<client.Configuration> | undefined;
  const configuration = () => {
    discovered ??= client.discovery(new URL(portal), DEMO_SERVICE.key, DEMO_SERVICE.secret, undefined, {
      execute: [client.allowInsecureRequests],
    });
    discovered.catch(() => {
      discovered = undefined;
    });
    return discovered;
  };
  return {
    /** @returns where the browser goes on to, and the cookie by which it is known when it comes back */
    async begin(): Promise<{ url: string; cookie: string }> {
      const config = await configuration();
      const verifier = client.randomPKCECodeVerifier();
      const [state, nonce] = [client.randomState(), client.randomNonce()];
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri,
        scope: 'openid profile email structures',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      const kept = [verifier, state, nonce].join('.');
      return {
        url: url.href,
        cookie: `${COOKIE}=${kept}; HttpOnly; SameSite=Lax; Path=/openid; Max-Age=600`,
      };
    },
    /** @throws Error when the portal refuses, or the answer is not one to what this browser asked */
    async finish(req: IncomingMessage, url: URL): Promise<Session> {
      const config = await configuration();
      const [pkceCodeVerifier = '', expectedState = '', expectedNonce = ''] = (
        cookieOf(req, COOKIE) ?? ''
      ).split('.');
      const tokens = await client.authorizationCodeGrant(config, url, {
        pkceCodeVerifier,
        expectedState,
        expectedNonce,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('sans identité');
      const received = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
      return {
        protocol: 'oidc',
        visit: String(claims.sid ?? ''),
        user: claims.sub,
        received,
        ...(tokens.id_token ? { idToken: tokens.id_token } : {}),
      };
    },
    /** The sid of the session that the portal says is over. @throws Error when it is not the portal that says so */
    async endedBy(body: URLSearchParams): Promise<string | undefined> {
      const metadata = (await configuration()).serverMetadata();
      const keys = createRemoteJWKSet(new URL(metadata.jwks_uri ?? portal));
      const { payload } = await jwtVerify(body.get('logout_token') ?? '', keys, {
        issuer: metadata.issuer,
        audience: DEMO_SERVICE.key,
        typ: 'logout+jwt',
      });
      return typeof payload.sid === 'string' ? payload.sid : undefined;
    },
    /** Out of the portal too, and back here. */
    async signOutUrl({ idToken = '' }: Session): Promise<string> {
      return client.buildEndSessionUrl(await configuration(), {
        id_token_hint: idToken,
        post_logout_redirect_uri: `${own}/`,
      }).href;
    },
  };
}
