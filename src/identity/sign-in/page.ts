import type { Request, Response } from 'express';
import { type FormState, firstOf, withError } from '#platform/web/forms/forms.ts';
import { localPath } from '#platform/web/forms/local-path.ts';
import { TooManyTries } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';

/** Where the person was going. */
export const wantedOf = (req: Request): string =>
  localPath(firstOf(req.method === 'GET' ? (req.query.suite as string) : req.body.suite));

/** Where the answer of a passkey is sent. */
export const PASSKEY_SIGN_IN = '/connexion/cle-d-acces';

/** Said when the account was closed, or its sessions ended, between the proof and the session: trying again tells which. */
export const CHANGED_MEANWHILE =
  'La connexion n’a pas abouti\u00a0: au même moment, le mot de passe de ce compte a changé, ses sessions ont été fermées ou le compte lui-même l’a été. Connectez-vous de nouveau.';

/**
 * « Identification requise », with what was typed and what is wrong with it.
 * @param hasEnded the browser had a session that is no more: it is told so
 */
export function showSignIn(
  req: Request,
  res: Response,
  form: FormState,
  status = 200,
  hasEnded = false,
): void {
  // Shown again by « Précédent » once somebody is signed in, the form would be good for nothing: the page is asked for anew.
  res.set('Cache-Control', 'no-store');
  render(res.status(status), 'identity/sign-in/sign-in', {
    title: 'Connexion',
    section: '',
    form,
    next: wantedOf(req),
    hasEnded,
    // A browser that offered again, unasked, the passkey just refused would send it for ever.
    offersPasskey: req.path !== PASSKEY_SIGN_IN,
  });
}

/**
 * The form again after too many tries, rather than the page of errors: the way out is under it.
 * @throws whatever `failure` is, when it is not that
 */
export function showSuspended(
  req: Request,
  res: Response,
  form: FormState,
  field: string,
  failure: unknown,
): void {
  if (!(failure instanceof TooManyTries)) throw failure;
  res.set('Retry-After', String(Math.ceil(failure.retryAfter)));
  const message = `${failure.title}. ${failure.message} ${WAY_OUT}`;
  showSignIn(req, res, withError(form, field, message), failure.status);
}

const WAY_OUT =
  'Vous pouvez aussi choisir un nouveau mot de passe\u00a0: suivez «\u00a0Mot de passe oublié\u00a0?\u00a0» ci-dessous.';
