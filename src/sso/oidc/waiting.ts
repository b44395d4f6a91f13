import type { Dependencies } from '#platform/dependencies.ts';
import { addressOf } from '#platform/web/views/address.ts';
import { addressesOf } from '../services/rules.ts';
import { findService, type Service } from '../services/service.ts';
import type { AwaitedService } from '../waiting.ts';
import { findLive } from './adapter.ts';
import { type Asked, askedBy } from './entry.ts';
import { PATHS } from './paths.ts';

/** A request of a service, while the person is asked for something. */
export interface Waiting {
  service: Service;
  asked: Asked;
  /** Where the browser goes on to: registered today too. */
  redirectUri: string;
  /** The sign-in that was there when it was made; undefined for a visitor's. */
  signInId: string | undefined;
  /** The address that asks the same once more. */
  again: string;
}

/**
 * @param uid of the library's interaction
 * @returns undefined for one that has run out, or that leads where no service is any more
 */
export async function findWaiting(deps: Dependencies, uid: string): Promise<Waiting | undefined> {
  const kept = await findLive(deps, 'Interaction', uid);
  if (!kept?.params) return undefined;
  const { params, session, prompt } = kept;
  const redirectUri = String(params.redirect_uri);
  const service = await findService(deps, { key: String(params.client_id) });
  if (!service || !addressesOf(service, 'redirect').includes(redirectUri)) return undefined;
  const since: unknown = prompt?.details.since;
  return {
    service,
    asked: askedBy(params, typeof since === 'number' ? since : undefined),
    redirectUri,
    signInId: session?.uid,
    again: addressOf(PATHS.authorization, params as Record<string, string>),
  };
}

/** The service that waits behind an address, for the pages on the way there. */
export async function awaitedByOidc(
  deps: Dependencies,
  { pathname }: URL,
): Promise<AwaitedService | undefined> {
  const uid = /^\/oidc\/interaction\/([\w-]+)$/.exec(pathname)?.[1];
  const waiting = uid === undefined ? undefined : await findWaiting(deps, uid);
  return waiting && { name: waiting.service.name, origin: new URL(waiting.redirectUri).origin };
}
