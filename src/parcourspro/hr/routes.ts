import type { Request, Response } from 'express';
import { actorOf } from '../../access/actor.ts';
import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { actingAs, refuseOrOffer } from '../../access/policies.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { NotFound } from '../../platform/errors.ts';
import { emptyForm, type FormState, readForm } from '../../platform/web/forms/forms.ts';
import { pageOf } from '../../platform/web/forms/pages.ts';
import { idParam } from '../../platform/web/forms/params.ts';
import { type DecisionPage, showDecision, takeDecision } from '../enrolment/decision/decision-page.ts';
import { type EnrolmentFile, findEnrolmentFile } from '../enrolment/decision/file.ts';
import { mayWithdrawApproval, withdrawApprovalPage } from '../enrolment/decision/more-actions.ts';
import { reasonForm } from '../enrolment/schemas.ts';
import { decideEnrolment } from '../enrolment/service.ts';
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
      findDecisions(deps.db, structureId, { viewerId: userId, now: deps.clock.now() }, decisionsPage),
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
  const filePath = (file: EnrolmentFile) => `/parcourspro/valideur/demandes/${file.id}`;
  const pageFor = (req: Request, file: EnrolmentFile): DecisionPage => ({
    stage: 'hr',
    action: req.path,
    back: { href: '/parcourspro/valideur', label: 'Toutes les demandes' },
    section: 'hr',
    more:
      mayWithdrawApproval(file, deps.clock.now()) && file.userId !== profileOf(req).userId
        ? [{ href: `${filePath(file)}/retirer`, label: 'Retirer l’accord', icon: 'x-lg' }]
        : [],
  });

  site.get('/parcourspro/valideur/demandes/:enrolmentId', policy, async (req, res) => {
    const file = await fileOf(req);
    await showDecision(deps, res, file, pageFor(req, file));
  });

  site.post('/parcourspro/valideur/demandes/:enrolmentId', policy, async (req, res) => {
    const file = await fileOf(req);
    const by = { role: 'hr_validator', userId: profileOf(req).userId, way: 'page' } as const;
    const done = await takeDecision(deps, req, res, file, by, pageFor(req, file));
    if (done === undefined) return;
    res.flash(done);
    res.redirect(303, '/parcourspro/valideur');
  });

  const showWithdrawal = async (req: Request, res: Response, form: FormState, status = 200) => {
    const file = await fileOf(req);
    const page = withdrawApprovalPage(file, filePath(file));
    res
      .status(status)
      .render('parcourspro/enrolment/reason', { ...page, section: 'hr', action: req.path, form });
  };

  site.get('/parcourspro/valideur/demandes/:enrolmentId/retirer', policy, (req, res) =>
    showWithdrawal(req, res, emptyForm()),
  );

  site.post('/parcourspro/valideur/demandes/:enrolmentId/retirer', policy, async (req, res) => {
    const file = await fileOf(req);
    const submitted = readForm(reasonForm, req.body);
    if (!submitted.ok) return showWithdrawal(req, res, submitted.form, 422);
    const by = { role: 'hr_validator', userId: profileOf(req).userId, way: 'page' } as const;
    await decideEnrolment(deps, file.id, { event: 'withdraw_approval', by, reason: submitted.data.motif });
    res.flash(
      `L’accord donné à ${file.personName} est retiré\u00a0; la personne et le prestataire en sont informés.`,
    );
    res.redirect(303, '/parcourspro/valideur');
  });

  return site;
}
