import { randomUUID } from 'node:crypto';
import type { Dependencies } from '#platform/dependencies.ts';
import { claimsFor } from '../../attributes/rules.ts';
import { asXml } from '../../cas/answers.ts';
import { newTicket } from '../../cas/tickets.ts';
import { validate } from '../../cas/validation.ts';
import { isReceived, type Protocol, tell } from '../../logout/listening.ts';
import { casLogout, oidcLogout } from '../../logout/messages.ts';
import type { Answer } from '../../outgoing.ts';
import { addressesOf, type Service, tryOutAddress } from '../../services/rules.ts';
import { getPerson } from '../../services/service.ts';

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
  protocol: string;
  url: string;
  /** What came back, in words. */
  words: string;
  tone: 'good' | 'doubtful' | 'bad';
}

/**
 * Tells a service, at each of its fixed addresses, that a session is over which it does not know. What it answers is judged as
 * in earnest. Where CAS tells of the end at the address that was visited, there is none to try.
 */
export async function tryLogout(deps: Dependencies, service: Service): Promise<Heard[]> {
  const at = deps.clock.now();
  const cas = service.speaksCas && service.casLogoutUrl ? [service.casLogoutUrl] : [];
  const openId = service.speaksOidc ? addressesOf(service, 'backchannel') : [];
  return Promise.all([
    ...cas.map((url) => tryAt(deps, 'cas', url, casLogout(newTicket('ST'), at))),
    ...openId.map(async (url) =>
      tryAt(deps, 'oidc', url, await oidcLogout(deps, { clientId: service.key, oidcSid: randomUUID() })),
    ),
  ]);
}

async function tryAt(deps: Dependencies, protocol: Protocol, url: string, body: string): Promise<Heard> {
  const outcome = await tell(deps.config, url, body).then(
    (answer) => judged(deps, protocol, answer),
    (error: unknown) => ({ tone: 'bad' as const, words: failureInWords(error) }),
  );
  return { protocol: protocol === 'cas' ? 'CAS' : 'OpenID Connect', url, ...outcome };
}

function judged(deps: Dependencies, protocol: Protocol, answer: Answer): Pick<Heard, 'tone' | 'words'> {
  const { status } = answer;
  if (isReceived(deps.config, protocol, answer)) return { tone: 'good', words: `reçue (réponse ${status}).` };
  // The protocol lets a service refuse a session that it does not know, which this one is.
  if (protocol === 'oidc' && status === 400)
    return {
      tone: 'doubtful',
      words:
        'refusée (réponse 400), ce qu’un service peut faire d’une session qu’il ne connaît pas. D’une vraie, ce refus compterait comme non reçue.',
    };
  const where = status >= 300 && status <= 399 ? ', qui conduit ailleurs\u00a0: le portail n’y va pas' : '';
  return { tone: 'bad', words: `non reçue (réponse ${status}${where}).` };
}

const SILENT = 'rien ne vient en cinq secondes';

/** What the errors of a network mean, by their code. */
const FAILURES: Readonly<Record<string, string>> = Object.freeze({
  ECONNREFUSED: 'rien n’écoute à cette adresse',
  ECONNRESET: 'la connexion a été coupée',
  EHOSTUNREACH: 'cette machine est hors d’atteinte',
  ENETUNREACH: 'ce réseau est hors d’atteinte',
  ENOTFOUND: 'ce nom n’existe pas',
  EAI_AGAIN: 'ce nom ne se résout pas pour le moment',
  ETIMEDOUT: SILENT,
  CERT_HAS_EXPIRED: 'son certificat est périmé',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'son certificat est signé par lui-même',
  SELF_SIGNED_CERT_IN_CHAIN: 'son certificat vient d’une autorité inconnue',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'son certificat vient d’une autorité inconnue',
  ERR_TLS_CERT_ALTNAME_INVALID: 'son certificat est pour un autre nom',
});

function failureInWords(error: unknown): string {
  const { name = '', code = '' } = error as { name?: string; code?: string };
  if (name === 'Forbidden')
    return 'pas envoyée\u00a0: cette adresse mène à cette machine ou à son réseau privé (SSO_PRIVATE_NETWORK).';
  const reason = name === 'TimeoutError' || name === 'AbortError' ? SILENT : FAILURES[code];
  return `pas de réponse\u00a0: ${reason ?? `le réseau a échoué (${code || name})`}.`;
}
