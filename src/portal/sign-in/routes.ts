import type { Request } from 'express';
import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { anyone } from '../../access/policies.ts';
import { recordAudit } from '../../audit/service.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { emptyForm, firstOf, readForm, withError } from '../../platform/web/forms/forms.ts';
import { localPath } from '../../platform/web/forms/local-path.ts';
import { TooManyTries } from '../../platform/web/limits.ts';
import { codeNeeded } from '../second-factor/service.ts';
import { signInLimits } from './limits.ts';
import { awaitCode, openSession } from './open-session.ts';
import { showSignIn as showForm, showSuspended } from './page.ts';
import { passkeySignInSite } from './passkey-routes.ts';
import { signInForm } from './schemas.ts';
import { secondStepSite } from './second-step-routes.ts';
import { recordLimit } from './service.ts';

/** « Identification requise »: sign-in, in two steps for people with a second factor, and sign-out. */
export function signInSite(dependencies: Dependencies): GatedRouter {
  const { pool, clock, db } = dependencies;
  const site = gatedRouter();
  const limits = signInLimits(pool);

  site.get('/v2', anyone, (_req, res) => res.redirect(303, '/connexion'));

  site.get('/connexion', anyone, (req, res) => {
    if (req.user) return res.redirect(303, localPath(firstOf(req.query.suite as string)));
    showForm(req, res, emptyForm());
  });

  site.post('/connexion', anyone, async (req, res, next) => {
    const submitted = readForm(signInForm, req.body, ['mot_de_passe']);
    if (!submitted.ok) return showForm(req, res, submitted.form, 422);
    const account = submitted.data.identifiant;
    const address = req.ip ?? '';
    try {
      await limits.consume(account, address);
    } catch (refusal) {
      if (refusal instanceof TooManyTries) await recordLimit(dependencies, refusal, account);
      return showSuspended(req, res, submitted.form, 'identifiant', refusal);
    }

    type Info = { message?: string };
    const answer = (error: unknown, actor?: Express.User | false, info?: Info) => {
      if (error) return next(error);
      if (!actor) {
        const message = info?.message === 'closed' ? CLOSED : WRONG;
        return showForm(req, res, withError(submitted.form, 'identifiant', message), 422);
      }
      passwordGiven(req, actor)
        .then((page) => limits.reset(account, address).then(() => res.redirect(303, page)))
        .catch(next);
    };
    req.authenticator.authenticate('local', answer)(req, res, next);
  });

  /** @returns the page that comes next: the one that was wanted, or the one that asks for a code */
  async function passwordGiven(req: Request, actor: Express.User): Promise<string> {
    const wanted = localPath(firstOf(req.body.suite));
    const mark = await codeNeeded(dependencies, actor.userId);
    if (mark === undefined) {
      await openSession(dependencies, req, actor);
      return wanted;
    }
    await awaitCode(req, actor.userId, mark, clock.now());
    return `/connexion/code?suite=${encodeURIComponent(wanted)}`;
  }

  site.post('/deconnexion', anyone, async (req, res, next) => {
    const userId = req.user?.userId;
    if (userId !== undefined) {
      await recordAudit(db, { action: 'session.closed', at: clock.now(), personId: userId });
    }
    req.logOut((error) => {
      if (error) return next(error);
      req.session.destroy((failure) => {
        if (failure) return next(failure);
        res.flash('Votre session est fermée.');
        res.redirect(303, '/connexion');
      });
    });
  });

  site.use(secondStepSite(dependencies), passkeySignInSite(dependencies));
  return site;
}

const WRONG =
  'Identifiant ou mot de passe incorrect. Compte demandé récemment\u00a0? Il s’ouvre quand la demande est acceptée, et un e-mail vous le dit.';
const CLOSED =
  'Votre compte est fermé, parce qu’il n’a pas servi pendant deux ans. Pour le rouvrir, demandez un lien avec «\u00a0Mot de passe oublié\u00a0?\u00a0» ci-dessous.';
