import type { Adapter, AdapterPayload, errors, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisYear } from '#platform/french/time.ts';
import { deriveKeys, hashToken, type Keys, seal, unseal } from '#platform/security/secrets.ts';
import { addressesOf } from '../services/rules.ts';
import { findService, type Person, type Service } from '../services/service.ts';
import { endVisits, findNamedVisit, openVisit } from '../visits/service.ts';
import { clientOf, SCOPE } from './clients.ts';
import { foundOf, keepFound } from './found.ts';
import { ACR } from './proofs.ts';
import * as repository from './repository.ts';

type Library = { Provider: typeof Provider; errors: typeof errors };

/** Derived once: each sign-in seals and opens several times. */
const sealingKeysOf = new WeakMap<Dependencies['config'], Keys>();

function sealingKeys({ config }: Dependencies): Keys {
  const keys = sealingKeysOf.get(config) ?? deriveKeys(config.secrets, 'oidc records');
  sealingKeysOf.set(config, keys);
  return keys;
}

/** Where the library finds and keeps its things: each kind where the portal has it. */
export const createAdapter = (deps: Dependencies, library: Library) => (model: string) => {
  switch (model) {
    case 'Client':
      return clients(deps, library);
    case 'Grant':
      return grants(deps, library);
    case 'AuthorizationCode':
      return codes(deps, library);
    case 'AccessToken':
      return tokens(deps, library);
    default:
      return records(deps, model);
  }
};

/** The request for which the library works. */
const contextOf = ({ Provider }: Library) => Provider.ctx as KoaContextWithOIDC;

/** What the library itself makes: under a hash of its name, which opens something, and sealed. */
export function records(deps: Dependencies, model: string): Adapter {
  const { db } = deps;
  return {
    ...none,
    async upsert(id, payload, expiresIn) {
      await repository.upsertRecord(db, recordOf(deps, model, id, payload, expiresIn));
    },
    async find(id) {
      const found = await repository.findRecord(db, model, hashToken(id));
      return found && opened(deps, found);
    },
    async destroy(id) {
      await repository.deleteRecord(db, model, hashToken(id));
    },
  };
}

function opened(deps: Dependencies, { sealedPayload, consumedAt }: repository.OidcRecord): AdapterPayload {
  const payload = JSON.parse(unseal(sealingKeys(deps), sealedPayload));
  return consumedAt ? { ...payload, consumed: Math.floor(consumedAt.getTime() / 1000) } : payload;
}

/** What of that has not run out. */
export async function findLive(
  deps: Dependencies,
  model: string,
  id: string,
): Promise<AdapterPayload | undefined> {
  const found = await repository.findRecord(deps.db, model, hashToken(id));
  return found && found.expiresAt > deps.clock.now() ? opened(deps, found) : undefined;
}

const recordOf = (
  deps: Dependencies,
  model: string,
  id: string,
  payload: AdapterPayload,
  seconds = 0,
): repository.NewRecord => ({
  model,
  idHash: hashToken(id),
  oidcSid: payload.grantId ?? null,
  sealedPayload: seal(sealingKeys(deps), JSON.stringify(payload)),
  expiresAt: new Date(deps.clock.now().getTime() + seconds * 1000),
});

/** What is shown by a service, which reads its visit, its person and its service too. */
async function findShown(
  deps: Dependencies,
  library: Library,
  model: string,
  id: string,
): Promise<AdapterPayload | undefined> {
  const { req } = contextOf(library);
  const idHash = hashToken(id);
  const known = foundOf(req).code;
  if (known?.idHash === idHash) return opened(deps, known);
  const shown = await repository.findShown(deps.db, { model, idHash, year: parisYear(deps.clock.now()) });
  if (!shown) return undefined;
  const { visit, person, service } = shown;
  keepFound(req, { visit, person, ...(service ? { service } : {}) });
  return opened(deps, shown);
}

/**
 * Codes: with the first one of a visit the visit opens, in one statement. One that comes twice was stolen, or sent by
 * somebody who should not have it: of two at once only one is good, and the visit ends with all that came of it.
 */
