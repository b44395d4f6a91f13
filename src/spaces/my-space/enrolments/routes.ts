import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { actingAs } from '#access/policies.ts';
import { EPOCH, mapHrefOf, placeOf, sessionCalendar } from '#enrolment/calendar.ts';
import { sequenceOf } from '#enrolment/calendar-sequence.ts';
import { type EnrolmentFile, findEnrolmentFile } from '#enrolment/decision/file.ts';
import { lastDayToWithdraw } from '#enrolment/rules.ts';
import { reasonForm } from '#enrolment/schemas.ts';
import { decideEnrolment } from '#enrolment/service.ts';
import { holdsSeat } from '#enrolment/states.ts';
import { documentsOf } from '#follow-up/documents/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { formatWeekday, parisDay, parisMoment } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { historyLine } from './history.ts';
import { approvalsInWords, nextStepOf } from './presentation.ts';
import { findMyRequest, findMySession } from './repository.ts';

const SPACE = '/parcourspro/mon-espace';

/** One request of the person: its page with its history, its calendar file, and what they may do with it. */
export function myRequestsSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const policy = actingAs('beneficiary');
  const userId = (req: Request) => actorOf(req).userId;
  const one = `${SPACE}/demandes/:enrolmentId`;

  site.get(one, policy, async (req, res) => {
    const id = idParam(req, 'enrolmentId');
    const request = await findMyRequest(deps.db, userId(req), id, deps.clock.now());
    if (!request) throw new NotFound();
    render(res, 'spaces/my-space/request', {
      title: `Ma demande\u00a0: ${request.actionTitle}`,
      section: 'my-space',
      request,
      next: nextStepOf(request, deps.clock.now()),
      approvals: approvalsInWords(request),
      documents: (await documentsOf(deps.db, [id])).get(id) ?? [],
      history: request.history.map((line) => historyLine(line, request.providerName)),
      slotPlace: placeOf,
      mapHrefOf,
    });
  });

  site.get(`${one}/seances.ics`, policy, async (req, res) => {
    const own = await findMySession(deps.db, userId(req), idParam(req, 'enrolmentId'));
    if (!own) throw new NotFound();
    const { publicUrl } = deps.config;
    res.type('text/calendar').attachment('seances.ics');
    // The same file as the convocation's: with the connection links, which the public one leaves out.
    res.send(
      sessionCalendar({
        host: new URL(publicUrl).hostname,
        session: {
          id: own.sessionId,
          calendarSequence: sequenceOf(own.calendarSequence, own.departures),
          slots: own.slots,
        },
        title: own.title,
        url: `${publicUrl}/parcourspro/actions/${own.slug}`,
        stamp: own.changedAt ?? EPOCH,
      }),
    );
  });

  /** One's own request; somebody else's does not exist. */
  async function ownFile(req: Request) {
    const file = await findEnrolmentFile(deps.db, { id: idParam(req, 'enrolmentId') });
    if (!file || file.userId !== userId(req)) throw new NotFound();
    return file;
  }

  formPage(site, `${one}/annuler`, policy, {
    load: ownFile,
    read: ({ body }) => readForm(reasonForm, body),
    show: ({ req, res, loaded: file, form = emptyForm() }) =>
      render(res, 'enrolment/reason', {
        title: 'Annuler ma demande',
        section: 'my-space',
        form,
        action: req.path,
        back: SPACE,
        heading: 'Annuler ma demande',
        intro: `Action «\u00a0${file.actionTitle}\u00a0». Ceux qui suivent votre demande seront informés de votre annulation.`,
        notice: lateNotice(file, deps.clock.now()),
        help: { href: '/parcourspro/condition', label: 'Consulter les conséquences d’une annulation' },
        label: 'Justification',
        submit: 'Annuler ma demande',
        backTo: 'Mon espace personnel',
        backLabel: 'Garder ma demande',
      }),
    async submit({ req, loaded: { id }, data: { motif: reason } }) {
      const by = { role: 'beneficiary', userId: userId(req), way: 'page' } as const;
      await decideEnrolment(deps, id, { event: 'withdraw', by, reason });
      return { to: SPACE, flash: 'Votre demande est annulée\u00a0; un e-mail vous le confirme.' };
    },
  });

  site.post(`${one}/confirmer`, policy, async (req, res) => {
    const file = await ownFile(req);
    await decideEnrolment(deps, file.id, {
      event: 'confirm',
      by: { role: 'beneficiary', userId: userId(req), way: 'page' },
    });
    res.flash('Votre présence est confirmée\u00a0; le prestataire le voit dans sa liste.');
    res.redirect(303, SPACE);
  });

  return site;
}

/** Says before a withdrawal whether it will be marked as late, and until when it is not (guide 003). */
function lateNotice(
  file: EnrolmentFile,
  now: Date,
): { kind: 'info' | 'warning'; title: string; text: string } {
  const days = plural(file.lateWithdrawalDays, 'jour');
  if (!holdsSeat(file.state)) {
    return {
      kind: 'info',
      title: 'Cette annulation ne sera pas tardive',
      text: 'Vous n’avez pas encore de place dans cette session\u00a0: vous pouvez annuler jusqu’à son début.',
    };
  }
  if (file.confirmationAskedAt && !file.confirmedAt) {
    return {
      kind: 'info',
      title: 'Cette annulation ne sera pas tardive',
      text: 'Les dates ont changé ou la session a été rétablie\u00a0: vous êtes libre de ne plus venir.',
    };
  }
  const lastDay = lastDayToWithdraw(file.startsAt, file.lateWithdrawalDays);
  const until = formatWeekday(parisMoment(lastDay, '12:00'));
  const isLate = Temporal.PlainDate.compare(parisDay(now), lastDay) > 0;
  return isLate
    ? {
        kind: 'warning',
        title: 'Cette annulation sera marquée comme tardive',
        text: `Elle arrive moins de ${days} avant la session\u00a0: il fallait annuler le ${until} au plus tard. Votre Valideur RH et le prestataire le verront.`,
      }
    : {
        kind: 'info',
        title: 'Annulation dans les délais',
        text: `Jusqu’au ${until} inclus, votre annulation n’est pas tardive.`,
      };
}
