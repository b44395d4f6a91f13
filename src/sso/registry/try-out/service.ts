import { randomUUID } from 'node:crypto';
import type { Dependencies } from '#platform/dependencies.ts';
import { claimsFor } from '../attributes/rules.ts';
import { asXml } from '../cas/answers.ts';
import { newTicket } from '../cas/tickets.ts';
import { validate } from '../cas/validation.ts';
import { casLogout, oidcLogout } from '../logout/messages.ts';
import { ask } from '../outgoing.ts';
import { addressesOf, type Service, tryOutAddress } from '../services/rules.ts';
import { getPerson } from '../services/service.ts';

const TIMEOUT_MS = 5_000;

/** What a service would have received of somebody who has just signed in for it. */
export interface Received {
  isIn: boolean;
  /** The answer of CAS, as it is sent. */
  xml: string;
  /** The claims of OpenID Connect, where the service speaks it. */
  claims: string | undefined;
}

/** Takes the ticket with which a browser has come back, as the service would: whose it is, and what is told of them. */
export async function receive(
  deps: Dependencies,
  service: Service,
  userId: number,
  ticket: string,
): Promise<Received> {
  const answer = await validate(deps, {
    ticket,
    service: tryOutAddress(deps.config, service.id),
    renew: false,
    hasAttributes: true,
  });
  const isIn = 'success' in answer;
  const person = await getPerson(deps.db, userId, deps.clock.now());
  return {
    isIn,
    xml: asXml(answer),
    claims: isIn && service.speaksOidc ? JSON.stringify(claimsFor(service, person), null, 2) : undefined,
  };
}

/** How a service answered the word that a session is over, of a session that it does not know. */
export interface Heard {
  protocol: 'CAS' | 'OpenID Connect';
  url: string;
  /** What came back, in words. */
  words: string;
  isGood: boolean;
}

/**
 * Tells a service, at each of its fixed addresses, that a session is over which it does not know: it should answer all the
 * same. Where CAS tells of the end at the address that was visited, there is none to try.
 */
export async function tryLogout(deps: Dependencies, service: Service): Promise<Heard[]> {
  const at = deps.clock.now();
  const end = { clientId: service.key, oidcSid: randomUUID() };
  const words = [
    ...(service.speaksCas && service.casLogoutUrl
      ? [{ protocol: 'CAS' as const, url: service.casLogoutUrl, body: casLogout(newTicket('ST'), at) }]
      : []),
    ...(await Promise.all(
      (service.speaksOidc ? addressesOf(service, 'backchannel') : []).map(async (url) => ({
        protocol: 'OpenID Connect' as const,
        url,
        body: await oidcLogout(deps, end),
      })),
    )),
  ];
  return Promise.all(
    words.map(async ({ protocol, url, body }) => {
      const answered = await ask(deps.config, new URL(url), {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        timeoutMs: TIMEOUT_MS,
      }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
      if (answered instanceof Error)
        return { protocol, url, isGood: false, words: `Pas de réponse (${answered.message}).` };
      // There are services that refuse the end of a session which they do not know.
      const isGood = answered.status < 300 || (protocol === 'OpenID Connect' && answered.status === 400);
      return { protocol, url, isGood, words: `Réponse ${answered.status}.` };
    }),
  );
}
