import { createHash, randomBytes } from 'node:crypto';
import { doubleCsrf } from 'csrf-csrf';
import type { Request, RequestHandler } from 'express';
import { DomainError } from '../errors.ts';
import { deriveKeys } from '../security/secrets.ts';
import { cookieName, cookieOptions } from './cookies.ts';
import { firstOf } from './forms/forms.ts';
import { formToSendAgain } from './forms/refused.ts';

/** What the site knows of its own forms, when one of them comes with a token that is no longer good. */
export interface StaleForms {
  /** Where a form leads that has become pointless: signing in once somebody is, or out once nobody is. */
  leadOn(req: Request): { to: string; words?: string } | undefined;
  /** Whether the form's address is open to visitors. */
  isForVisitors(req: Request): boolean;
}

/** What the cookie that the token is compared with is called; `secure` as for {@link csrfProtection}. */
export const csrfCookie = (secure: boolean): string => cookieName('csrf', secure);

/**
 * Protects every POST: the form's hidden `_csrf` must match a signed cookie bound to the session.
 * Stateless, so that a visitor who only reads has no session row. No form goes through without a good token; one that
 * was opened before somebody signed in or out in another tab leads on instead of being lost.
 */
export function csrfProtection(
  secrets: string | readonly [string, ...string[]],
  secure: boolean,
  stale: StaleForms,
): RequestHandler[] {
  const keys = deriveKeys(secrets, 'csrf');
  const cookie = csrfCookie(secure);
  const { doubleCsrfProtection, generateCsrfToken, invalidCsrfTokenError } = doubleCsrf({
    getSecret: () => keys.map((key) => key.toString('base64')),
    // The sign-in rather than the session id: pages opened before it is renewed still work.
    getSessionIdentifier: (req) => (req.user ? (req.session.signInId ?? req.sessionID) : 'signed-out'),
    cookieName: cookie,
    cookieOptions: cookieOptions(secure),
    getCsrfTokenFromRequest: (req) => firstOf(req.body?._csrf),
  });
  const protect: RequestHandler = (req, res, next) => {
    if (req.body?._csrf !== undefined) req.body._csrf = unmasked(firstOf(req.body._csrf) ?? '');
    doubleCsrfProtection(req, res, (error?: unknown) => {
      if (error !== invalidCsrfTokenError) return next(error);
      if (req.cookies?.[cookie] === undefined) return next(cookiesNeeded(req));
      const on = stale.leadOn(req);
      if (!on) return next(refusal(req, stale));
      if (on.words) res.flash(on.words, 'warning');
      res.redirect(303, on.to);
    });
  };
  const offer: RequestHandler = (req, res, next) => {
    let token: string | undefined;
    // Made only when a form asks for it, so that a page without one sets no cookie.
    res.locals.csrfToken = () => {
      token ??= masked(generateCsrfToken(req, res, { validateOnReuse: false }));
      return token;
    };
    next();
  };
  // Offered first, so that the page of a refused form has working forms of its own.
  return [offer, protect];
}

/**
 * The token under a pad that is another one in each page. Pages are compressed, and some show what their address says: by
 * the length of the answer, whoever makes a browser open many of them would learn a token that stays the same.
 */
function masked(token: string): string {
  const seed = randomBytes(SEED_BYTES);
  return Buffer.concat([seed, underPad(Buffer.from(token, 'latin1'), seed)]).toString('base64url');
}

function unmasked(sent: string): string {
  const bytes = Buffer.from(sent, 'base64url');
  return underPad(bytes.subarray(SEED_BYTES), bytes.subarray(0, SEED_BYTES)).toString('latin1');
}

/** What the pad of a page is made of: a pad as long as the token would make it twice as long in each form. */
const SEED_BYTES = 16;

/** Puts a pad on, or takes it off. */
function underPad(bytes: Buffer, seed: Buffer): Buffer {
  const pad = createHash('shake256', { outputLength: bytes.length || 1 })
    .update(seed)
    .digest();
  return bytes.map((byte, index) => byte ^ (pad[index] ?? 0)) as Buffer;
}

/** Whether the browser itself says that the form is from a page of this site: no other site can make it say so. */
const isFromHere = (req: Request) => req.get('sec-fetch-site') === 'same-origin';

/**
 * Every form comes with the cookie that its page set: without any, the browser keeps none, or has thrown it away.
 */
function cookiesNeeded(req: Request): DomainError {
  return new DomainError(
    403,
    'Les cookies sont nécessaires',
    'Rien n’a été enregistré\u00a0: votre navigateur n’a pas envoyé le cookie de ce site, sans lequel aucun formulaire n’est accepté. Autorisez les cookies de ce site dans les réglages du navigateur, puis rouvrez le formulaire. Ce site n’en a que d’indispensables\u00a0: aucun ne sert à vous suivre.',
    { reopen: true, offersSignIn: false, ...sentAgain(req) },
  );
}

function refusal(req: Request, { isForVisitors }: StaleForms): DomainError {
  const again = sentAgain(req);
  if (!isFromHere(req)) {
    return new DomainError(
      403,
      'Cette page a expiré',
      'Rien n’a été enregistré. Rouvrez le formulaire, puis validez de nouveau.',
      { reopen: true },
    );
  }
  if (req.user) {
    return new DomainError(
      403,
      again ? 'Envoyer ce formulaire\u00a0?' : 'Rouvrez ce formulaire',
      `Vous vous êtes identifié depuis que ce formulaire est ouvert. Rien n’est encore enregistré\u00a0: ${again ? 'envoyez-le si c’est toujours ce que vous voulez' : 'rouvrez-le, puis validez de nouveau'}.`,
      { reopen: true, ...again },
    );
  }
  const open = isForVisitors(req);
  return new DomainError(
    403,
    'Votre session est terminée',
    `Elle a pris fin depuis que ce formulaire est ouvert. Rien n’est encore enregistré${open && again ? '\u00a0: ce formulaire s’envoie aussi sans s’identifier' : ''}.`,
    { reopen: true, ...(open ? { offersSignIn: false, ...again } : {}) },
  );
}

const sentAgain = (req: Request) => (isFromHere(req) ? formToSendAgain(req) : undefined);
