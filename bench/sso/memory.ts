/**
 * What a sign-in by OpenID Connect is compared with: the same library, keeping everything in memory, with one person who
 * is always signed in. Argument: {@link Remembered} as JSON.
 */
import { generateKeyPairSync } from 'node:crypto';
import express from 'express';
import { type Configuration, Provider } from 'oidc-provider';
import { ALGORITHM } from '#sso/keys/service.ts';
import { CLAIMS, SCOPE } from '#sso/oidc/clients.ts';
import { PATHS } from '#sso/oidc/paths.ts';
import { serve } from '../serving.ts';
import type { Client } from './tickets.ts';

export interface Remembered {
  clients: Client[];
  redirectUri: string;
  /** What the service is told of the person. */
  claims: { sub: string };
}

const { clients, redirectUri, claims } = JSON.parse(process.argv[2] ?? '{}') as Remembered;

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const configuration: Configuration = {
  jwks: { keys: [{ ...key, alg: ALGORITHM, use: 'sig' } as never] },
  routes: { ...PATHS },
  cookies: { keys: ['kept in memory'] },
  claims: CLAIMS,
  scopes: Object.keys(CLAIMS),
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  clients: clients.map(({ clientId, secret }) => ({
    client_id: clientId,
    client_secret: secret,
    redirect_uris: [redirectUri],
  })),
  findAccount: (_ctx, accountId) => ({ accountId, claims: () => claims }),
  async loadExistingGrant({ oidc }) {
    const grant = new provider.Grant({ accountId: claims.sub, clientId: oidc.client?.clientId });
    grant.addOIDCScope(SCOPE);
    await grant.save();
    return grant;
  },
};
const provider = new Provider('http://localhost', configuration);
provider.Session.get = async (ctx) => {
  const session = new provider.Session();
  session.loginAccount({ accountId: claims.sub });
  (ctx as never as { oidc: { entity(name: string, value: unknown): void } }).oidc.entity('Session', session);
  return session;
};

await serve(async () => {
  const app = express();
  app.disable('x-powered-by');
  app.use(provider.callback());
  return { app };
});
