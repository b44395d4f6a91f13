import type { Request, Response } from 'express';
import { actorOf, profilesOf } from '#access/actor.ts';
import { actingAs } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { Busy } from '#platform/places.ts';
import { hashToken } from '#platform/security/secrets.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter, linkHolder } from '#platform/web/gate.ts';
import { createLimit, limitedForm, TooManyTries } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { type Refusal, Refused } from '#platform/workflow/conditions.ts';
import { showDecision, takeDecision } from './decision/decision-page.ts';
import { findEnrolmentFile } from './decision/file.ts';
import { whyLinkIsDead } from './decision/links.ts';
import { deadLinkReasons } from './presentation.ts';
import type { RequestTarget } from './repository.ts';
import { requestForm } from './schemas.ts';
import { getRequestTarget, registrationOptions, requestEnrolment } from './service.ts';
import type { State } from './states.ts';

/** What has just become of a request, for the person who sent it. */
const ENTERED: Partial<Record<State, string>> = {
  requested: 'Votre demande est enregistrée. Vous recevrez un e-mail à chaque étape.',
  waitlisted: 'Vous êtes sur liste d’attente. Un e-mail vous préviendra si une place vous revient.',
  preregistered:
    'Votre préinscription est enregistrée\u00a0: le prestataire doit l’accepter. Vous recevrez un e-mail.',
  enrolled: 'Votre inscription est confirmée. La convocation part par e-mail.',
};

/** What comes after « Valider », by the approvals that the kind of action needs. */
function nextStepOf({ needsHrApproval, needsProviderApproval }: RequestTarget, waits: boolean): string {
  if (needsHrApproval)
    return 'Votre demande apparaîtra en statut «\u00a0Demande d’inscription\u00a0» dans la liste de vos actions. Votre Valideur RH l’examinera, puis le prestataire.';
  if (waits)
    return 'Vous n’avez pas besoin de l’accord de votre employeur. Votre rang suit l’ordre des demandes.';
  return needsProviderApproval
    ? 'Vous serez préinscrit, sans accord de votre employeur. Le prestataire examinera ensuite votre demande.'
    : 'Votre inscription sera immédiate, sans autre validation. La convocation vous sera envoyée par e-mail.';
}

/** Requests of one person in an hour, withdrawn in between: each writes to every validator. */
const MOST_PER_HOUR = 30;

/** « Inscription à une action », and the validator's e-mail link. */
export function enrolmentSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const perPerson = createLimit(deps.pool, 'enrolment-requests', MOST_PER_HOUR, 60 * 60);
  const targetOf = (req: Request) => {
    const sessionId = parseRowId(firstOf(req.query.session as string));
    if (sessionId === undefined) throw new NotFound();
    return getRequestTarget(deps, String(req.params.slug), sessionId);
  };

  async function showForm(
    req: Request,
    res: Response,
    target: Awaited<ReturnType<typeof targetOf>>,
    form: FormState,
    refusals: readonly Refusal[] = [],
    status = 200,
  ): Promise<void> {
    const options = await registrationOptions(deps, actorOf(req), target.actionId);
    const option = options.get(target.sessionId);
    render(res.status(status), 'enrolment/request', {
      title: 'Inscription à une action',
      section: 'catalogue',
      target,
      form,
      option,
      nextStep: nextStepOf(target, option?.onWaitingList === true),
      refusals,
      structures: profilesOf(actorOf(req)).filter((profile) => profile.right === 'beneficiary'),
    });
  }

  site.get('/parcourspro/actions/:slug/inscription', actingAs('beneficiary'), async (req, res) => {
    const target = await targetOf(req);
    const structure = String(actorOf(req).profile?.structureId ?? '');
    await showForm(req, res, target, emptyForm({ structure }));
  });

  site.post('/parcourspro/actions/:slug/inscription', actingAs('beneficiary'), async (req, res) => {
    const target = await targetOf(req);
    const submitted = readForm(requestForm, req.body);
    if (!submitted.ok) return showForm(req, res, target, submitted.form, [], 422);
    const { structure: structureId, motivation } = submitted.data;
    let state: State;
    try {
      await perPerson.consume(String(actorOf(req).userId));
      ({ state } = await requestEnrolment(deps, actorOf(req), {
        actionId: target.actionId,
        sessionId: target.sessionId,
        structureId,
        motivation,
      }));
    } catch (error) {
      if (error instanceof TooManyTries || error instanceof Busy) {
        return showForm(req, res, target, limitedForm(res, submitted.form, error), [], error.status);
      }
      if (!(error instanceof Refused)) throw error;
      return showForm(req, res, target, submitted.form, error.refusals, 409);
    }
    res.flash(ENTERED[state] ?? 'Votre demande est enregistrée.');
    res.redirect(303, '/parcourspro/mon-espace');
  });

  /** The token may be anything that somebody typed: an unknown one is a page, not an error. */
  const linkHashOf = (req: Request) => hashToken(String(req.params.token));
  const fileOfLink = async (req: Request) =>
    findEnrolmentFile(deps.db, { linkHash: linkHashOf(req), now: deps.clock.now() });

  const showDeadLink = async (req: Request, res: Response) => {
    const because = await whyLinkIsDead(deps.db, linkHashOf(req));
    const hasEnded = because === 'ended';
    render(res.status(hasEnded ? 410 : 404), 'enrolment/dead-link', {
      title: 'Ce lien n’est plus valable',
      section: '',
      reason: deadLinkReasons[because],
      hasEnded,
    });
  };

  site.get('/parcourspro/validation/:token', linkHolder, async (req, res) => {
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    const file = await fileOfLink(req);
    if (!file) return showDeadLink(req, res);
    await showDecision(deps, res, file, { stage: 'hr', action: req.path, byLink: true });
  });

  site.post('/parcourspro/validation/:token', linkHolder, async (req, res) => {
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    const file = await fileOfLink(req);
    if (!file) return showDeadLink(req, res);
    const by = {
      role: 'hr_validator',
      userId: file.linkHolderId,
      way: 'email_link',
      browsedBy: req.user?.userId ?? null,
    } as const;
    const done = await takeDecision(deps, req, res, file, by, {
      stage: 'hr',
      action: req.path,
      byLink: true,
      linkHash: linkHashOf(req),
    });
    if (done === undefined) return;
    res.flash(done);
    res.redirect(303, req.path);
  });

  return site;
}
