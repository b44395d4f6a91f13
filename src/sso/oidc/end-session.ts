import type { Request } from 'express';
import type { Dependencies } from '#platform/dependencies.ts';
import { DomainError } from '#platform/errors.ts';
import { ALGORITHM, signingKeys } from '../keys/service.ts';
import { shownAddress, withParameter } from '../services/addresses.ts';
import { addressesOf, type Service } from '../services/rules.ts';
import { findService } from '../services/service.ts';
import { findNamedVisit } from '../visits/service.ts';

/** A service's wish that somebody be signed out of the portal (RP-Initiated Logout 1.0). */
export interface Leaving {
  service: Service | undefined;
  /** Where the browser goes on to; undefined where the service names no address, or does not say who it is. */
  next: string | undefined;
  /** Whether it shows an ID token of this very session: then nobody has to be asked. */
  isOwn: boolean;
  /** What it has sent, for the form that asks the person. */
  fields: [name: string, value: string][];
}

/** What it may send, each once. */
export const PARAMETERS = ['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state'] as const;

/** @throws DomainError for a wish that cannot be followed: the browser is sent to no address that is not registered */
export async function readLeaving(
  deps: Dependencies,
  req: Request,
  fields: Readonly<Record<string, unknown>>,
): Promise<Leaving> {
  const [hint, clientId, address, state] = PARAMETERS.map((name) => {
    const value = fields[name];
    if (value === undefined || typeof value === 'string') return value || undefined;
    throw refusal(`Le paramètre ${name} est donné deux fois.`);
  });
  const shown = hint === undefined ? undefined : await readHint(deps, hint);
  if (shown && clientId !== undefined && clientId !== shown.aud)
    throw refusal('Le service n’est pas celui du jeton qu’il montre.');
  const key = shown?.aud ?? clientId;
  const service = key === undefined ? undefined : await findService(deps, { key });
  if (key !== undefined && !service)
    throw refusal('Le service qui vous envoie ici n’est pas enregistré auprès du portail.');
  if (service && address !== undefined && !addressesOf(service, 'post_logout').includes(address))
    throw refusal(
      `${service.name} demande à revenir à une adresse qui n’est pas enregistrée\u00a0: ${shownAddress(address)}. Votre session est restée ouverte.`,
    );
  const known = service && address;
  return {
    service,
    next: known && (state === undefined ? known : withParameter(new URL(known), 'state', state)),
    fields: PARAMETERS.flatMap((name): [string, string][] =>
      fields[name] ? [[name, String(fields[name])]] : [],
    ),
    isOwn: shown !== undefined && (await isOfSession(deps, req, shown)),
  };
}

interface Hint {
  aud: string;
  sub: string;
  sid: string | undefined;
}

/** What an ID token says that we have signed, however old: it opens nothing, it names a session. */
async function readHint(deps: Dependencies, hint: string): Promise<Hint> {
  const { compactVerify, createLocalJWKSet } = await import('jose');
  const keys = createLocalJWKSet({
    keys: (await signingKeys(deps)).map(({ publicJwk }) => publicJwk) as never,
  });
  try {
    const { payload } = await compactVerify(hint, keys, { algorithms: [ALGORITHM] });
    const { iss, aud, sub, sid } = JSON.parse(new TextDecoder().decode(payload));
    if (iss === deps.config.publicUrl && typeof aud === 'string') return { aud, sub, sid };
  } catch {
    // Of somebody else, or altered: the same as none that can be read.
  }
  throw refusal('Le jeton que montre le service n’est pas de ce portail.');
}

async function isOfSession({ db }: Dependencies, { session }: Request, { sub, sid }: Hint): Promise<boolean> {
  const visit = sid === undefined ? undefined : await findNamedVisit(db, sid);
  return visit !== undefined && visit.signInId === session.signInId && visit.subject === sub;
}

const refusal = (message: string) => new DomainError(400, 'Déconnexion impossible', message);
