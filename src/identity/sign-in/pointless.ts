import type { Request } from 'express';
import { firstOf } from '#platform/web/forms/forms.ts';
import { localPath } from '#platform/web/forms/local-path.ts';

/**
 * Where a form to sign in or out leads when it was opened before somebody did so in another tab: on to what was wanted,
 * as it is done already; or to the same form afresh, as a password is not kept.
 * @returns undefined for every other form
 */
export function pointlessSignIn({ path, body, user }: Request): { to: string; words?: string } | undefined {
  if (path === '/deconnexion' && !user) return { to: '/connexion' };
  if (!/^\/connexion(\/|$)/.test(path)) return undefined;
  const wanted = localPath(firstOf(body?.suite));
  if (user) return { to: wanted };
  return {
    to: `/connexion?suite=${encodeURIComponent(wanted)}`,
    words:
      'Cette page était ouverte depuis longtemps, ou avant une autre connexion\u00a0: identifiez-vous de nouveau.',
  };
}
