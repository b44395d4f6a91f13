import type * as OpenIdClient from 'openid-client';
import type { Config } from '#platform/config.ts';
import { NotFound } from '#platform/errors.ts';
import { lazily } from '#platform/lazily.ts';

/** What is kept of a sign-in under way, in the browser that began it. */
export interface UnderWay {
  state: string;
  nonce: string;
  verifier: string;
  /** Where the person goes on to, of this site. */
  next: string;
  /** When it began (milliseconds since 1970). */
  began: number;
}

/** Who ProConnect says that somebody is. */
export interface Told {
  issuer: string;
  subject: string;
  email: string;
  firstName: string;
  lastName: string;
  siret: string | undefined;
  /** Whether a second factor was given there. */
  withFactor: boolean;
  /** When they proved it there (milliseconds since 1970), which may be long ago; undefined when it does not say. */
  provedAt: number | undefined;
  /** To sign out there; empty where there is no room to keep it. */
  idToken: string;
}

/** ProConnect cannot be reached, or what came from there is not to be believed. */
export class NotTold extends Error {
  override name = 'NotTold';
  readonly isDown: boolean;
  constructor(isDown: boolean, cause?: unknown) {
    super(isDown ? 'ProConnect is down' : 'ProConnect told nothing to be believed', { cause });
    this.isDown = isDown;
  }
}

/** A person in here; what the claims say beyond it is not asked for. */
const SCOPE = 'openid email given_name usual_name siret idp_id';
/** How long an answer of ProConnect is waited for, in seconds. */
const TIMEOUT_S = 8;

/** As long as an address of an account may be. */
const LONGEST_EMAIL = 254;

/** As ProConnect and the levels of eIDAS call a sign-in with a second factor. */
const WITH_FACTOR = /(^eidas[23]$|-mfa$|-2fa$)/;

const library = lazily(() => import('openid-client'));

/** The client's side of ProConnect. @param publicUrl the address of this site, which people come back to */
function createProConnect(
  { issuer, clientId, clientSecret }: NonNullable<Config['proconnect']>,
  publicUrl: string,
) {
  const redirect_uri = `${publicUrl}/connexion/proconnect/retour`;
  let discovered: Promise<OpenIdClient.Configuration> | undefined;

  async function discover(): Promise<OpenIdClient.Configuration> {
    const client = await library();
    return client.discovery(
      new URL(issuer),
      clientId,
      {
        client_secret: clientSecret,
        id_token_signed_response_alg: 'RS256',
        userinfo_signed_response_alg: 'RS256',
      },
      client.ClientSecretPost(clientSecret),
      {
        timeout: TIMEOUT_S,
        // The signatures of the ID token and of the claims are checked, whatever way they came.
        execute: [
          client.enableNonRepudiationChecks,
          ...(issuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
        ],
      },
    );
  }

  /** @throws NotTold when ProConnect does not answer; it is asked again the next time */
  function configuration(): Promise<OpenIdClient.Configuration> {
    discovered ??= discover().catch((error: unknown) => {
      discovered = undefined;
      throw new NotTold(true, error);
    });
    return discovered;
  }

  return {
    /**
     * @param isAnew whether the person is to prove there once more who they are
     * @returns where the browser goes, and what it keeps until it comes back
     */
    async begin(next: string, now: Date, isAnew: boolean): Promise<{ url: string; underWay: UnderWay }> {
      const config = await configuration();
      const client = await library();
      const underWay = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        next,
        began: now.getTime(),
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri,
        scope: SCOPE,
        state: underWay.state,
        nonce: underWay.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(underWay.verifier),
        code_challenge_method: 'S256',
        acr_values: 'eidas1',
        claims: JSON.stringify({ id_token: { amr: { essential: true }, auth_time: { essential: true } } }),
        ...(isAnew ? { prompt: 'login' } : {}),
      });
      return { url: url.href, underWay };
    },

    /**
     * Reads who came back.
     * @param search the query with which the browser came, as it was sent
     * @throws NotTold for whatever is not an answer to what this browser asked, signed by ProConnect, for us, and of now
     */
    async finish(search: string, { state, nonce, verifier, began }: UnderWay): Promise<Told> {
      const config = await configuration();
      const client = await library();
      try {
        const tokens = await client.authorizationCodeGrant(config, new URL(`${redirect_uri}${search}`), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (!claims || !tokens.id_token) throw new Error('no ID token');
        const person = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
        const { email, given_name, usual_name, siret } = person as Record<string, unknown>;
        // Optional in the specification where the claims are signed; here they say whom they are for.
        if (person.aud !== undefined && ![person.aud].flat().includes(clientId))
          throw new Error('for somebody else');
        if (typeof email !== 'string' || !email.includes('@') || email.length > LONGEST_EMAIL)
          throw new Error('no e-mail address');
        const { amr, acr, auth_time } = claims as { amr?: unknown; acr?: unknown; auth_time?: unknown };
        return {
          // That of the claims, which the library has compared; accounts are linked under one way to write it.
          issuer,
          subject: claims.sub,
          email,
          firstName: textOf(given_name),
          lastName: textOf(usual_name),
          siret: /^\d{14}$/.test(textOf(siret)) ? textOf(siret) : undefined,
          withFactor:
            (Array.isArray(amr) && amr.includes('mfa')) || (typeof acr === 'string' && WITH_FACTOR.test(acr)),
          provedAt: typeof auth_time === 'number' ? momentOf(auth_time, began) : undefined,
          idToken: tokens.id_token,
        };
      } catch (error) {
        throw new NotTold(isOutage(error), error);
      }
    },

    /** Where somebody signs out of ProConnect, and comes back here. */
    async endUrl(idToken: string, state: string): Promise<string> {
      const client = await library();
      return client.buildEndSessionUrl(await configuration(), {
        id_token_hint: idToken,
        state,
        post_logout_redirect_uri: `${publicUrl}/connexion/proconnect/sortie`,
      }).href;
    },
  };
}

/** Told in whole seconds: what was proved in the second of the question, or after, was proved after it. */
const momentOf = (seconds: number, began: number): number =>
  seconds >= Math.floor(began / 1000) ? Math.max(seconds * 1000, began) : seconds * 1000;

const textOf = (claim: unknown): string => (typeof claim === 'string' ? claim.trim().slice(0, 200) : '');

/** Whether the network failed, or ProConnect itself: to be tried again later. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (['TypeError', 'TimeoutError', 'AbortError'].includes(error.name) && !('code' in error)) return true;
  const { code, status, cause } = error as Error & { code?: string; status?: number };
  if (code === 'OAUTH_TIMEOUT' || (status !== undefined && status >= 500)) return true;
  return cause instanceof Error && isOutage(cause);
}

export type ProConnect = ReturnType<typeof createProConnect>;

const clients = new WeakMap<Config, ProConnect>();

/** The client of this application. @throws NotFound where ProConnect is not configured: none of its pages is there */
export function proConnectOf(config: Config): ProConnect {
  if (!config.proconnect) throw new NotFound();
  const client = clients.get(config) ?? createProConnect(config.proconnect, config.publicUrl);
  clients.set(config, client);
  return client;
}
