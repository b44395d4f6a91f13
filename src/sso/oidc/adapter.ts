import type { Adapter, AdapterPayload, errors, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Dependencies } from '#platform/dependencies.ts';
import { deriveKeys, hashToken, seal, unseal } from '#platform/security/secrets.ts';
import { addressesOf } from '../services/rules.ts';
import { findService, type Person, type Service } from '../services/service.ts';
import { endVisits, findNamedVisit, openVisit } from '../visits/service.ts';
import { clientOf, SCOPE } from './clients.ts';
import { ACR } from './proofs.ts';
import * as repository from './repository.ts';

type Library = { Provider: typeof Provider; errors: typeof errors };

const sealingKeys = ({ config }: Dependencies) => deriveKeys(config.secrets, 'oidc records');

/** Where the library finds and keeps its things: each kind where the portal has it. */
export const createAdapter = (deps: Dependencies, library: Library) => (model: string) => {
  if (model === 'Client') return clients(deps);
  if (model === 'Grant') return grants(deps);
  return model === 'AuthorizationCode' ? codes(deps, library) : records(deps, model);
};

/** What the library itself makes: under a hash of its name, which opens something, and sealed. */
export function records(deps: Dependencies, model: string): Adapter {
  const { db, clock } = deps;
  return {
    ...none,
    async upsert(id, payload, expiresIn) {
      await repository.upsertRecord(db, recordOf(deps, model, id, payload, expiresIn));
    },
    async find(id) {
      const found = await repository.findRecord(db, model, hashToken(id));
      if (!found) return undefined;
      const payload = opened(deps, found);
      return found.consumedAt
        ? { ...payload, consumed: Math.floor(found.consumedAt.getTime() / 1000) }
        : payload;
    },
    async consume(id) {
      await repository.spendRecord(db, model, hashToken(id), clock.now());
    },
    async destroy(id) {
      await repository.deleteRecord(db, model, hashToken(id));
    },
  };
}

const opened = (deps: Dependencies, { sealedPayload }: repository.OidcRecord): AdapterPayload =>
  JSON.parse(unseal(sealingKeys(deps), sealedPayload));

/** What of that has not run out. */
export async function findLive(
  deps: Dependencies,
  model: string,
  id: string,
): Promise<AdapterPayload | undefined> {
  const found = await repository.findRecord(deps.db, model, hashToken(id));
  return found && found.expiresAt > deps.clock.now() ? opened(deps, found) : undefined;
}

const recordOf = (deps: Dependencies, model: string, id: string, payload: AdapterPayload, seconds = 0) => ({
  model,
  idHash: hashToken(id),
  sealedPayload: seal(sealingKeys(deps), JSON.stringify(payload)),
  expiresAt: new Date(deps.clock.now().getTime() + seconds * 1000),
});

/**
 * Codes: with the first one of a visit the visit opens, in one transaction. One that comes twice was stolen, or sent by
 * somebody who should not have it: of two at once only one is good, and the visit ends with all that came of it.
 */
function codes(deps: Dependencies, { Provider, errors }: Library): Adapter {
  const { db, clock } = deps;
  const kept = records(deps, 'AuthorizationCode');
  return {
    ...kept,
    async upsert(id, payload, expiresIn) {
      const { client, account } = (Provider.ctx as KoaContextWithOIDC).oidc;
      const [service, { userId }] = [client?.service as Service, account?.person as Person];
      await db.transaction(async (trx) => {
        await openVisit(deps, trx, {
          signInId: String(payload.sessionUid),
          userId,
          serviceId: service.id,
          protocol: 'oidc',
          sealedTicket: null,
          oidcSid: String(payload.grantId),
          logoutUrl: addressesOf(service, 'backchannel')[0] ?? null,
          withSecondFactor: payload.acr === ACR.twoFactors,
        });
        await repository.upsertRecord(trx, recordOf(deps, 'AuthorizationCode', id, payload, expiresIn));
      });
    },
    async consume(id) {
      if (await repository.spendRecord(db, 'AuthorizationCode', hashToken(id), clock.now())) return;
      const spent = await kept.find(id);
      if (spent) await grants(deps).destroy(String(spent.grantId));
      throw new errors.InvalidGrant('authorization code already consumed');
    },
  };
}

/** What a person has granted is their visit: all that hangs on it is good for as long as that is open. */
function grants(deps: Dependencies): Adapter {
  const { db } = deps;
  return {
    ...none,
    async find(sid) {
      const visit = await findNamedVisit(db, { sid });
      if (!visit?.hasFactor) return undefined;
      return {
        jti: visit.sid,
        kind: 'Grant',
        accountId: visit.subject,
        clientId: visit.serviceKey,
        openid: { scope: SCOPE },
      };
    },
    async destroy(oidcSid) {
      await db.transaction((trx) => endVisits(deps, trx, { oidcSid }, 'service'));
    },
  };
}

/** The services that speak OpenID Connect and are not suspended: whoever asks in the name of another is unknown. */
function clients({ db }: Dependencies): Adapter {
  return {
    ...none,
    async find(key) {
      const service = await findService({ db }, { key });
      return service?.speaksOidc && !service.isSuspended ? clientOf(service) : undefined;
    },
  };
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
