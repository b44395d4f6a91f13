/** The addresses of OpenID Connect on this site; each is a route of ours, and the library answers most of them. */
export const PATHS = Object.freeze({
  authorization: '/oidc/authorize',
  token: '/oidc/token',
  userinfo: '/oidc/userinfo',
  revocation: '/oidc/revocation',
  jwks: '/oidc/jwks',
  end_session: '/oidc/session/end',
});

/** Where the tab of a person is while something is missing. */
export const interactionPath = (uid: string): string => `/oidc/interaction/${encodeURIComponent(uid)}`;

/** Where it goes on, once nothing is. */
export const resumePath = (uid: string): string => `/oidc/authorize/${encodeURIComponent(uid)}`;
