import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { sessionReasonForm } from '#enrolment/session-changes/schemas.ts';
import { cancellationPreview, cancelSession, restoreSession } from '#enrolment/session-changes/service.ts';
import { previewLines, restoredSentence, toldSentence } from '#enrolment/session-changes/words.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { formPage, saidAt } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { doerOf, SESSIONS, sessionOf, sessionPath, titleOf } from './session.ts';

const deciding = recentlyConfirmed(agency);
const CANCEL = `${SESSIONS}/:sessionId/annuler`;
const RESTORE = `${SESSIONS}/:sessionId/retablir`;

/** Cancelling a session with a reason, after reading who will be told; and taking that back. */
export function cancellationRoutes(deps: Dependencies, site: GatedRouter): void {
  formPage(site, CANCEL, deciding, {
    load: (req) => sessionOf(deps, req),
    read: ({ body }) => readForm(sessionReasonForm, body),
    show: async ({ req, res, loaded: session, form = emptyForm() }) =>
      render(res, 'enrolment/reason', {
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
      }),
    async submit({ req, loaded: { id }, data }) {
      const cancelled = cancelSession(deps, id, doerOf(req), data.motif);
      const { people } = await cancelled.catch(saidAt('', Conflict, 409));
      return { to: sessionPath(id), flash: `La session est annulée. ${toldSentence(people)}` };
    },
  });

  site.get(RESTORE, deciding, async (req, res) => {
    const session = await sessionOf(deps, req);
    render(res, 'enrolment/restore', {
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
