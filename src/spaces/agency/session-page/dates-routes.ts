import type { Request, Response } from 'express';
import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { cancellationPreview, rescheduleSession } from '#enrolment/session-changes/service.ts';
import { previewLines, toldSentence } from '#enrolment/session-changes/words.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { versionOf } from '#platform/versions.ts';
import { emptyForm, type FormState, firstOf, readForm, withError } from '#platform/web/forms/forms.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { previewOf, sessionFields, typedValues, withRepetition } from '#training/sessions/form.ts';
import { isSame, newSlots } from '#training/sessions/moves.ts';
import { buildDates } from '#training/sessions/rules.ts';
import type { AgencySession } from './repository.ts';
import { moveDatesForm } from './schemas.ts';
import { doerOf, SESSIONS, sessionOf, sessionPath, titleOf } from './session.ts';

const deciding = recentlyConfirmed(agency);
const DATES = `${SESSIONS}/:sessionId/dates`;

/** « Déplacer la session »: people keep their seat or their rank, and are asked to confirm (domain.md §7). */
export function datesRoutes(deps: Dependencies, site: GatedRouter): void {
  const { clock } = deps;

  const show = (
    req: Request,
    res: Response,
    session: AgencySession,
    form = emptyForm(sessionFields(session)),
    status = 200,
  ): void => {
    render(res.status(status), 'spaces/agency/session-page/dates', {
      title: 'Déplacer la session',
      section: 'agency',
      styles: ['css/spaces.css'],
      named: titleOf(session, clock.now()),
      // What the fields of a session's form ask for.
      action: session,
      address: req.path,
      back: sessionPath(session.id),
      form,
      version: req.method === 'POST' && status !== 409 ? versionOf(req.body) : session.version,
      verdict: whyNot(session, clock.now()),
      weekdays: ['Lundi', 'Mardi', 'Mercredi', 'Jeudi', 'Vendredi', 'Samedi', 'Dimanche'],
    });
  };

  site.get(DATES, deciding, async (req, res) => show(req, res, await sessionOf(deps, req)));

  site.post(DATES, deciding, async (req, res) => {
    const session = await sessionOf(deps, req);
    const values = { ...typedValues(req.body), ...readForm(moveDatesForm, req.body).form.values };
    const withTyped = (errors: FormState['errors']): FormState => ({ values, errors });
    const step = firstOf(req.body.etape);
    if (step === 'modifier') return show(req, res, session, emptyForm(values));
    if (step === 'calculer') {
      const worked = withRepetition(req.body);
      const form = { values: { ...values, ...worked.values }, errors: worked.errors };
      return show(req, res, session, form, Object.keys(worked.errors).length > 0 ? 422 : 200);
    }
    const submitted = readForm(moveDatesForm, req.body);
    if (!submitted.ok) return show(req, res, session, withTyped(submitted.form.errors), 422);
    const built = buildDates(submitted.data, session.modality, clock.now(), session);
    if (!built.ok) return show(req, res, session, withTyped(built.errors), 422);
    const slots = newSlots(built.dates);
    if (isSame(session, slots)) {
      const error = 'Ces dates et ce lieu sont déjà ceux de la session\u00a0: rien ne change.';
      return show(req, res, session, withTyped({ creneaux: error }), 422);
    }
    if (step !== 'confirmer') {
      return render(res, 'spaces/agency/session-page/dates-check', {
        title: 'Vérifier les nouvelles dates',
        section: 'agency',
        styles: ['css/spaces.css'],
        session,
        form: withTyped({}),
        address: req.path,
        version: versionOf(req.body),
        slots: built.slots.map(previewOf),
        planned: built.dates,
        reason: submitted.data.motif,
        told: previewLines(
          await cancellationPreview(deps.db, session.id, deps.clock.now()),
          'Les personnes du prestataire sont prévenues.',
        ),
      });
    }
    try {
      const { opensAt, closesAt } = built.dates;
      const { people } = await rescheduleSession(deps, session.id, doerOf(req), {
        slots,
        registration: { opensAt, closesAt },
        reason: submitted.data.motif,
        version: versionOf(req.body),
      });
      const seats = session.seatsHeld > 0 ? ' Celles qui ont une place doivent confirmer leur présence.' : '';
      res.flash(`La session est déplacée. ${toldSentence(people)}${people > 0 ? seats : ''}`);
      res.redirect(303, sessionPath(session.id));
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      const fresh = await sessionOf(deps, req);
      return show(req, res, fresh, withError(withTyped({}), '', error.message), 409);
    }
  });
}

const whyNot = ({ cancelledAt, startsAt }: AgencySession, now: Date): string | undefined => {
  if (cancelledAt) return 'Cette session est annulée\u00a0: rétablissez-la d’abord.';
  return startsAt <= now ? 'Cette session a déjà commencé.' : undefined;
};
