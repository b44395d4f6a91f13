import type { Request, Response } from 'express';
import { z } from 'zod';
import { anyone } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { withText } from '#platform/files/png-text.ts';
import { payloadOf } from '#platform/security/signing-keys.ts';
import { knownEmail } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages, createLimit, limitedForm, placeOf } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { codeParam } from '../asking/routes.ts';
import { badgeAddresses, issuableAt } from '../issuing/addresses.ts';
import { assertion, badgeClass, issuerV2, revokedAssertion } from '../issuing/assertion.ts';
import { achievement, credentialIn, issuerProfile, statusListOf } from '../issuing/credential.ts';
import { identityHash } from '../issuing/identity.ts';
import { presentKeyToRead, publicKey, signCredential } from '../issuing/keys.ts';
import { findList, findPicture, type IssuedBadge } from '../issuing/repository.ts';
import { certificateOf, getBadge } from '../issuing/service.ts';
import { findImage, getVersion } from '../models/service.ts';
import { causeLabels, validityBadge } from '../presentation.ts';
import { sendData, sendPng, sendSigned, wantsPage } from './answers.ts';

const MODEL = '/badges/modeles/:badgeModelId';
const BADGE = '/badges/:badgeCode';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** « À qui ce badge a-t-il été délivré ? » */
const holderForm = z.object({ email: knownEmail('Saisissez une adresse e-mail.') });

/**
 * Where badges are verified: data for programs, the same in a page for people. What is signed names these addresses, which
 * therefore stay.
 */
