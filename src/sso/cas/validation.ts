import type { Knex } from 'knex';
import { withOrigin } from '#audit/origin.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { hashToken, seal } from '#platform/security/secrets.ts';
import { attributesFor, userFor } from '../attributes/rules.ts';
import { ticketKeys } from '../logout/deliver.ts';
import { readAddress } from '../services/addresses.ts';
import { mayOpen, type Person, type Service, serviceAt, tryOutAddress } from '../services/rules.ts';
import { personAndServices } from '../services/service.ts';
import { openVisit } from '../visits/service.ts';
import type { CasAnswer, Failure } from './answers.ts';
import { grant, handOver } from './proxying.ts';
import type { Presented } from './repository.ts';
import * as repository from './repository.ts';
import { isTicket } from './tickets.ts';

/** What a service asks: whose a ticket is. */
export interface Asked {
  ticket: string;
  /** Its own address, as it sent the browser to sign in. */
  service: string;
  /** Only somebody who proved for this ticket who they are. */
  renew: boolean;
  /** Where it takes a ticket to ask for others with. */
  pgtUrl?: string;
  /** Whether tickets that came through another service are taken. */
  takesProxied?: boolean;
  /** Whether the protocol of the question has attributes. */
  hasAttributes?: boolean;
}

/** A ticket that is good, and whose it is. */
export interface Accepted {
  presented: Presented;
  person: Person;
  service: Service;
}

/**
 * Tells a service whose a ticket is, once: it is spent whatever the answer. What was right when it was given is asked
 * again, and the visit opens in the transaction that spends it. A granting ticket is handed over in between, as no
 * transaction waits for the network.
 */
export async function validate(deps: Dependencies, asked: Asked): Promise<CasAnswer> {
  if (isTicket(asked.ticket, 'PGT')) {
    return failure(
      'INVALID_TICKET_SPEC',
      'Un ticket PGT ne se valide pas : il en demande d’autres à /proxy.',
    );
  }
  if (!isTicket(asked.ticket, 'ST', 'PT')) return failure('INVALID_TICKET', UNKNOWN);
  const found = await deps.db.transaction(async (trx) => {
    const checked = await check({ ...deps, db: trx }, asked);
    if ('failure' in checked || asked.pgtUrl !== undefined) return checked;
    await open(deps, trx, checked, asked);
    return checked;
  });
  if ('failure' in found) return found;
  if (asked.pgtUrl === undefined) return success(found, asked);
  const handed = await handOver(deps, found.service, asked.pgtUrl);
  if ('failure' in handed) return handed;
  await deps.db.transaction(async (trx) => {
    const visitId = await open(deps, trx, found, asked);
    await grant(deps, trx, found.presented, handed, visitId);
  });
  return success(found, asked, handed.pgtIou);
}

const UNKNOWN = 'Ce ticket n’existe pas, ou a déjà servi.';

const failure = (code: Failure['code'], description: string) => ({ failure: { code, description } });

async function check(
  deps: Omit<Dependencies, 'db'> & { db: Knex.Transaction },
  asked: Asked,
): Promise<Accepted | { failure: Failure }> {
  const presented = await repository.spend(deps.db, hashToken(asked.ticket), deps.clock.now());
  if (!presented) return failure('INVALID_TICKET', UNKNOWN);
  const { kind, serviceId, serviceUrl, userId } = presented;
  if (!presented.isInTime) return failure('INVALID_TICKET', 'Ce ticket a expiré : il vaut une minute.');
  if (kind === 'proxy' && !asked.takesProxied) {
    return failure(
      'INVALID_TICKET_SPEC',
      'Ce ticket est passé par un autre service : il se valide à /proxyValidate.',
    );
  }
  const url = readAddress(asked.service, deps.config.environment === 'production');
  if (url?.href !== serviceUrl) {
    return failure('INVALID_SERVICE', 'Ce ticket a été donné pour une autre adresse.');
  }
  if (!presented.isSessionOpen) return failure('INVALID_TICKET', 'La session de la personne est terminée.');
  const { person, services } = await personAndServices(deps, userId, serviceId);
  const service = serviceAt(services, url, deps.config);
  if (!service) {
    return failure(
      'INVALID_SERVICE',
      'Cette adresse n’est plus celle du service pour lequel ce ticket vaut.',
    );
  }
  const verdict = mayOpen(service, person);
  if (verdict !== true) {
    return verdict.because === 'suspended'
      ? failure('INVALID_SERVICE', 'Ce service est suspendu.')
      : failure('INVALID_TICKET', 'La personne ne peut plus ouvrir ce service.');
  }
  if (asked.renew && !presented.isFresh) {
    return failure('INVALID_TICKET', 'La personne n’a pas prouvé qui elle est pour ce ticket (renew).');
  }
  if (service.needsSecondFactor && !presented.withSecondFactor) {
    return failure('INVALID_TICKET', 'Ce service demande un second facteur.');
  }
  return { presented, person, service };
}

function open(
  deps: Dependencies,
  trx: Knex.Transaction,
  { presented, service }: Accepted,
  { ticket }: Asked,
): Promise<number> {
  const { userId, signInId, serviceUrl, withSecondFactor, ip, requestId } = presented;
  // Tried out, nobody else is to be told of the end.
  const isTryOut = serviceUrl === tryOutAddress(deps.config, service.id);
  // The request is the service's; the journal tells where the person was.
  return withOrigin({ userId, ip, requestId }, () =>
    openVisit(deps, trx, {
      signInId,
      userId,
      serviceId: service.id,
      protocol: 'cas',
      sealedTicket: isTryOut ? null : seal(ticketKeys(deps.config), ticket),
      oidcSid: null,
      logoutUrl: isTryOut ? null : (service.casLogoutUrl ?? serviceUrl),
      withSecondFactor,
    }),
  );
}

const success = (
  { presented, person, service }: Accepted,
  { hasAttributes }: Asked,
  pgtIou?: string,
): CasAnswer => ({
  success: {
    user: userFor(service, person),
    authenticatedAt: presented.authenticatedAt,
    isFromNewLogin: presented.isFresh,
    ...(hasAttributes || service.attributesInV2 ? { attributes: attributesFor(service, person) } : {}),
    ...(pgtIou === undefined ? {} : { pgtIou }),
    proxies: presented.proxies,
  },
});
