import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { actingAs, signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { CODE } from '#platform/security/codes.ts';
import { formPage, saidAt, saidOnForm } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { createLimit } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { reissueBadge } from '../issuing/service.ts';
import { causeLabels, requestBadge } from '../presentation.ts';
import { askingForm, wishForm } from './schemas.ts';
import { askForBadge, chooseOnDeletion, getAsking, myBadges, withdrawBadgeRequest } from './service.ts';

const SPACE = '/parcourspro/mon-espace';
const MINE = `${SPACE}/badges`;
/** Requests and renewals of one person in an hour. */
const MOST_PER_HOUR = 30;

/** « Demander un open badge », and « Mes open badges ». */
export function myBadgesSite(deps: Dependencies): GatedRouter {
  const site = gatedRouter();
  const policy = actingAs('beneficiary');
  const userId = (req: Request) => actorOf(req).userId;
  const perPerson = createLimit(deps.pool, 'badges', MOST_PER_HOUR, 60 * 60);

  formPage(site, `${SPACE}/demandes/:enrolmentId/badge`, policy, {
    load: (req) => getAsking(deps.db, idParam(req, 'enrolmentId'), userId(req)),
    read: ({ body }, { models }) => {
      // One badge alone is no choice to make.
      const [only, ...others] = models;
      return readForm(askingForm, only && others.length === 0 ? { ...body, badge: String(only.id) } : body);
    },
    show: ({ res, loaded, form = emptyForm() }) =>
      render(res, 'follow-up/badges/ask', {
        title: 'Demander un open badge',
        section: 'my-space',
        form,
        asking: loaded,
        back: `${SPACE}/passees`,
      }),
    async submit({ req, loaded, data }) {
      await perPerson.consume(String(userId(req))).catch(saidOnForm);
      const { badge: modelId, preuve: evidence, certificat: showsCertificate } = data;
      const asked = { enrolmentId: loaded.enrolmentId, modelId, evidence, showsCertificate };
      await askForBadge(deps, userId(req), asked).catch(saidAt('', Conflict, 409));
      return {
        to: MINE,
        flash: 'Votre demande est transmise à Cap Métiers\u00a0: un e-mail vous dira sa décision.',
      };
    },
  });

  // A badge stays its holder's, whatever they belong to.
  formPage(site, MINE, signedIn, {
    load: (req) => myBadges(deps.db, actorOf(req)),
    read: ({ body }) => readForm(wishForm, body),
    show: ({ res, loaded: { badges, wish }, form }) =>
      render(res, 'follow-up/badges/mine', {
        title: 'Mes open badges – Mon espace personnel',
        section: 'my-space',
        badges: badges.map((one) => ({ ...one, badge: requestBadge(one) })),
        causeLabels,
        form: form ?? emptyForm({ choix: wish === 'revoke' ? 'revoquer' : 'garder' }),
        publicUrl: deps.config.publicUrl,
      }),
    async submit({ req, data: { choix } }) {
      await chooseOnDeletion(deps, userId(req), choix === 'garder' ? 'keep' : 'revoke');
      return { to: MINE, flash: 'Votre choix est enregistré.' };
    },
  });

  site.post(`${MINE}/demandes/:badgeRequestId/retirer`, signedIn, async (req, res) => {
    await withdrawBadgeRequest(deps, idParam(req, 'badgeRequestId'), userId(req));
    res.flash('Votre demande est retirée.');
    res.redirect(303, MINE);
  });

  site.post(`${MINE}/:badgeCode/mettre-a-jour`, signedIn, async (req, res) => {
    await perPerson.consume(String(userId(req)));
    await reissueBadge(deps, codeParam(req), userId(req));
    res.flash(
      'Le badge porte votre adresse e-mail d’aujourd’hui. L’ancien est révoqué\u00a0: remplacez-le où vous l’avez montré.',
    );
    res.redirect(303, MINE);
  });

  return site;
}

/** The code of the address. @throws NotFound for what is none */
export function codeParam(req: Request): string {
  const { badgeCode } = req.params;
  if (typeof badgeCode !== 'string' || !CODE.test(badgeCode)) throw new NotFound();
  return badgeCode;
}
