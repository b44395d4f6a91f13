import type { Request, Response } from 'express';
import { actingAs } from '#access/policies.ts';
import { reasonForm } from '#enrolment/schemas.ts';
import { decideEnrolment } from '#enrolment/service.ts';
import { sessionReasonForm } from '#enrolment/session-changes/schemas.ts';
import { cancellationPreview, cancelSession, restoreSession } from '#enrolment/session-changes/service.ts';
import { previewLines, restoredSentence, toldSentence } from '#enrolment/session-changes/words.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { formatPeriod } from '#platform/french/time.ts';
import { emptyForm, type FormState, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { createLimit, limitedForm, TooManyTries } from '#platform/web/limits.ts';
import { providerDoer, providerIdOf, providerSessionOf, sessionPath, sessionTitle } from './access.ts';
import { findProviderEnrolment, type OneProviderSession } from './repository.ts';

/** How often one session may be cancelled in a day, restored in between: each time everybody is written to. */
const MOST_CANCELLATIONS = 3;

/** What the training body does with a whole session, and a seat given by exception. */
export function sessionRoutes(deps: Dependencies, site: GatedRouter): void {
  const policy = actingAs('provider');
  const perSession = createLimit(deps.pool, 'session-cancellations', MOST_CANCELLATIONS, 24 * 60 * 60);
  const sessionOf = (req: Request) => providerSessionOf(deps, req);
  const named = (session: OneProviderSession) =>
    `${formatPeriod(session.startsAt, session.endsAt, deps.clock.now())}, «\u00a0${session.actionTitle}\u00a0»`;

  const showCancellation = async (req: Request, res: Response, form: FormState, status = 200) => {
    const session = await sessionOf(req);
    res.status(status).render('enrolment/reason', {
      title: `Annuler la session\u00a0: ${sessionTitle(session, deps.clock.now())}`,
      section: 'provider',
      form,
      action: req.path,
      back: sessionPath(session.id),
      backTo: 'Revenir à la session',
      backLabel: 'Garder la session',
      heading: 'Annuler la session',
      intro: `Session du ${named(session)}. Tant qu’elle n’a pas commencé, vous pourrez la rétablir.`,
      details: previewLines(
        await cancellationPreview(deps.db, session.id, deps.clock.now()),
        'Cap Métiers est prévenu.',
      ),
      label: 'Motif de l’annulation',
      submit: 'Annuler la session et prévenir',
    });
  };

  site.get('/parcourspro/prestataire/seances/:sessionId/annuler', policy, (req, res) =>
    showCancellation(req, res, emptyForm()),
  );

  site.post('/parcourspro/prestataire/seances/:sessionId/annuler', policy, async (req, res) => {
    const session = await sessionOf(req);
    const submitted = readForm(sessionReasonForm, req.body);
    if (!submitted.ok) return showCancellation(req, res, submitted.form, 422);
    try {
      await perSession.consume(String(session.id));
    } catch (error) {
      if (!(error instanceof TooManyTries)) throw error;
      return showCancellation(req, res, limitedForm(res, submitted.form, error), 429);
    }
    const { people } = await cancelSession(deps, session.id, providerDoer(req), submitted.data.motif);
    res.flash(`La session est annulée. ${toldSentence(people)}`);
    res.redirect(303, sessionPath(session.id));
  });

  site.get('/parcourspro/prestataire/seances/:sessionId/retablir', policy, async (req, res) => {
    const session = await sessionOf(req);
    res.render('enrolment/restore', {
      title: `Rétablir la session\u00a0: ${sessionTitle(session, deps.clock.now())}`,
      section: 'provider',
      session,
      action: req.path,
      back: sessionPath(session.id),
      named: named(session),
      isPossible: session.cancelledAt !== null && session.startsAt > deps.clock.now(),
    });
  });

  site.post('/parcourspro/prestataire/seances/:sessionId/retablir', policy, async (req, res) => {
    const session = await sessionOf(req);
    res.flash(restoredSentence(await restoreSession(deps, session.id, providerDoer(req))));
    res.redirect(303, sessionPath(session.id));
  });

  async function waitingOf(req: Request) {
    const enrolment = await findProviderEnrolment(deps.db, providerIdOf(req), idParam(req, 'enrolmentId'));
    if (!enrolment) throw new NotFound();
    return enrolment;
  }

  const showSeat = async (req: Request, res: Response, form: FormState, status = 200) => {
    const enrolment = await waitingOf(req);
    res.status(status).render('enrolment/reason', {
      title: 'Donner une place',
      section: 'provider',
      form,
      action: req.path,
      back: `${sessionPath(enrolment.sessionId)}?liste=attente`,
      backTo: 'Revenir à la session',
      heading: `Donner une place à ${enrolment.personName}`,
      intro: `Action «\u00a0${enrolment.actionTitle}\u00a0». Cette personne attend parce que sa structure a déjà toutes ses places dans la formation. À titre exceptionnel, vous pouvez l’inscrire s’il reste une place et si personne d’autre ne peut la prendre avant elle. Elle et son Valideur RH recevront votre motif.`,
      label: 'Motif de l’exception',
      submit: 'Inscrire cette personne',
      submitClass: 'btn-primary',
    });
  };

  site.get('/parcourspro/prestataire/demandes/:enrolmentId/placer', policy, (req, res) =>
    showSeat(req, res, emptyForm()),
  );

  site.post('/parcourspro/prestataire/demandes/:enrolmentId/placer', policy, async (req, res) => {
    const enrolment = await waitingOf(req);
    const submitted = readForm(reasonForm, req.body);
    if (!submitted.ok) return showSeat(req, res, submitted.form, 422);
    await decideEnrolment(deps, enrolment.id, {
      event: 'seat',
      by: providerDoer(req),
      reason: submitted.data.motif,
    });
    res.flash(`${enrolment.personName} a une place\u00a0: la convocation part par e-mail.`);
    res.redirect(303, `${sessionPath(enrolment.sessionId)}?liste=inscrits`);
  });
}
