import type { Request, Response } from 'express';
import { actorOf } from '../../access/actor.ts';
import type { GatedRouter } from '../../access/gate.ts';
import { actingAs, refuseOrOffer } from '../../access/policies.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { NotFound } from '../../platform/errors.ts';
import { formatPeriod } from '../../platform/french/time.ts';
import { plural } from '../../platform/french/words.ts';
import { emptyForm, type FormState, readForm } from '../../platform/web/forms/forms.ts';
import { idParam } from '../../platform/web/forms/params.ts';
import type { Doer } from '../enrolment/repository.ts';
import { reasonForm } from '../enrolment/schemas.ts';
import { decideEnrolment } from '../enrolment/service.ts';
import { sessionReasonForm } from '../enrolment/sessions/schemas.ts';
import {
  type CancellationPreview,
  cancellationPreview,
  cancelSession,
  restoreSession,
} from '../enrolment/sessions/service.ts';
import { findProviderEnrolment, findProviderSession, type OneProviderSession } from './repository.ts';

/** What the training body does with a whole session, and a seat given by exception. */
export function sessionRoutes(deps: Dependencies, site: GatedRouter): void {
  const policy = actingAs('provider');
  const providerId = (req: Request) => actorOf(req).profile?.structureId ?? 0;
  const doer = (req: Request): Doer => ({ role: 'provider', userId: actorOf(req).userId, way: 'page' });
  const sessionPath = (sessionId: number) => `/parcourspro/prestataire/seances/${sessionId}`;

  /** A session of the body that the person acts for; any other does not exist for them. */
  async function sessionOf(req: Request): Promise<OneProviderSession> {
    const session = await findProviderSession(deps.db, idParam(req, 'sessionId'));
    if (!session) throw new NotFound();
    if (session.providerId !== providerId(req)) refuseOrOffer(req, 'provider', session.providerId);
    return session;
  }
  const named = (session: OneProviderSession) =>
    `${formatPeriod(session.startsAt, session.endsAt, deps.clock.now())}, «\u00a0${session.actionTitle}\u00a0»`;

  const showCancellation = async (req: Request, res: Response, form: FormState, status = 200) => {
    const session = await sessionOf(req);
    res.status(status).render('parcourspro/enrolment/reason', {
      title: 'Annuler la session',
      section: 'provider',
      form,
      action: req.path,
      back: sessionPath(session.id),
      backLabel: 'Garder la session',
      heading: 'Annuler la session',
      intro: `Session du ${named(session)}. Tant qu’elle n’a pas commencé, vous pourrez la rétablir.`,
      details: previewLines(await cancellationPreview(deps.db, session.id, deps.clock.now())),
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
    const { people } = await cancelSession(deps, session.id, doer(req), submitted.data.motif);
    res.flash(`La session est annulée. ${told(people)}`);
    res.redirect(303, sessionPath(session.id));
  });

  site.get('/parcourspro/prestataire/seances/:sessionId/retablir', policy, async (req, res) => {
    const session = await sessionOf(req);
    res.render('parcourspro/provider/restore', {
      title: 'Rétablir la session',
      section: 'provider',
      session,
      named: named(session),
      isPossible: session.cancelledAt !== null && session.startsAt > deps.clock.now(),
    });
  });

  site.post('/parcourspro/prestataire/seances/:sessionId/retablir', policy, async (req, res) => {
    const session = await sessionOf(req);
    const { back, stayed } = await restoreSession(deps, session.id, doer(req));
    const left =
      stayed > 0 ? ` ${plural(stayed, 'demande reste annulée', 'demandes restent annulées')}.` : '';
    res.flash(
      `La session est rétablie\u00a0: ${plural(back, 'personne retrouve sa place ou son rang', 'personnes retrouvent leur place ou leur rang')}.${left} Chacune est prévenue.`,
    );
    res.redirect(303, sessionPath(session.id));
  });

  async function waitingOf(req: Request) {
    const enrolment = await findProviderEnrolment(deps.db, providerId(req), idParam(req, 'enrolmentId'));
    if (!enrolment) throw new NotFound();
    return enrolment;
  }

  const showSeat = async (req: Request, res: Response, form: FormState, status = 200) => {
    const enrolment = await waitingOf(req);
    res.status(status).render('parcourspro/enrolment/reason', {
      title: 'Donner une place',
      section: 'provider',
      form,
      action: req.path,
      back: `${sessionPath(enrolment.sessionId)}?liste=attente`,
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
      by: doer(req),
      reason: submitted.data.motif,
    });
    res.flash(`${enrolment.personName} a une place\u00a0: la convocation part par e-mail.`);
    res.redirect(303, `${sessionPath(enrolment.sessionId)}?liste=inscrits`);
  });
}

/** Who hears of a cancellation, in words. */
function previewLines(preview: CancellationPreview): string[] {
  const people = preview.requested + preview.waitlisted + preview.preregistered + preview.enrolled;
  if (people === 0)
    return ['Personne n’a de demande dans cette session\u00a0: aucun e-mail ne partira aux personnes.'];
  const parts = [
    [preview.enrolled, 'inscrite', 'inscrites'],
    [preview.preregistered, 'préinscrite', 'préinscrites'],
    [preview.waitlisted, 'en liste d’attente', 'en liste d’attente'],
    [preview.requested, 'en attente de son employeur', 'en attente de leur employeur'],
  ] as const;
  const detail = parts
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${count}\u00a0${count > 1 ? many : one}`)
    .join(', ');
  return [
    `${plural(people, 'personne sera prévenue', 'personnes seront prévenues')} par e-mail\u00a0: ${detail}.`,
    `${plural(preview.validators, 'Valideur RH recevra', 'Valideurs RH recevront')} un e-mail sur les personnes de leur structure. Cap Métiers est prévenu.`,
  ];
}

const told = (people: number): string =>
  people === 0
    ? 'Personne n’y avait de demande.'
    : `${plural(people, 'personne est prévenue', 'personnes sont prévenues')} par e-mail, avec leurs Valideurs RH.`;
