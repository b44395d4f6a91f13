import { recentlyConfirmed } from '#access/assurance.ts';
import { agency } from '#access/policies.ts';
import { attendanceRoutes } from '#follow-up/attendance/pages.ts';
import { issuedDocumentRoutes } from '#follow-up/documents/issued/pages.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { pageOf } from '#platform/web/forms/pages.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { cancellationRoutes } from './cancellation-routes.ts';
import { capacityRoutes } from './capacity-routes.ts';
import { datesRoutes } from './dates-routes.ts';
import { type AgencySession, findPeople, type PeopleList, peopleLists } from './repository.ts';
import { SESSIONS, sessionOf, titleOf } from './session.ts';

const PER_PAGE = 50;

/** A session that people ask for, as the agency runs it: the people by state, dates, seats, cancellation, presence. */
export function agencySessionsSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.get(`${SESSIONS}/:sessionId`, agency, async (req, res) => {
    const session = await sessionOf(deps, req);
    const list = listOf(firstOf(req.query.liste as string), session);
    const page = pageOf(req.query, PER_PAGE);
    render(res, 'spaces/agency/session-page/session', {
      title: `Session ${titleOf(session, deps.clock.now())}`,
      section: 'agency',
      styles: ['css/spaces.css'],
      session,
      list,
      lists: listNames,
      people: await findPeople(deps.db, session.id, list, page),
      firstRank: page.offset + 1,
      pagination: page.of(session.counts[list]),
    });
  });

  capacityRoutes(deps, site);
  datesRoutes(deps, site);
  cancellationRoutes(deps, site);
  issuedDocumentRoutes(deps, site, {
    sessions: SESSIONS,
    section: 'agency',
    role: 'agency',
    profile: null,
    policies: { read: agency, write: recentlyConfirmed(agency) },
    sessionOf: (req) => sessionOf(deps, req),
  });
  attendanceRoutes(deps, site, {
    sessions: SESSIONS,
    list: '?liste=inscrits',
    section: 'agency',
    role: 'agency',
    policies: { read: agency, write: recentlyConfirmed(agency) },
  });
  return site;
}

const listNames: Readonly<Record<PeopleList, { label: string; empty: string }>> = Object.freeze({
  demandes: { label: 'À l’employeur', empty: 'Aucune demande n’attend un employeur.' },
  'a-examiner': { label: 'Au prestataire', empty: 'Aucune demande n’attend le prestataire.' },
  inscrits: { label: 'Inscrits', empty: 'Personne n’est inscrit pour l’instant.' },
  attente: { label: 'Liste d’attente', empty: 'La liste d’attente est vide.' },
  closes: { label: 'Refusées, annulées, closes', empty: 'Aucune demande n’est close.' },
});

/** The list of the address, else the first that holds somebody. */
function listOf(asked: string, { counts }: AgencySession): PeopleList {
  if (Object.hasOwn(peopleLists, asked)) return asked as PeopleList;
  const names = Object.keys(peopleLists) as PeopleList[];
  return names.find((name) => counts[name] > 0) ?? 'inscrits';
}
