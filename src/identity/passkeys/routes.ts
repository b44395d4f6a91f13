import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { confirmedToChange } from '#access/assurance.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { FormRefused, formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { forgetProofs, noteProofs, renewSession } from '#platform/web/session.ts';
import { render } from '#platform/web/views/render.ts';
import { passkeyLimit } from './limits.ts';
import { nameForm, newKeyForm, REFUSALS } from './schemas.ts';
import {
  addPasskey,
  listPasskeys,
  MOST_PASSKEYS,
  optionsToAdd,
  readPasskey,
  removePasskey,
  renamePasskey,
} from './service.ts';

const PAGE = '/mon-compte/cles-d-acces';
const ADD = `${PAGE}/ajouter`;

/** « Clés d’accès »: those of the person, to add, rename and remove. */
export function passkeysSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const additions = passkeyLimit(dependencies.pool);
  const confirmed = confirmedToChange(signedIn);

  site.get(PAGE, signedIn, async (req, res) => {
    const actor = actorOf(req);
    render(res, 'identity/passkeys/list', {
      title: 'Clés d’accès',
      section: 'account',
      passkeys: await listPasskeys(dependencies, actor.userId),
      most: MOST_PASSKEYS,
    });
  });

  site.get(`${ADD}/options`, confirmed, async (req, res) => {
    res.json(await optionsToAdd(dependencies, actorOf(req).userId, browserOf(req)));
  });

  formPage(site, ADD, confirmed, {
    read: ({ body }) => readForm(newKeyForm, body, ['reponse']),
    show({ req, res, form = emptyForm() }) {
      // Made already, and only its name is missing: it goes back with the page instead of being made twice.
      const answer = form.errors.nom && !form.errors.reponse ? firstOf(req.body.reponse) : '';
      render(res, 'identity/passkeys/add', {
        title: 'Ajouter une clé d’accès',
        section: 'account',
        form,
        answer,
      });
    },
    async submit({ req, data: { nom: name, reponse: answer } }) {
      const { userId } = actorOf(req);
      await additions.consume(String(userId));
      const added = await addPasskey(
        dependencies,
        userId,
        { sid: req.sessionID, browser: browserOf(req) },
        { name, answer },
      );
      if ('refused' in added) throw new FormRefused('', MESSAGES[added.refused]);
      // It was there to be made: the person holds it.
      await noteProofs(req, dependencies.clock.now(), ['passkey'], added.passkeyId);
      return {
        to: PAGE,
        flash: `La clé d’accès «\u00a0${name}\u00a0» est ajoutée. Un e-mail vous le confirme.`,
      };
    },
  });

  const idOf = (req: Request) => idParam(req, 'passkeyId');
  const passkeyOf = (req: Request) => readPasskey(dependencies, actorOf(req).userId, idOf(req));

  formPage(site, `${PAGE}/:passkeyId/renommer`, signedIn, {
    load: passkeyOf,
    read: ({ body }) => readForm(nameForm, body),
    show: ({ res, loaded: passkey, form = emptyForm({ nom: passkey.name }) }) =>
      render(res, 'identity/passkeys/rename', {
        title: 'Renommer une clé d’accès',
        section: 'account',
        form,
        passkey,
      }),
    async submit({ req, data: { nom } }) {
      await renamePasskey(dependencies, actorOf(req).userId, idOf(req), nom);
      return { to: PAGE, flash: `La clé d’accès s’appelle «\u00a0${nom}\u00a0».` };
    },
  });

  site.get(`${PAGE}/:passkeyId/retirer`, confirmed, async (req, res) => {
    const actor = actorOf(req);
    const [passkey, all] = await Promise.all([passkeyOf(req), listPasskeys(dependencies, actor.userId)]);
    const isLast = all.length === 1;
    render(res, 'identity/passkeys/remove', {
      title: 'Retirer une clé d’accès',
      section: 'account',
      passkey,
      isLast,
      closesAgency:
        isLast && req.assurance.agencyNeedsFactor && actor.isAgencyManager && !actor.hasSecondFactor,
    });
  });

  site.post(`${PAGE}/:passkeyId/retirer`, confirmed, async (req, res) => {
    const { userId } = actorOf(req);
    const id = idOf(req);
    const name = await removePasskey(dependencies, userId, id, req.sessionID);
    await (req.session.passkeyId === id ? forgetProofs(req, ['passkey']) : renewSession(req));
    res.flash(`La clé d’accès «\u00a0${name}\u00a0» est retirée. Un e-mail vous le confirme.`);
    res.redirect(303, PAGE);
  });

  return site;
}

// The sign-in, which stays when the session id is renewed between the making of a passkey and its coming.
const browserOf = (req: Request): string => req.session.signInId ?? '';

const MESSAGES = {
  expired: REFUSALS.expired,
  refused:
    'La clé d’accès n’a pas pu être vérifiée. Recommencez\u00a0; il faut un appareil qui demande un code, une empreinte ou un visage.',
} as const;
