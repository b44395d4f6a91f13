import { doubleCsrf } from 'csrf-csrf';
import type { RequestHandler } from 'express';
import { DomainError } from '../errors.ts';
import { deriveKey } from '../security/secrets.ts';
import type { Fields } from './forms/body.ts';
import { firstOf } from './forms/forms.ts';

/**
 * Protects every POST: the form's hidden `_csrf` must match a signed cookie bound to the session.
 * Stateless, so that a visitor who only reads has no session row.
 */
export function csrfProtection(secret: string, secure: boolean): RequestHandler[] {
  const { doubleCsrfProtection, generateCsrfToken, invalidCsrfTokenError } = doubleCsrf({
    getSecret: () => deriveKey(secret, 'csrf').toString('base64'),
    getSessionIdentifier: (req) => (req.user ? req.sessionID : 'signed-out'),
    cookieName: secure ? '__Host-csrf' : 'csrf',
    cookieOptions: { httpOnly: true, sameSite: 'lax', secure, path: '/' },
    getCsrfTokenFromRequest: (req) => firstOf(req.body?._csrf),
  });
  const protect: RequestHandler = (req, res, next) =>
    doubleCsrfProtection(req, res, (error?: unknown) => {
      next(error === invalidCsrfTokenError ? expiredPage(req.body) : error);
    });
  const offer: RequestHandler = (req, res, next) => {
    let token: string | undefined;
    // Made only when a form asks for it, so that a page without one sets no cookie.
    res.locals.csrfToken = () => {
      token ??= generateCsrfToken(req, res, { validateOnReuse: false });
      return token;
    };
    next();
  };
  // Offered first, so that the page « a expiré » has working forms of its own.
  return [offer, protect];
}

/** Longer than a name: words that somebody would be sorry to lose. */
const WORTH_KEEPING = 30;

// The form is not sent again with a fresh token: it may come from another site. Its long texts are given back to copy.
function expiredPage(body: Fields | undefined): DomainError {
  const typed = Object.entries(body ?? {})
    .map(([name, value]) => ({ name: name.replace(/\W/g, ''), value: firstOf(value) }))
    .filter(({ name, value }) => value.length > WORTH_KEEPING && !/csrf|passe|password|suite/i.test(name));
  const advice =
    typed.length > 0
      ? 'Rien n’a été enregistré, mais votre saisie est ci-dessous : copiez-la, rouvrez le formulaire et collez-la.'
      : 'Rien n’a été enregistré. Revenez à la page précédente, rechargez-la, puis validez de nouveau.';
  return new DomainError(403, 'Cette page a expiré', advice, typed.length > 0 ? { typed } : undefined);
}
