import type { Request } from 'express';
import { anyone } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { emptyForm, firstOf, readForm, withError } from '#platform/web/forms/forms.ts';
import { localPath } from '#platform/web/forms/local-path.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { placeOf, TooManyTries } from '#platform/web/limits.ts';
import { findable } from '#platform/web/robots.ts';
import { codeNeeded } from '../second-factor/service.ts';
import { signInLimits } from './limits.ts';
import { awaitCode, openSession } from './open-session.ts';
import { CHANGED_MEANWHILE, showSignIn as showForm, showSuspended } from './page.ts';
import { passkeySignInSite } from './passkey-routes.ts';
import { signInForm } from './schemas.ts';
import { secondStepSite } from './second-step-routes.ts';
import { type Proved, recordLimit } from './service.ts';
import { signOut } from './sign-out.ts';

/** « Identification requise »: sign-in, in two steps for people with a second factor, and sign-out. */
export function signInSite(dependencies: Dependencies): GatedRouter {
  const { clock } = dependencies;
  const site = gatedRouter();
  const limits = signInLimits(dependencies);

  site.get('/v2', anyone, (_req, res) => res.redirect(303, '/connexion'));

  site.get('/connexion', anyone, findable(), (req, res) => {
    if (req.user) return res.redirect(303, localPath(firstOf(req.query.suite as string)));
    // A session past its limit still has its row; any other that ended has none.
    const hasEnded = req.sessionHasEnded || req.session.signedInAt !== undefined;
    showForm(req, res, emptyForm(), 200, hasEnded && !res.locals.flash);
  });

  site.post('/connexion', anyone, async (req, res, next) => {
    const submitted = readForm(signInForm, req.body, ['mot_de_passe']);
    if (!submitted.ok) return showForm(req, res, submitted.form, 422);
    const account = submitted.data.identifiant;
    const tried = { account, place: placeOf(req), password: submitted.data.mot_de_passe };
    try {
      await limits.consume(tried);
    } catch (refusal) {
      if (refusal instanceof TooManyTries) await recordLimit(dependencies, refusal, account);
      return showSuspended(req, res, submitted.form, 'identifiant', refusal);
    }

    type Info = { message?: string };
    const answer = (error: unknown, actor?: Express.User | false, info?: Info) => {
      if (error) return next(error);
      const refuse = (message: string) =>
        showForm(req, res, withError(submitted.form, 'identifiant', message), 422);
      if (!actor) return refuse(info?.message === 'closed' ? CLOSED : WRONG);
      passwordGiven(req, { userId: actor.userId, generation: actor.sessionGeneration })
        .then(async (page) => {
          if (page === undefined) return refuse(CHANGED_MEANWHILE);
          await limits.succeed(tried);
          res.redirect(303, page);
        })
        .catch(next);
    };
    // Looked for as the form keeps it, which is what the limits have counted.
    req.body.identifiant = account;
    req.authenticator.authenticate('local', answer)(req, res, next);
  });

  /**
   * @returns the page that comes next: the one that was wanted, or the one that asks for a code; undefined when the
   *   account was closed, or its sessions ended, since the password was read
   */
  async function passwordGiven(req: Request, proved: Proved): Promise<string | undefined> {
    const wanted = localPath(firstOf(req.body.suite));
    const mark = await codeNeeded(dependencies, proved.userId);
    if (mark === undefined) {
      return (await openSession(dependencies, req, proved, ['password'])) ? wanted : undefined;
    }
    await awaitCode(req, proved, mark, clock.now());
    return `/connexion/code?suite=${encodeURIComponent(wanted)}`;
  }

  site.post('/deconnexion', anyone, async (req, res) => {
    const next = await signOut(dependencies, req, res);
    res.flash('Votre session est fermée.');
    res.redirect(303, next);
  });

  site.use(secondStepSite(dependencies), passkeySignInSite(dependencies));
  return site;
}

const WRONG =
  'Identifiant ou mot de passe incorrect. Compte demandé récemment\u00a0? Il s’ouvre quand la demande est acceptée, et un e-mail vous le dit.';
const CLOSED =
  'Votre compte est fermé, parce qu’il n’a pas servi pendant deux ans. Pour le rouvrir, demandez un lien avec «\u00a0Mot de passe oublié\u00a0?\u00a0» ci-dessous.';
