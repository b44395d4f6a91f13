import type { Knex } from 'knex';
import type { Dependencies } from '#platform/dependencies.ts';
import { hashToken } from '#platform/security/secrets.ts';
import { ABSOLUTE_MS } from '#platform/web/session.ts';
import { ask } from '../outgoing.ts';
import { covers, readAddress, withParameter } from '../services/addresses.ts';
import { addressesOf, mayOpen, type Service, serviceAt } from '../services/rules.ts';
import { personAndServices } from '../services/service.ts';
import type { CasAnswer, Failure } from './answers.ts';
import type { Presented } from './repository.ts';
import * as repository from './repository.ts';
import { isTicket, newTicket, TICKET_MS } from './tickets.ts';

/** How long a service may take to receive a granting ticket. */
const CALLBACK_MS = 5_000;

/** How many tickets of other services one visit is given within a minute: pages may ask for one with each request. */
const MOST_A_MINUTE = 300;

/** A granting ticket that its service has received. */
interface Handed {
  pgt: string;
  pgtIou: string;
  callback: string;
}

/**
 * Sends a service a ticket with which it asks for tickets of others, at an address of its own that is registered for this
 * (protocol 3.0, §2.5.4).
 */
export async function handOver(
  { config, log }: Dependencies,
  service: Service,
  pgtUrl: string,
): Promise<Handed | { failure: Failure }> {
  if (!service.mayProxy) {
    return refused('UNAUTHORIZED_SERVICE_PROXY', 'Ce service n’en ouvre pas d’autres au nom de la personne.');
  }
  const url = readAddress(pgtUrl, config.environment === 'production');
  if (!url || !addressesOf(service, 'proxy_callback').some((registered) => covers(registered, url))) {
    return refused('INVALID_PROXY_CALLBACK', 'L’adresse pgtUrl n’est pas enregistrée pour ce service.');
  }
  const [pgt, pgtIou] = [newTicket('PGT'), newTicket('PGTIOU')];
  const withTicket = new URL(withParameter(url, 'pgtId', pgt));
  try {
    const { status } = await ask(config, new URL(withParameter(withTicket, 'pgtIou', pgtIou)), {
      method: 'GET',
      timeoutMs: CALLBACK_MS,
    });
    if (status === 200) return { pgt, pgtIou, callback: url.href };
    log.warn({ service: service.id, status }, 'granting ticket not received');
  } catch (error) {
    log.warn({ err: error, service: service.id }, 'granting ticket not received');
  }
  return refused('INVALID_PROXY_CALLBACK', 'L’adresse pgtUrl n’a pas répondu 200.');
}

const refused = (code: Failure['code'], description: string) => ({ failure: { code, description } });

/** Lets a granting ticket that was handed over count, until its visit ends. */
export async function grant(
  { clock }: Dependencies,
  trx: Knex.Transaction,
  from: Presented,
  { pgt, callback }: Handed,
  visitId: number,
): Promise<void> {
  const now = clock.now();
  const times = { createdAt: now, expiresAt: new Date(now.getTime() + ABSOLUTE_MS) };
  await repository.insertGrantingTicket(
    trx,
    { ...from, ...times, ticketHash: hashToken(pgt), serviceUrl: callback },
    visitId,
  );
}

/** Gives a service a ticket for the person whom it serves, to another one: both must be open to that person. */
export async function proxyTicket(
  deps: Dependencies,
  { pgt, targetService }: { pgt: string; targetService: string },
): Promise<CasAnswer> {
  const { db, clock, config } = deps;
  const no = (code: Failure['code'], description: string) => ({ proxyFailure: { code, description } });
  const UNKNOWN = 'Ce ticket PGT n’existe pas, ou sa session est terminée.';
  if (!isTicket(pgt, 'PGT')) return no('INVALID_REQUEST', UNKNOWN);
  const now = clock.now();
  const granting = await repository.findGranting(db, hashToken(pgt), now);
  if (!granting?.isInTime || !granting.isSessionOpen) return no('INVALID_REQUEST', UNKNOWN);
  const { person, services } = await personAndServices(deps, granting.userId);
  const from = services.find(({ id }) => id === granting.serviceId);
  const { withSecondFactor } = granting;
  const opens = (service: Service) =>
    mayOpen(service, person) === true && (withSecondFactor || !service.needsSecondFactor);
  if (!from?.mayProxy || !opens(from)) {
    return no('UNAUTHORIZED_SERVICE', 'Ce service n’en ouvre pas d’autres au nom de la personne.');
  }
  const url = readAddress(targetService, config.environment === 'production');
  const target = url && serviceAt(services, url, deps.config);
  if (!target) return no('UNAUTHORIZED_SERVICE', 'targetService n’est l’adresse d’aucun service enregistré.');
  if (!opens(target)) {
    return no('UNAUTHORIZED_SERVICE', 'La personne ne peut pas ouvrir ce service.');
  }
  const ticket = newTicket('PT');
  const written = {
    ...granting,
    ticketHash: hashToken(ticket),
    serviceId: target.id,
    serviceUrl: url.href,
    // Whoever has it has not just proved who they are.
    isFresh: false,
    proxies: [granting.serviceUrl, ...granting.proxies],
    createdAt: now,
    expiresAt: new Date(now.getTime() + TICKET_MS),
  };
  const limit = { since: new Date(now.getTime() - 60_000), most: MOST_A_MINUTE };
  return (await repository.insertProxyTicket(db, written, granting.visitId, limit))
    ? { proxyTicket: ticket }
    : no('INVALID_REQUEST', `Plus de ${MOST_A_MINUTE} tickets en une minute pour une même visite.`);
}
