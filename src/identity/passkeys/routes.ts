import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { confirmedToChange } from '#access/assurance.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, firstOf, readForm, withError } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { forgetProofs, noteProofs, renewSession } from '#platform/web/session.ts';
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
    res.render('identity/passkeys/list', {
      title: 'Clés d’accès',
      section: 'account',
      passkeys: await listPasskeys(dependencies, actor.userId),
      most: MOST_PASSKEYS,
    });
  });

  const showAdd = (res: Response, form: FormState, status = 200) =>
    res.status(status).render('identity/passkeys/add', {
      title: 'Ajouter une clé d’accès',
      section: 'account',
      form,
    });

  site.get(ADD, confirmed, (_req, res) => showAdd(res, emptyForm()));

  site.get(`${ADD}/options`, confirmed, async (req, res) => {
    res.json(await optionsToAdd(dependencies, actorOf(req).userId, browserOf(req)));
  });

  site.post(ADD, confirmed, async (req, res) => {
    const { userId } = actorOf(req);
    const submitted = readForm(newKeyForm, req.body, ['reponse']);
    if (!submitted.ok) {
      const { values, errors } = submitted.form;
      // Made already, and only its name is missing: it goes back with the page instead of being made twice.
      const reponse = errors.reponse ? '' : firstOf(req.body.reponse);
      return showAdd(res, { values: { ...values, reponse }, errors }, 422);
    }
    await additions.consume(String(userId));
    const { nom: name, reponse: answer } = submitted.data;
    const added = await addPasskey(
      dependencies,
      userId,
      { sid: req.sessionID, browser: browserOf(req) },
      { name, answer },
    );
    if ('refused' in added) return showAdd(res, withError(submitted.form, '', MESSAGES[added.refused]), 422);
    // It was there to be made: the person holds it.
    await noteProofs(req, dependencies.clock.now(), ['passkey'], added.passkeyId);
    res.flash(`La clé d’accès «\u00a0${name}\u00a0» est ajoutée. Un e-mail vous le confirme.`);
    res.redirect(303, PAGE);
  });

  const idOf = (req: Request): number => {
    const id = parseRowId(req.params.passkeyId);
    if (id === undefined) throw new NotFound();
    return id;
  };
  const showRename = async (req: Request, res: Response, submitted?: FormState) => {
    const passkey = await readPasskey(dependencies, actorOf(req).userId, idOf(req));
    res.status(submitted ? 422 : 200).render('identity/passkeys/rename', {
      title: 'Renommer une clé d’accès',
      section: 'account',
      form: submitted ?? emptyForm({ nom: passkey.name }),
      passkey,
    });
  };

  site.get(`${PAGE}/:passkeyId/renommer`, signedIn, (req, res) => showRename(req, res));

  site.post(`${PAGE}/:passkeyId/renommer`, signedIn, async (req, res) => {
    const submitted = readForm(nameForm, req.body);
    if (!submitted.ok) return showRename(req, res, submitted.form);
    await renamePasskey(dependencies, actorOf(req).userId, idOf(req), submitted.data.nom);
    res.flash(`La clé d’accès s’appelle «\u00a0${submitted.data.nom}\u00a0».`);
    res.redirect(303, PAGE);
  });

  site.get(`${PAGE}/:passkeyId/retirer`, confirmed, async (req, res) => {
    const actor = actorOf(req);
    const [passkey, all] = await Promise.all([
      readPasskey(dependencies, actor.userId, idOf(req)),
      listPasskeys(dependencies, actor.userId),
    ]);
    const isLast = all.length === 1;
    res.render('identity/passkeys/remove', {
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
