import type { ClientMetadata } from 'oidc-provider';
import { addressesOf, type Service } from '../services/rules.ts';

/** What a service can ask to be told, and the claims of each; the registry says what it is told of these. */
export const CLAIMS = {
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: ['name', 'given_name', 'family_name'],
  email: ['email', 'email_verified'],
  structures: ['structures'],
};

export const SCOPE = Object.keys(CLAIMS).join(' ');

/** A service of the registry, as the library knows clients; it stays at hand as `client.service`. */
export function clientOf(service: Service): ClientMetadata & { service: Service } {
  const [logoutUrl] = addressesOf(service, 'backchannel');
  return {
    client_id: service.key,
    client_name: service.name,
    // Secrets are compared by their hashes (`provider.ts`): this one is nobody's.
    client_secret: 'kept as a hash',
    redirect_uris: addressesOf(service, 'redirect'),
    ...(logoutUrl ? { backchannel_logout_uri: logoutUrl, backchannel_logout_session_required: true } : {}),
    service,
  };
}
