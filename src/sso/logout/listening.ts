import type { Config } from '#platform/config.ts';
import { type Answer, ask, type Network } from '../outgoing.ts';

/** How long a service may take to listen. */
const TIMEOUT_MS = 5_000;

/** By which protocol a service is told that a session is over. */
export type Protocol = 'cas' | 'oidc';

/**
 * Tells a service that a session is over.
 * @param body as its protocol words it
 * @throws what {@link ask} throws where nothing comes back
 */
export const tell = (network: Network, url: string, body: string): Promise<Answer> =>
  ask(network, new URL(url), {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'Cap-Metiers-SSO' },
    timeoutMs: TIMEOUT_MS,
  });

/** Whether a service has taken the word, by what it answered: anything else is told again, and then given up. */
export function isReceived(
  { publicUrl }: Pick<Config, 'publicUrl'>,
  protocol: Protocol,
  { status, location = '' }: Pick<Answer, 'status' | 'location'>,
): boolean {
  // mod_auth_cas ends the session, then asks the portal who is there, as it does on every page.
  const asksForSignIn = protocol === 'cas' && location.startsWith(`${publicUrl}/`);
  return (status >= 200 && status <= 299) || asksForSignIn;
}
