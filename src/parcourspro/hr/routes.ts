import type { Request } from 'express';
import { actorOf } from '../../access/actor.ts';
import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { actingAs, refuseOrOffer } from '../../access/policies.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { NotFound } from '../../platform/errors.ts';
import { pageOf } from '../../platform/web/forms/pages.ts';
import { idParam } from '../../platform/web/forms/params.ts';
import { type DecisionPage, showDecision, takeDecision } from '../enrolment/decision/decision-page.ts';
import { type EnrolmentFile, findEnrolmentFile } from '../enrolment/decision/file.ts';
import { findDecisions, findWaitingRequests } from './repository.ts';

const REQUESTS_PER_PAGE = 20;
const DECISIONS_PER_PAGE = 20;

/** « Valideur RH »: the requests of the structure's people, and the decisions taken (DOMAIN §8). */
export function hrSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const policy = actingAs('hr_validator');
  const profileOf = (req: Request) => ({
    userId: actorOf(req).userId,
    structureId: actorOf(req).profile?.structureId ?? 0,
  });

  site.get('/parcourspro/valideur', policy, async (req, res) => {
    const { userId, structureId } = profileOf(req);
    const requestsPage = pageOf(req.query, REQUESTS_PER_PAGE);
    const decisionsPage = pageOf(req.query, DECISIONS_PER_PAGE, 'decisions');
    const [waiting, decisions] = await Promise.all([
      findWaitingRequests(deps.db, structureId, userId, requestsPage),
      findDecisions(deps.db, structureId, decisionsPage),
    ]);
    res.render('parcourspro/hr/home', {
      title: 'Valideur RH',
      section: 'hr',
      waiting,
      decisions,
      waitingPages: requestsPage.of(waiting[0]?.total ?? 0),
      decisionPages: decisionsPage.of(decisions[0]?.total ?? 0),
    });
  });

  /** A request of the structure that the person acts for; any other does not exist for them. */
  async function fileOf(req: Request): Promise<EnrolmentFile> {
    const file = await findEnrolmentFile(deps.db, { id: idParam(req, 'enrolmentId') });
    if (!file) throw new NotFound();
    if (file.structureId !== profileOf(req).structureId) refuseOrOffer(req, 'hr_validator', file.structureId);
    return file;
  }
  const pageFor = (req: Request): DecisionPage => ({
    stage: 'hr',
    action: req.path,
    back: { href: '/parcourspro/valideur', label: 'Toutes les demandes' },
    section: 'hr',
  });

  site.get('/parcourspro/valideur/demandes/:enrolmentId', policy, async (req, res) => {
    await showDecision(deps, res, await fileOf(req), pageFor(req));
  });

  site.post('/parcourspro/valideur/demandes/:enrolmentId', policy, async (req, res) => {
    const file = await fileOf(req);
    const by = { role: 'hr_validator', userId: profileOf(req).userId, way: 'page' } as const;
    const done = await takeDecision(deps, req, res, file, by, pageFor(req));
    if (done === undefined) return;
    res.flash(done);
    res.redirect(303, '/parcourspro/valideur');
  });

  return site;
}