export function publicBadgesSite(deps: Dependencies): GatedRouter {
  const { config, db } = deps;
  const { publicUrl: base, contactEmail } = config;
  const addresses = badgeAddresses(base);
  const site = gatedRouter();
  const counted = costlyPages(config);
  const guesses = createLimit(deps.pool, 'badge-holder', 20, 60 * 60);
  const versionOf = (req: Request) =>
    getVersion(db, idParam(req, 'badgeModelId'), idParam(req, 'modelVersion'));

  site.get('/badges/emetteur', anyone, counted, (req, res) => {
    const profile = issuerProfile(base, contactEmail);
    if (!wantsPage(req, res)) return sendData(res, profile);
    render(res, 'follow-up/badges/public/issuer', {
      title: 'Open badges de Cap Métiers',
      section: '',
      profile,
      contactEmail,
    });
  });

  site.get('/badges/emetteur/v2', anyone, counted, (_req, res) =>
    sendData(res, issuerV2(base, contactEmail)),
  );

  site.get('/badges/cles/:badgeKid', anyone, counted, async (req, res) => {
    const { badgeKid } = req.params;
    if (typeof badgeKid !== 'string' || !UUID.test(badgeKid)) throw new NotFound();
    sendData(res, await publicKey(deps, badgeKid));
  });

  // Signed at each reading, by the key of today: the same text for as long as nothing in it changes.
  site.get('/badges/statuts/:statusList', anyone, counted, async (req, res) => {
    const number = idParam(req, 'statusList');
    const list = await findList(db, number);
    if (!list) throw new NotFound();
    const key = await presentKeyToRead(deps);
    sendSigned(res, signCredential(base, key, statusListOf(base, number, list.revoked, list.since)));
  });

  site.get(MODEL, anyone, counted, async (req, res) => {
    const { modelId, version } = await getVersion(db, idParam(req, 'badgeModelId'));
    res.redirect(302, `/badges/modeles/${modelId}/${version}`);
  });

  site.get(`${MODEL}/:modelVersion.png`, anyone, counted, async (req, res) => {
    const image = await findImage(db, idParam(req, 'badgeModelId'), idParam(req, 'modelVersion'));
    if (!image) throw new NotFound();
    sendPng(res, image);
  });

  site.get(`${MODEL}/:modelVersion/v2`, anyone, counted, async (req, res) =>
    sendData(res, badgeClass(base, await versionOf(req))),
  );

  site.get(`${MODEL}/:modelVersion`, anyone, counted, async (req, res) => {
    const model = await versionOf(req);
    if (!wantsPage(req, res)) return sendData(res, achievement(base, model));
    render(res, 'follow-up/badges/public/model', { title: model.name, section: '', model });
  });

  const sendCredential = (res: Response, { code, jws, cause }: IssuedBadge) =>
    jws
      ? sendData(res, credentialIn(payloadOf(jws)))
      : sendData(res, gone(addresses.badge(code), cause), 410);

  site.get(`${BADGE}.json`, anyone, counted, async (req, res) =>
    sendCredential(res, await getBadge(db, codeParam(req))),
  );

  site.get(`${BADGE}.jws`, anyone, counted, async (req, res) => {
    const { code, jws, cause } = await getBadge(db, codeParam(req));
    if (jws) sendSigned(res, jws);
    else sendData(res, gone(addresses.badge(code), cause), 410);
  });

  site.get(`${BADGE}.png`, anyone, counted, async (req, res) => {
    const code = codeParam(req);
    const picture = await findPicture(db, code);
    if (!picture) throw new NotFound();
    const { image, jws, cause } = picture;
    if (jws === null) return sendData(res, gone(addresses.badge(code), cause), 410);
    sendPng(res, withText(image, 'openbadgecredential', jws), `badge-${code}.png`);
  });

  site.get(`${BADGE}/v2.png`, anyone, counted, async (req, res) => {
    const code = codeParam(req);
    const picture = await findPicture(db, code);
    if (!picture) throw new NotFound();
    const { image, cause } = picture;
    if (cause) return sendData(res, revokedAssertion(base, code, causeLabels[cause]), 410);
    sendPng(res, withText(image, 'openbadges', addresses.assertion(code)), `badge-${code}-v2.png`);
  });

  site.get(`${BADGE}/v2`, anyone, counted, async (req, res) => {
    const badge = await getBadge(db, codeParam(req));
    const { salt, identityHash: hash, cause } = badge;
    if (cause) return sendData(res, revokedAssertion(base, badge.code, causeLabels[cause]), 410);
    if (salt === null || hash === null) throw new NotFound();
    sendData(res, assertion(base, { ...badge, salt, identityHash: hash, certificate: certificateOf(badge) }));
  });

  const showBadge = (res: Response, badge: IssuedBadge, form: FormState, isHolder?: boolean) =>
    render(res, 'follow-up/badges/public/badge', {
      title: badge.name,
      section: '',
      badge,
      validity: validityBadge(badge.revokedAt),
      cause: badge.cause && causeLabels[badge.cause],
      certificate: certificateOf(badge),
      address: addresses.badge(badge.code),
      isDemonstration: issuableAt(config).kind !== 'public',
      form,
      isHolder,
    });

  site.get(BADGE, anyone, counted, async (req, res) => {
    const badge = await getBadge(db, codeParam(req));
    if (!wantsPage(req, res)) return sendCredential(res, badge);
    showBadge(res, badge, emptyForm());
  });

  // Whoever is shown a badge asks whether it is of the person who shows it; the address is kept nowhere.
  site.post(BADGE, anyone, async (req, res) => {
    const badge = await getBadge(db, codeParam(req));
    const { salt, identityHash: hash } = badge;
    const read = readForm(holderForm, req.body);
    if (!read.ok || salt === null) return showBadge(res.status(422), badge, read.form);
    try {
      await guesses.consume(placeOf(req));
    } catch (error) {
      const form = limitedForm(res, read.form, error);
      return showBadge(res.status(429), badge, form);
    }
    showBadge(res, badge, read.form, identityHash(read.data.email, salt) === hash);
  });

  return site;
}

/** What stands at the address of a badge whose contents its holder had deleted. */
const gone = (id: string, cause: IssuedBadge['cause']) => ({
  id,
  revoked: true,
  ...(cause ? { revocationReason: causeLabels[cause] } : {}),
});
