import { randomUUID } from 'node:crypto';
import type { Dependencies } from '#platform/dependencies.ts';
import { asXml } from '../../cas/answers.ts';
import { newTicket } from '../../cas/tickets.ts';
import { validate } from '../../cas/validation.ts';
import { isReceived, type Protocol, tell } from '../../logout/listening.ts';
import { casLogout, oidcLogout } from '../../logout/messages.ts';
import type { Answer } from '../../outgoing.ts';
import { addressesOf, type Service, tryOutAddress } from '../../services/rules.ts';
import type { Trial } from './ending.ts';
import { NoEntry, type TrialClient, type UnderWay } from './openid.ts';

/** What a service received of somebody who has just signed in for it. */
export interface Received {
  protocol: Protocol;
  /** The answer of CAS, as it is sent; of OpenID Connect what the ID token says, and what is said of the person. */
  answers: { title: string; text: string }[];
  /** What was checked on the way, in words. */
  checked: string[];
  /** Why nothing came of it, where that is so. */
  refused?: string;
  /** What ends it again (`ending.ts`); undefined where nothing came of it. */
  trial?: Trial;
}

/** Takes the ticket with which a browser has come back, as the service would: whose it is, and what is told of them. */
export async function receive(deps: Dependencies, service: Service, ticket: string): Promise<Received> {
  const answer = await validate(deps, {
    ticket,
    service: tryOutAddress(deps.config, service.id),
    renew: false,
    hasAttributes: true,
  });
  const answers = [{ title: 'Réponse CAS 3.0', text: asXml(answer) }];
  return 'success' in answer
    ? { protocol: 'cas', answers, checked: [], trial: { protocol: 'cas', ticket } }
    : {
        ...{ protocol: 'cas', answers, checked: [] },
        refused: 'Un ticket sert une fois, pendant une minute\u00a0: recommencez l’essai.',
      };
}

/** Takes the code with which a browser has come back, and goes on as the service would. @param search of its address */
export async function exchange(
  client: TrialClient,
  service: Service,
  search: string,
  underWay: UnderWay,
): Promise<Received> {
  try {
    const { idToken, keyId, claims, sid, accessToken } = await client.finish(service, search, underWay);
    return {
      protocol: 'oidc',
      checked: [
        'Le code est venu de la demande de ce navigateur (state).',
        'Il a été échangé contre des jetons, avec son vérificateur (PKCE).',
        `Le jeton d’identité est signé par notre clé ${keyId}, pour ${service.key}, en réponse à cette demande (nonce).`,
        'Le jeton d’accès a ouvert « userinfo », qui parle de la même personne.',
      ],
      answers: [
        { title: 'Jeton d’identité (id_token)', text: JSON.stringify(idToken, null, 2) },
        { title: 'Données (userinfo)', text: JSON.stringify(claims, null, 2) },
      ],
      trial: { protocol: 'oidc', sid, accessToken },
    };
  } catch (error) {
    if (!(error instanceof NoEntry)) throw error;
    return { protocol: 'oidc', checked: [], answers: [], refused: `${error.message}. Recommencez l’essai.` };
  }
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