function codes(deps: Dependencies, library: Library): Adapter {
  return {
    ...records(deps, 'AuthorizationCode'),
    find: (id) => findShown(deps, library, 'AuthorizationCode', id),
    async upsert(id, payload, expiresIn) {
      const { client, account } = contextOf(library).oidc;
      const [service, { userId }] = [client?.service as Service, account?.person as Person];
      await openVisit(
        deps,
        deps.db,
        {
          signInId: String(payload.sessionUid),
          userId,
          serviceId: service.id,
          protocol: 'oidc',
          sealedTicket: null,
          oidcSid: String(payload.grantId),
          logoutUrl: addressesOf(service, 'backchannel')[0] ?? null,
          withSecondFactor: payload.acr === ACR.twoFactors,
        },
        repository.insertingRecord(recordOf(deps, 'AuthorizationCode', id, payload, expiresIn)),
      );
    },
    // Spent by the statement that writes the token for it, which the library asks for before it answers.
    async consume(id) {
      keepFound(contextOf(library).req, { spending: hashToken(id) });
    },
  };
}

/** Tokens: each takes the place of the code that it is given for, once. */
function tokens(deps: Dependencies, library: Library): Adapter {
  const { db, clock } = deps;
  return {
    ...records(deps, 'AccessToken'),
    find: (id) => findShown(deps, library, 'AccessToken', id),
    async upsert(id, payload, expiresIn) {
      const { spending } = foundOf(contextOf(library).req);
      if (spending === undefined) throw new Error('a token that no code is exchanged for');
      const token = recordOf(deps, 'AccessToken', id, payload, expiresIn);
      if (await repository.exchange(db, spending, clock.now(), token)) return;
      await endGrant(deps, String(payload.grantId));
      throw new library.errors.InvalidGrant('authorization code already consumed');
    },
  };
}

/** What a person has granted is their visit: all that hangs on it is good for as long as that is open. */
function grants(deps: Dependencies, library: Library): Adapter {
  return {
    ...none,
    async find(sid) {
      const { visit: found } = foundOf(contextOf(library).req);
      const visit = found?.sid === sid ? found : await findNamedVisit(deps.db, sid);
      if (!visit?.hasFactor) return undefined;
      return {
        jti: visit.sid,
        kind: 'Grant',
        accountId: visit.subject,
        clientId: visit.serviceKey,
        openid: { scope: SCOPE },
      };
    },
    destroy: (sid) => endGrant(deps, sid),
  };
}

const endGrant = async (deps: Dependencies, oidcSid: string): Promise<void> => {
  await deps.db.transaction((trx) => endVisits(deps, trx, { oidcSid }, 'service'));
};

/** The services that speak OpenID Connect and are not suspended: whoever asks in the name of another is unknown. */
function clients(deps: Dependencies, library: Library): Adapter {
  return {
    ...none,
    async find(key) {
      const service = await findServiceOf(deps, contextOf(library), key);
      return service?.speaksOidc && !service.isSuspended ? clientOf(service) : undefined;
    },
  };
}

/** A service that calls with a secret is read with its secrets, and with the code that it brings. */
async function findServiceOf(deps: Dependencies, { req, oidc }: KoaContextWithOIDC, key: string) {
  const { service: known } = foundOf(req);
  if (known?.key === key) return known;
  if (oidc.route !== 'token' && oidc.route !== 'revocation') return findService(deps, { key });
  const { code } = oidc.params ?? {};
  const codeHash = typeof code === 'string' ? hashToken(code) : null;
  const now = deps.clock.now();
  const {
    service,
    secretHashes,
    code: shown,
  } = await repository.findCall(deps.db, {
    ...{ key, codeHash, now, year: parisYear(now) },
  });
  keepFound(req, {
    ...{ service, secretHashes },
    ...(codeHash && shown
      ? { visit: shown.visit, person: shown.person, code: { ...shown, idHash: codeHash } }
      : {}),
  });
  return service ?? undefined;
}

/** What nothing here needs: sessions are the portal's, and there are neither devices nor grants to revoke elsewhere. */
const none: Adapter = {
  upsert: async () => {},
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => {},
  destroy: async () => {},
  // Tokens are asked for with their grant, which ends by itself.
  revokeByGrantId: async () => {},
};

/** Forgets what has run out. */
export async function forgetOldRecords({ db, clock }: Dependencies): Promise<void> {
  await repository.deleteOldRecords(db, new Date(clock.now().getTime() - 60 * 60 * 1000));
}
