import type { Request } from 'express';
import { refuseOrOffer } from '#access/policies.ts';
import { type DecisionPage, showDecision, takeDecision } from '#enrolment/decision/decision-page.ts';
import { type EnrolmentFile, findEnrolmentFile } from '#enrolment/decision/file.ts';
import { mayWithdrawApproval, withdrawApprovalPage } from '#enrolment/decision/more-actions.ts';
import { reasonForm } from '#enrolment/schemas.ts';
import { decideEnrolment, withInformed } from '#enrolment/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { asValidator, profileOf } from '../profile.ts';

/** One request of the structure: its file, the decision, and the approval taken back. */
export function requestRoutes(deps: Dependencies, site: GatedRouter): void {
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
    isOfReplaced: file.userId !== profileOf(req).userId && profileOf(req).barred.includes(file.userId),
    more:
      mayWithdrawApproval(file, deps.clock.now()) && !profileOf(req).barred.includes(file.userId)
        ? [{ href: `${filePath(file)}/retirer`, label: 'Retirer l’accord', icon: 'x-lg' }]
        : [],
  });

  site.get('/parcourspro/valideur/demandes/:enrolmentId', asValidator, async (req, res) => {
    const file = await fileOf(req);
    await showDecision(deps, res, file, pageFor(req, file));
  });

  site.post('/parcourspro/valideur/demandes/:enrolmentId', asValidator, async (req, res) => {
    const file = await fileOf(req);
    const by = { role: 'hr_validator', userId: profileOf(req).userId, way: 'page' } as const;
    const done = await takeDecision(deps, req, res, file, by, pageFor(req, file));
    if (done === undefined) return;
    res.flash(done);
    res.redirect(303, '/parcourspro/valideur');
  });

  formPage(site, '/parcourspro/valideur/demandes/:enrolmentId/retirer', asValidator, {
    load: fileOf,
    read: ({ body }) => readForm(reasonForm, body),
    show: ({ req, res, loaded: file, form = emptyForm() }) =>
      render(res, 'enrolment/reason', {
        backTo: 'Revenir à la demande',
        ...withdrawApprovalPage(file, filePath(file)),
        section: 'hr',
        action: req.path,
        form,
      }),
    async submit({ req, loaded: { id, personName }, data: { motif: reason } }) {
      const by = { role: 'hr_validator', userId: profileOf(req).userId, way: 'page' } as const;
      const { told } = await decideEnrolment(deps, id, { event: 'withdraw_approval', by, reason });
      return {
        to: '/parcourspro/valideur/decisions',
        flash: withInformed(`L’accord donné à ${personName} est retiré`, told),
      };
    },
  });
}
