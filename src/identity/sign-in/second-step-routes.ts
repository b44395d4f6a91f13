import type { Request, Response } from 'express';
import { anyone } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { emptyForm, type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { localPath } from '#platform/web/forms/local-path.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { TooManyTries } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { codeLimitPerPerson } from '../second-factor/limits.ts';
import { codeForm, refusal, SECRET_FIELDS } from '../second-factor/schemas.ts';
import { takeCode } from '../second-factor/service.ts';
import { openSession } from './open-session.ts';
import { CHANGED_MEANWHILE } from './page.ts';
import { recordRefusal } from './service.ts';

/** How long a right password waits for its code. */
const WAIT_MS = 5 * 60 * 1000;

/** The second page of a sign-in, for people with a second factor. */
export function secondStepSite(dependencies: Dependencies): GatedRouter {
  const { pool, clock } = dependencies;
  const site = gatedRouter();
  const perPerson = codeLimitPerPerson(pool);
  const wanted = (req: Request) =>
    localPath(firstOf(req.method === 'GET' ? (req.query.suite as string) : req.body.suite));

  const awaited = (req: Request) => {
    const step = req.session.secondStep;
    return step && clock.now().getTime() - step.since <= WAIT_MS ? step : undefined;
  };
  const startAgain = (req: Request, res: Response) => {
    if (req.user) return res.redirect(303, wanted(req));
    if (req.session.secondStep) {
      res.flash('Le délai pour saisir le code est dépassé\u00a0: connectez-vous de nouveau.', 'warning');
    }
    res.redirect(303, `/connexion?suite=${encodeURIComponent(wanted(req))}`);
  };
  const showForm = (req: Request, res: Response, form: FormState, status = 200) =>
    render(res.status(status).set('Cache-Control', 'no-store'), 'identity/sign-in/code', {
      title: 'Code de vérification',
      section: '',
      form,
      next: wanted(req),
    });

  site.get('/connexion/code', anyone, (req, res) => {
    if (!awaited(req)) return startAgain(req, res);
    showForm(req, res, emptyForm());
  });

  site.post('/connexion/code', anyone, async (req, res) => {
    const step = awaited(req);
    if (!step) return startAgain(req, res);
    const submitted = readForm(codeForm, req.body, SECRET_FIELDS);
    if (!submitted.ok) return showForm(req, res, submitted.form, 422);
    try {
      await perPerson.consume(String(step.userId));
    } catch (refused) {
      if (refused instanceof TooManyTries && refused.isFirst) {
        await recordRefusal(dependencies, step.userId, 'limit');
      }
      throw refused;
    }
    const accepted = await takeCode(dependencies, step.userId, submitted.data.code, step.mark);
    if (!accepted) {
      await recordRefusal(dependencies, step.userId, 'code');
      return showForm(req, res, refusal(submitted.form, 'code'), 422);
    }
    if (
      !(await openSession(dependencies, req, step, [...(step.given ?? ['password']), accepted], step.kept))
    ) {
      delete req.session.secondStep;
      res.flash(CHANGED_MEANWHILE, 'warning');
      return startAgain(req, res);
    }
    await perPerson.reset(String(step.userId));
    res.redirect(303, wanted(req));
  });

  return site;
}
