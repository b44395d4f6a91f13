import { randomBytes } from 'node:crypto';
import type { Dependencies } from '#platform/dependencies.ts';
import { signedToken } from '../keys/service.ts';
import type { Untold } from './repository.ts';

/**
 * The word of CAS that a session is over (protocol 3.0, §2.3.3), as the form field that clients read. The name of the
 * index is written on one line with this very prefix, and the body begins with the field, for there are clients that look
 * for just that; neither « + » nor « % » stands in it, as some decode it twice.
 * @param ticket by which the service knows its session
 */
export function casLogout(ticket: string, at: Date): string {
  const id = `LR-${randomBytes(20).toString('hex')}`;
  const issued = at.toISOString().replace(/\.\d+Z$/, 'Z');
  const request =
    `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${id}" Version="2.0" IssueInstant="${issued}">` +
    '<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">@NOT_USED@</saml:NameID>' +
    `<samlp:SessionIndex>${ticket}</samlp:SessionIndex></samlp:LogoutRequest>`;
  return `logoutRequest=${encodeURIComponent(request)}`;
}

/**
 * The same of OpenID Connect (Back-Channel Logout 1.0, §2.4), for a minute or two. It names the session and not the
 * person: there are clients that end all that a person has with them once they are named.
 */
export async function oidcLogout(
  deps: Dependencies,
  { clientId, oidcSid }: Pick<Untold, 'clientId' | 'oidcSid'>,
): Promise<string> {
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  return `logout_token=${await signedToken(deps, 'logout+jwt', { aud: clientId, sid: oidcSid, events }, 120)}`;
}
