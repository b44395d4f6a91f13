import type { Request, RequestHandler, Response } from 'express';
import type { Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { failureOf } from '#platform/database/failures.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { deriveKeys, hashToken } from '#platform/security/secrets.ts';
import { claimsFor } from '../attributes/rules.ts';
import { ALGORITHM, type Keys, signingKeys } from '../keys/service.ts';
import { mayOpen, type Person, type Service } from '../services/rules.ts';
import { findPersonBySubject, getPerson } from '../services/service.ts';
import { findVisitAt } from '../visits/service.ts';
import { letFormsLeadTo } from '../waiting.ts';
import { createAdapter } from './adapter.ts';
import { CLAIMS, SCOPE } from './clients.ts';
import { pageFor } from './errors.ts';
import { foundOf, keepFound } from './found.ts';
import { interactionsOf } from './interactions.ts';
import { PATHS } from './paths.ts';
import { ACR, toldProofs } from './proofs.ts';

type Context = KoaContextWithOIDC;

const made = new WeakMap<Keys, Promise<Provider>>();

/**
 * The library with the keys of now. It keeps nothing but these: where they change, another one takes its place. Loaded
 * when it is first asked for, as it takes its memory.
 */
export async function providerOf(deps: Dependencies): Promise<Provider> {
  const keys = await signingKeys(deps);
  const provider = made.get(keys) ?? createProvider(deps, keys);
  made.set(keys, provider);
  provider.catch(() => made.delete(keys));
  return provider;
}

async function createProvider(deps: Dependencies, keys: Keys): Promise<Provider> {
  const library = await import('oidc-provider');
  const { config, log } = deps;
  const secure = config.publicUrl.startsWith('https:');
  const prefix = secure ? '__Secure-' : '';
  const cookie = { httpOnly: true, sameSite: 'lax', secure, signed: true } as const;
  const configuration: Configuration = {
    adapter: createAdapter(deps, library),
    jwks: { keys: keys.map(({ privateJwk }) => privateJwk) },
    routes: { ...PATHS },
    cookies: {
      // By tab: their paths tell one from the next. The portal's session is the library's.
      names: {
        session: `${prefix}oidc-session`,
        interaction: `${prefix}oidc-way`,
        resume: `${prefix}oidc-back`,
      },
      long: cookie,
      short: cookie,
      keys: deriveKeys(config.secrets, 'oidc cookies').map((key) => key.toString('base64')),
    },
    acrValues: Object.values(ACR),
    claims: CLAIMS,
    scopes: Object.keys(CLAIMS),
    responseTypes: ['code'],
    subjectTypes: ['public'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    clientDefaults: { id_token_signed_response_alg: ALGORITHM },
    extraClientMetadata: { properties: ['service'] },
    allowOmittingSingleRegisteredRedirectUri: false,
    pkce: { required: () => true },
    clientBasedCORS: () => false,
    // Each is good for as long as its visit is open, which the portal ends.
    expiresWithSession: () => false,
    ttl: {
      AuthorizationCode: 60,
      AccessToken: 900,
      IdToken: 3600,
      Interaction: 3600,
      Grant: 3600,
      Session: 3600,
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      // Its page, its form and its session are the portal's (`end-session.ts`).
      rpInitiatedLogout: { enabled: false },
      backchannelLogout: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
    },
    discovery: {
      end_session_endpoint: `${config.publicUrl}${PATHS.end_session}`,
      ui_locales_supported: ['fr'],
    },
    interactions: interactionsOf(deps, library),
    findAccount: (ctx, sub, token) => findAccount(deps, ctx, sub, token !== undefined),
    loadExistingGrant: (ctx) => grantOf(deps, ctx),
    // Shown by the pages of errors of the site (`answerByLibrary`).
    renderError(ctx, _out, error) {
      ctx.respond = false;
      (ctx.res as Response).locals.oidcError = error;
    },
  };
  const provider = new library.Provider(config.publicUrl, configuration);
  // Of a page, the site's own pages of errors tell.
  provider.on('server_error', (ctx, error) => {
    if (ctx.accepts('json', 'html') === 'html') return;
    const failure = failureOf(error);
    if (failure) ctx.status = failure.status;
    log[failure ? 'warn' : 'error']({ err: error }, 'call of OpenID Connect failed');
  });
  // A service is read with the hashes of its secrets when it shows one (`adapter.ts`).
  provider.Client.prototype.compareClientSecret = async function (secret) {
    const { service, secretHashes = [] } = foundOf((library.Provider.ctx as Context).req);
    return service?.key === this.clientId && secretHashes.includes(hashToken(secret));
  };
  // Addresses come from the configuration, whatever host a request names.
  provider.OIDCContext.prototype.urlFor = (name, options) => provider.urlFor(name, options);
  provider.proxy = true;
  // Every ID token names its visit, so that its service can end the session without a question.
  provider.Client.prototype.includeSid = () => true;
  const letPost = ({ oidc, res }: Context) => {
    const isPosted = oidc.redirectUriCheckPerformed && oidc.params?.response_mode === 'form_post';
    if (isPosted) letFormsLeadTo(res as Response, new URL(String(oidc.params?.redirect_uri)).origin);
  };
  provider.on('authorization.success', letPost);
  provider.on('authorization.error', letPost);
  provider.Session.get = (ctx) => sessionOf(deps, provider, ctx as Context);
  return provider;
}

/**
 * The portal's session as the library's: nothing of it is stored twice, so that nothing has to be brought together, and
 * services that open at the same moment write nothing over each other's.
 */
async function sessionOf(deps: Dependencies, provider: Provider, ctx: Context) {
  const req = ctx.req as Request;
  const known = foundOf(req).person ?? undefined;
  const person = req.user && (known ?? (await getPerson(deps.db, req.user.userId, deps.clock.now())));
  if (person) keepFound(req, { person });
  const session = Object.assign(
    new provider.Session(),
    person && { accountId: person.subject, uid: req.session.signInId, ...toldProofs(req) },
    // One that is destroyed the library neither stores nor puts into a cookie.
    { destroyed: true },
  );
  ctx.oidc.entity('Session', session);
  return session;
}

/** @param isCall by the service itself, with a code or a token: it hears of nobody who may no longer open it */
async function findAccount({ db, clock }: Dependencies, ctx: Context, subject: string, isCall: boolean) {
  const service = ctx.oidc.client?.service as Service;
  const { person: known } = foundOf(ctx.req);
  const person: Person | undefined =
    known?.subject === subject ? known : await findPersonBySubject(db, subject, clock.now());
  if (!person || (isCall && mayOpen(service, person) !== true)) return undefined;
  return {
    accountId: subject,
    person,
    claims: () => ({ sub: subject, ...claimsFor(service, person) }),
  };
}

/** What somebody has granted: their visit of this service in this session, or one that is about to open. */
async function grantOf({ db }: Dependencies, { req, oidc }: Context) {
  const { client, session, provider } = oidc;
  if (!client || !session) return undefined;
  const { id: serviceId } = client.service as Service;
  const { visit = await findVisitAt(db, session.uid, serviceId) } = foundOf(req);
  const sid = visit?.sid ?? crypto.randomUUID();
  const { accountId } = session;
  const grant = Object.assign(new provider.Grant({ accountId, clientId: client.clientId }), { jti: sid });
  grant.addOIDCScope(SCOPE);
  session.sidFor(client.clientId, sid);
  return grant;
}

/** Has the library answer a request of one of {@link PATHS}. */
export function answerByLibrary(deps: Dependencies): RequestHandler {
  const protocol = new URL(deps.config.publicUrl).protocol.slice(0, -1);
  return async (req, res) => {
    const provider = await providerOf(deps);
    req.headers['x-forwarded-proto'] = protocol;
    await provider.callback()(req, res);
    if (res.locals.oidcError) throw await pageFor(deps, req, res.locals.oidcError);
  };
}
