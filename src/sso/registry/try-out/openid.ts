import type * as OpenIdClient from 'openid-client';
import type { Dependencies } from '#platform/dependencies.ts';
import { lazily } from '#platform/lazily.ts';
import { ALGORITHM } from '../../keys/service.ts';
import { SCOPE } from '../../oidc/clients.ts';
import { withLentSecret } from '../../oidc/lent-secrets.ts';
import { PATHS } from '../../oidc/paths.ts';
import { type Service, tryOutRedirect } from '../../services/rules.ts';
import { type Ask, askWithin } from './within.ts';

/** A sign-in under way, as the browser that began it keeps it. */
export interface UnderWay {
  serviceId: number;
  state: string;
  nonce: string;
  verifier: string;
}

/** What a code was exchanged for. */
export interface Exchanged {
  /** What the ID token says, and the key that has signed it. */
  idToken: Record<string, unknown>;
  keyId: string;
  /** What is said of the person, asked for with the token. */
  claims: Record<string, unknown>;
  sid: string;
  accessToken: string;
}

/** The sign-in came to nothing: its message says why, in the words of the protocol. */
export class NoEntry extends Error {
  override name = 'NoEntry';
}

const library = lazily(() => import('openid-client'));

/**
 * A small service within the portal that signs somebody in by OpenID Connect in the place of another one: the code, the
 * tokens and their signatures are real, and so is what it calls. Only the secret is lent to it.
 */
export function createTrialClient(deps: Dependencies) {
  const { publicUrl } = deps.config;
  const ask: Ask = askWithin(deps);

  async function discover(service: Service, secret?: string): Promise<OpenIdClient.Configuration> {
    const client = await library();
    return client.discovery(
      new URL(publicUrl),
      service.key,
      { id_token_signed_response_alg: ALGORITHM },
      client.ClientSecretPost(secret),
      {
        [client.customFetch]: (url, options) => ask(url, options as RequestInit),
        execute: [
          client.enableNonRepudiationChecks,
          ...(publicUrl.startsWith('http:') ? [client.allowInsecureRequests] : []),
        ],
      },
    );
  }

  return {
    /** @param isAnew whether the person is to prove once more who they are @returns where the browser goes */
    async begin(service: Service, isAnew: boolean): Promise<{ url: string; underWay: UnderWay }> {
      const client = await library();
      const underWay = {
        serviceId: service.id,
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(await discover(service), {
        redirect_uri: tryOutRedirect(deps.config, service.id),
        scope: SCOPE,
        state: underWay.state,
        nonce: underWay.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(underWay.verifier),
        code_challenge_method: 'S256',
        ...(isAnew ? { prompt: 'login' } : {}),
      });
      return { url: url.href, underWay };
    },

    /**
     * Takes the code with which the browser has come back: exchanges it, and checks what a service checks.
     * @param search the query with which it came
     * @throws NoEntry
     */
    async finish(
      service: Service,
      search: string,
      { state, nonce, verifier }: UnderWay,
    ): Promise<Exchanged> {
      const client = await library();
      const address = new URL(tryOutRedirect(deps.config, service.id) + search);
      return withLentSecret(service.key, async (secret) => {
        const config = await discover(service, secret);
        const tokens = await client.authorizationCodeGrant(config, address, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const idToken = tokens.claims();
        if (!idToken || !tokens.id_token) throw new NoEntry('sans jeton d’identité');
        const claims = await client.fetchUserInfo(config, tokens.access_token, idToken.sub);
        const { decodeProtectedHeader } = await import('jose');
        return {
          idToken: { ...idToken },
          keyId: decodeProtectedHeader(tokens.id_token).kid ?? '',
          claims: { ...claims },
          sid: String(idToken.sid),
          accessToken: tokens.access_token,
        };
      }).catch((error: unknown) => {
        throw inWordsOfProtocol(error);
      });
    },

    /**
     * Hears the word that a session is over, as a service does: by the signature of the portal's keys, for this service, and
     * of this very session. @throws Error when it is not that
     */
    async hear(service: Service, sid: string, body: string): Promise<void> {
      const { createLocalJWKSet, jwtVerify } = await import('jose');
      const { jwks_uri = '' } = (await discover(service)).serverMetadata();
      const keys = createLocalJWKSet(await (await ask(jwks_uri)).json());
      const token = new URLSearchParams(body).get('logout_token') ?? '';
      const { payload } = await jwtVerify(token, keys, {
        issuer: publicUrl,
        audience: service.key,
        typ: 'logout+jwt',
        requiredClaims: ['iat', 'jti', 'events'],
      });
      if (payload.sid !== sid || 'nonce' in payload) throw new Error('of another session');
    },

    /** Whether the token still tells of the person. */
    async isGood(accessToken: string): Promise<boolean> {
      const headers = { authorization: `Bearer ${accessToken}` };
      return (await ask(publicUrl + PATHS.userinfo, { headers })).ok;
    },
  };
}

/** What went wrong as the protocol names it; what is our own fault is thrown as it is. */
function inWordsOfProtocol(error: unknown): unknown {
  const { error: code, error_description: description, code: kind } = error as Record<string, unknown>;
  if (typeof code === 'string')
    return new NoEntry([code, description].filter((part) => typeof part === 'string').join('\u00a0: '));
  // What does not belong to what this browser has asked.
  return typeof kind === 'string' && kind.startsWith('OAUTH_') ? new NoEntry(kind) : error;
}

export type TrialClient = ReturnType<typeof createTrialClient>;
