import type { Request } from 'express';
import { actingAs, refuseOrOffer } from '#access/policies.ts';
import { reasonForm } from '#enrolment/schemas.ts';
import { decideEnrolment, withInformed } from '#enrolment/service.ts';
import { attendanceRoutes } from '#follow-up/attendance/pages.ts';
import { issuedDocumentRoutes } from '#follow-up/documents/issued/pages.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { deName } from '#platform/french/words.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { providerDoer, providerIdOf, providerSessionOf, sessionPath, sessionTitle } from './access.ts';
import { selectionRoutes } from './enrolments/routes.ts';
import { homeRoutes } from './home/routes.ts';
import { messageRoutes } from './messages/routes.ts';
import { participantListNames, whyWaiting } from './presentation.ts';
import { printRoutes } from './print/routes.ts';
import {
  findParticipants,
  findProviderEnrolment,
  type ParticipantList,
  participantLists,
} from './repository.ts';
import { documentRoutes } from './session-documents/routes.ts';
import { sessionRoutes } from './session-routes.ts';

const PEOPLE_PER_PAGE = 50;
// A motivation can be four pages of text.
const MOTIVATIONS_PER_PAGE = 8;

const listOf = (req: Request): ParticipantList => {
  const asked = firstOf(req.query.liste as string);
  return asked in participantLists ? (asked as ParticipantList) : 'a-examiner';
};

/** « Prestataire »: the body's sessions, and the requests with their motivations (domain.md §8). */
export function providerSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const policy = actingAs('provider');

  site.get('/parcourspro/prestataire/seances/:sessionId', policy, async (req, res) => {
    const session = await providerSessionOf(deps, req);
    const list = listOf(req);
    const withMotivations = list === 'a-examiner' || firstOf(req.query.motivations as string) === '1';
    const page = pageOf(req.query, withMotivations ? MOTIVATIONS_PER_PAGE : PEOPLE_PER_PAGE);
    const counts = {
      'a-examiner': session.toDecide,
      inscrits: session.enrolled,
      attente: session.waiting,
      refusees: session.refused,
      annulations: session.gone,
    };
    render(res, 'spaces/provider/session', {
      title: sessionTitle(session, deps.clock.now()),
      section: 'provider',
      session,
      list,
      lists: participantListNames,
      whyWaiting,
      withMotivations,
      counts,
      people: await findParticipants(deps.db, session.id, list, page),
      firstRank: page.offset + 1,
      pagination: page.of(counts[list]),
    });
  });

  async function enrolmentOf(req: Request) {
    const enrolment = await findProviderEnrolment(deps.db, providerIdOf(req), idParam(req, 'enrolmentId'));
    if (!enrolment) throw new NotFound();
    return enrolment;
  }

  site.post('/parcourspro/prestataire/demandes/:enrolmentId/accepter', policy, async (req, res) => {
    const enrolment = await enrolmentOf(req);
    await decideEnrolment(deps, enrolment.id, { event: 'accept', by: providerDoer(req) });
    res.flash(
      `L’inscription ${deName(enrolment.personName)} est confirmée : la convocation part par e-mail.`,
    );
    res.redirect(303, sessionPath(enrolment.sessionId));
  });

  formPage(site, '/parcourspro/prestataire/demandes/:enrolmentId/refuser', policy, {
    load: enrolmentOf,
    read: ({ body }) => readForm(reasonForm, body),
    show: ({ req, res, loaded: enrolment, form = emptyForm() }) =>
      render(res, 'enrolment/reason', {
        title: 'Refuser une demande',
        section: 'provider',
        form,
        action: req.path,
        back: sessionPath(enrolment.sessionId),
        backTo: 'Revenir à la session',
        heading: `Refuser la demande ${deName(enrolment.personName)}`,
        intro: `Action « ${enrolment.actionTitle} ». Votre motif est envoyé à la personne et à qui suit sa demande dans sa structure ; la place ira à la liste d’attente.`,
        label: 'Motif du refus',
        submit: 'Refuser la demande',
      }),
    async submit({ req, loaded: { id, personName, sessionId }, data: { motif: reason } }) {
      const refusal = { event: 'refuse_by_provider', by: providerDoer(req), reason } as const;
      const { told } = await decideEnrolment(deps, id, refusal);
      return {
        to: sessionPath(sessionId),
        flash: withInformed(`La demande ${deName(personName)} est refusée`, told),
      };
    },
  });

  homeRoutes(deps, site);
  selectionRoutes(deps, site);
  sessionRoutes(deps, site);
  printRoutes(deps, site);
  documentRoutes(deps, site);
  issuedDocumentRoutes(deps, site, {
    sessions: '/parcourspro/prestataire/seances',
    section: 'provider',
    role: 'provider',
    profile: '/parcourspro/prestataire/profil',
    policies: { read: policy, write: policy },
    sessionOf: (req) => providerSessionOf(deps, req),
  });
  messageRoutes(deps, site);
  attendanceRoutes(deps, site, {
    sessions: '/parcourspro/prestataire/seances',
    list: '?liste=inscrits',
    section: 'provider',
    role: 'provider',
    policies: { read: policy, write: policy },
    check(req, sheet) {
      if (sheet.providerId !== providerIdOf(req)) refuseOrOffer(req, 'provider', sheet.providerId);
    },
  });
  return site;
}
