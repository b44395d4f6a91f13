import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import {
  DelegationRefused,
  delegate,
  listDelegations,
  MOST_COLLEAGUES,
  revokeDelegation,
} from '#enrolment/delegations/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { formatDay, parisDay } from '#platform/french/time.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, readForm, withError } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { createLimit, limitedForm, TooManyTries } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { asValidator, profileOf } from '../profile.ts';
import { delegationForm, digestForm } from './schemas.ts';
import { chooseDigest, findDigestChoice } from './service.ts';

const PATH = '/parcourspro/valideur/preferences';
/** Delegations of one person in an hour: each writes to a colleague. */
const MOST_PER_HOUR = 10;

/** « Préférences »: one e-mail per request or per day, and who decides during an absence. */
export function preferenceRoutes(deps: Dependencies, site: GatedRouter): void {
  const perPerson = createLimit(deps.pool, 'hr-delegations', MOST_PER_HOUR, 60 * 60);

  const show = async (
    req: Request,
    res: Response,
    forms: { digest?: FormState; delegation?: FormState } = {},
    status = 200,
  ) => {
    const profile = profileOf(req);
    const [choice, { delegations, colleagues }] = await Promise.all([
      findDigestChoice(deps.db, profile),
      listDelegations(deps, profile),
    ]);
    const today = parisDay(deps.clock.now()).toString();
    render(res.status(status), 'spaces/employer/preferences', {
      title: 'Préférences – Valideur RH',
      section: 'hr',
      styles: ['css/spaces.css'],
      tab: 'preferences',
      digest: forms.digest ?? emptyForm({ courriels: choice?.isDaily ? 'un-par-jour' : 'un-par-demande' }),
      form: forms.delegation ?? emptyForm({ du: today }),
      kept: choice?.kept ?? 0,
      standsIn: actorOf(req).profile?.standsIn,
      today,
      given: delegations.filter(({ delegator }) => delegator.id === profile.userId),
      received: delegations.filter((one) => one.delegate.id === profile.userId),
      colleagues:
        colleagues.length > MOST_COLLEAGUES
          ? undefined
          : colleagues.map(({ id, name, jobTitle }) => ({
              value: id,
              label: jobTitle ? `${name}, ${jobTitle}` : name,
            })),
    });
  };

  site.get(PATH, asValidator, (req, res) => show(req, res));

  site.post(PATH, asValidator, async (req, res) => {
    const submitted = readForm(digestForm, req.body);
    if (!submitted.ok) return show(req, res, { digest: submitted.form }, 422);
    const isDaily = submitted.data.courriels === 'un-par-jour';
    const sent = await chooseDigest(deps, profileOf(req), isDaily);
    res.flash(
      isDaily
        ? 'Vous recevrez un seul e-mail par jour ouvré, à 7\u00a0h\u00a030, quand de nouvelles demandes attendent.'
        : `Vous recevrez un e-mail par demande.${sent > 0 ? ' Les demandes gardées pour le récapitulatif vous sont envoyées maintenant.' : ''}`,
    );
    res.redirect(303, PATH);
  });

  site.post('/parcourspro/valideur/delegations', asValidator, async (req, res) => {
    const submitted = readForm(delegationForm, req.body);
    if (!submitted.ok) return show(req, res, { delegation: submitted.form }, 422);
    const { personne, du: startsOn, au: endsOn } = submitted.data;
    const { userId: byUserId, structureId } = profileOf(req);
    const id = parseRowId(personne);
    const to = id === undefined ? { email: personne } : { userId: id };
    try {
      await perPerson.consume(String(byUserId));
      const made = await delegate(deps, { structureId, byUserId, to, startsOn, endsOn });
      res.flash(
        `${made.delegate.name} vous remplace du ${formatDay(startsOn)} au ${formatDay(endsOn)} inclus. Un e-mail le lui dit.`,
      );
    } catch (error) {
      if (error instanceof TooManyTries) {
        return show(req, res, { delegation: limitedForm(res, submitted.form, error) }, 429);
      }
      if (!(error instanceof DelegationRefused)) throw error;
      return show(req, res, { delegation: withError(submitted.form, error.field, error.message) }, 422);
    }
    res.redirect(303, PATH);
  });

  site.post('/parcourspro/valideur/delegations/:delegationId/arreter', asValidator, async (req, res) => {
    const { userId: byUserId, structureId } = profileOf(req);
    const ended = await revokeDelegation(deps, { id: idParam(req, 'delegationId'), byUserId, structureId });
    const isOwn = ended.delegator.id === byUserId;
    res.flash(
      isOwn
        ? `${ended.delegate.name} ne vous remplace plus. Un e-mail le lui dit.`
        : `Vous ne remplacez plus ${ended.delegator.name}. Un e-mail le lui dit.`,
    );
    res.redirect(303, isOwn ? PATH : '/parcourspro');
  });
}
