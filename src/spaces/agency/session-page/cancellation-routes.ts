import type { Request, Response } from 'express';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { sessionReasonForm } from '#enrolment/session-changes/schemas.ts';
import { cancellationPreview, cancelSession, restoreSession } from '#enrolment/session-changes/service.ts';
import { previewLines, restoredSentence, toldSentence } from '#enrolment/session-changes/words.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { emptyForm, type FormState, readForm, withError } from '#platform/web/forms/forms.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { doerOf, SESSIONS, sessionOf, sessionPath, titleOf } from './session.ts';

const deciding = recentlyConfirmed(agency);
const CANCEL = `${SESSIONS}/:sessionId/annuler`;
const RESTORE = `${SESSIONS}/:sessionId/retablir`;

/** Cancelling a session with a reason, after reading who will be told; and taking that back. */
export function cancellationRoutes(deps: Dependencies, site: GatedRouter): void {
  const showCancellation = async (req: Request, res: Response, form: FormState, status = 200) => {
    const session = await sessionOf(deps, req);
    res.status(status).render('enrolment/reason', {
      title: 'Annuler la session',
      section: 'agency',
      styles: ['css/spaces.css'],
      form,
      action: req.path,
      back: sessionPath(session.id),
      backTo: 'Revenir à la session',
      backLabel: 'Garder la session',
      heading: 'Annuler la session',
      intro: `Session ${titleOf(session, deps.clock.now())}. Tant qu’elle n’a pas commencé, vous pourrez la rétablir.`,
      details: previewLines(
        await cancellationPreview(deps.db, session.id, deps.clock.now()),
        'Les personnes du prestataire sont prévenues.',
      ),
      label: 'Motif de l’annulation',
      submit: 'Annuler la session et prévenir',
    });
  };

  site.get(CANCEL, deciding, (req, res) => showCancellation(req, res, emptyForm()));

  site.post(CANCEL, deciding, async (req, res) => {
    const session = await sessionOf(deps, req);
    const submitted = readForm(sessionReasonForm, req.body);
    if (!submitted.ok) return showCancellation(req, res, submitted.form, 422);
    try {
      const { people } = await cancelSession(deps, session.id, doerOf(req), submitted.data.motif);
      res.flash(`La session est annulée. ${toldSentence(people)}`);
      res.redirect(303, sessionPath(session.id));
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      return showCancellation(req, res, withError(submitted.form, '', error.message), 409);
    }
  });

  site.get(RESTORE, deciding, async (req, res) => {
    const session = await sessionOf(deps, req);
    res.render('enrolment/restore', {
      title: 'Rétablir la session',
      section: 'agency',
      styles: ['css/spaces.css'],
      session,
      action: req.path,
      back: sessionPath(session.id),
      named: titleOf(session, deps.clock.now()).replace(/^du /, ''),
      isPossible: session.cancelledAt !== null && session.startsAt > deps.clock.now(),
    });
  });

  site.post(RESTORE, deciding, async (req, res) => {
    const session = await sessionOf(deps, req);
    res.flash(restoredSentence(await restoreSession(deps, session.id, doerOf(req))));
    res.redirect(303, sessionPath(session.id));
  });
}
