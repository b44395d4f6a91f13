import type { Session } from './sessions.ts';

interface Answer {
  serviceResponse?: {
    authenticationSuccess?: { user: string; attributes?: Record<string, unknown> };
    authenticationFailure?: { code: string; description: string };
  };
}

/** The client's side of CAS 3.0, as small as it can be. @param own the address of this service */
export function createCas(portal: string, own: string) {
  const service = `${own}/cas`;
  const at = (path: string, query: Record<string, string>) =>
    `${portal}/cas/${path}?${new URLSearchParams(query)}`;
  return {
    signInUrl: at('login', { service }),
    /** Out of the portal too, which tells every service, and back here. */
    signOutUrl: at('logout', { service: own }),
    /** Asks the portal whose ticket it is: it answers once. @throws Error with the portal's words when it is nobody's */
    async validate(ticket: string): Promise<Session> {
      const response = await fetch(at('p3/serviceValidate', { service, ticket, format: 'JSON' }));
      const { serviceResponse = {} } = (await response.json()) as Answer;
      const { authenticationSuccess: success, authenticationFailure: failure } = serviceResponse;
      if (!success)
        throw new Error(failure ? `${failure.code}, ${failure.description}` : 'réponse inattendue');
      return { protocol: 'cas', visit: ticket, user: success.user, received: success.attributes ?? {} };
    },
    /** The ticket of the session that the portal says is over. */
    endedBy: (body: URLSearchParams): string | undefined =>
      /<samlp:SessionIndex>([^<]+)</.exec(body.get('logoutRequest') ?? '')?.[1],
  };
}
