import type { Request, Response } from 'express';
import { anyone } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { newToken } from '#platform/security/secrets.ts';
import { cookieName, cookieOptions } from '#platform/web/cookies.ts';
import { readForm, withError } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { placeOf } from '#platform/web/limits.ts';
import { REFUSALS, useForm } from '../passkeys/schemas.ts';
import { optionsToUse, takeAnswer } from '../passkeys/service.ts';
import { signInLimits } from './limits.ts';
import { openSession } from './open-session.ts';
import { CHANGED_MEANWHILE, PASSKEY_SIGN_IN as PAGE, showSignIn, showSuspended, wantedOf } from './page.ts';
import { recordRefusal } from './service.ts';

const FIELD = 'cle_verification';

/** What the cookie that names a browser to its passkey is called. */
export const passkeyCookie = (secure: boolean): string => cookieName('passkey', secure);

/** « Se connecter avec une clé d’accès »: the two factors at once, on the page of sign-in. */
export function passkeySignInSite(dependencies: Dependencies): GatedRouter {
  const { config } = dependencies;
  const site = gatedRouter();
  const limits = signInLimits(dependencies);
  const secure = config.publicUrl.startsWith('https:');
  const cookie = passkeyCookie(secure);
  const asked = (browser: string) => ({ purpose: 'sign-in', browser }) as const;

  /** Names the browser by a cookie: nobody is signed in, and a visit stores nothing. */
  const browserOf = (req: Request): string | undefined => {
    const value: unknown = req.cookies[cookie];
    return typeof value === 'string' && /^[\w-]{43}$/.test(value) ? value : undefined;
  };
  const refuse = (req: Request, res: Response, message: string) =>
    showSignIn(req, res, withError({ values: {}, errors: {} }, '', message), 422);

  site.get(`${PAGE}/options`, anyone, async (req, res) => {
    const browser = browserOf(req) ?? newToken();
    res.cookie(cookie, browser, cookieOptions(secure));
    res.set('Cache-Control', 'no-store').json(await optionsToUse(dependencies, asked(browser)));
  });

  // The address of the form that was refused, opened again.
  site.get(PAGE, anyone, (_req, res) => res.redirect(303, '/connexion'));

  site.post(PAGE, anyone, async (req, res) => {
    const submitted = readForm(useForm, req.body, [FIELD]);
    if (!submitted.ok) return refuse(req, res, submitted.form.errors[FIELD] ?? REFUSALS.refused);
    const answer = submitted.data[FIELD];
    const tried = { account: answer.id, place: placeOf(req) };
    try {
      await limits.consume(tried);
    } catch (failure) {
      return showSuspended(req, res, submitted.form, '', failure);
    }
    const taken = await takeAnswer(dependencies, asked(browserOf(req) ?? ''), answer);
    if ('refused' in taken) {
      await recordRefusal(dependencies, undefined, 'passkey');
      return refuse(req, res, REFUSALS[taken.refused]);
    }
    if (!(await openSession(dependencies, req, taken, ['passkey'], { passkeyId: taken.passkeyId }))) {
      return refuse(req, res, CHANGED_MEANWHILE);
    }
    await limits.succeed(tried);
    res.redirect(303, wantedOf(req));
  });

  return site;
}
