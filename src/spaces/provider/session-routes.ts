import type { Request } from 'express';
import { actingAs } from '#access/policies.ts';
import { reasonForm } from '#enrolment/schemas.ts';
import { decideEnrolment } from '#enrolment/service.ts';
import { sessionReasonForm } from '#enrolment/session-changes/schemas.ts';
import { cancellationPreview, cancelSession, restoreSession } from '#enrolment/session-changes/service.ts';
import { previewLines, restoredSentence, toldSentence } from '#enrolment/session-changes/words.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { formatPeriod } from '#platform/french/time.ts';
import { formPage, saidOnForm } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { createLimit } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
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

  formPage(site, '/parcourspro/prestataire/seances/:sessionId/annuler', policy, {
    load: sessionOf,
    read: ({ body }) => readForm(sessionReasonForm, body),
    show: async ({ req, res, loaded: session, form = emptyForm() }) =>
      render(res, 'enrolment/reason', {
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
      }),
    async submit({ req, loaded: { id }, data }) {
      await perSession.consume(String(id)).catch(saidOnForm);
      const { people } = await cancelSession(deps, id, providerDoer(req), data.motif);
      return { to: sessionPath(id), flash: `La session est annulée. ${toldSentence(people)}` };
    },
  });

  site.get('/parcourspro/prestataire/seances/:sessionId/retablir', policy, async (req, res) => {
    const session = await sessionOf(req);
    render(res, 'enrolment/restore', {
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

  formPage(site, '/parcourspro/prestataire/demandes/:enrolmentId/placer', policy, {
    load: waitingOf,
    read: ({ body }) => readForm(reasonForm, body),
    show: ({ req, res, loaded: enrolment, form = emptyForm() }) =>
      render(res, 'enrolment/reason', {
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
      }),
    async submit({ req, loaded: { id, personName, sessionId }, data: { motif: reason } }) {
      await decideEnrolment(deps, id, { event: 'seat', by: providerDoer(req), reason });
      return {
        to: `${sessionPath(sessionId)}?liste=inscrits`,
        flash: `${personName} a une place\u00a0: la convocation part par e-mail.`,
      };
    },
  });
}
