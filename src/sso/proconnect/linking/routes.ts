import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { confirmedToChange } from '#access/assurance.ts';
import { anyone, signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { localPath } from '#platform/web/forms/local-path.ts';
import { type GatedRouter, gatedRouter, linkHolder } from '#platform/web/gate.ts';
import { createLimit, placeOf } from '#platform/web/limits.ts';
import { renewSession } from '#platform/web/session.ts';
import { render } from '#platform/web/views/render.ts';
import { proConnectOf, type Told } from '../client.ts';
import { keptHere } from '../kept.ts';
import { linkPage, PAGE } from '../paths.ts';
import { Unasked } from '../sign-in/refusals.ts';
import { isLinkUsable, linkIdentity, matchIdentity, sendLink, useLink } from './service.ts';

/** Brings an identity of ProConnect and an account together: nothing is linked before its owner has proved that it is theirs. */
export function linkingSite(dependencies: Dependencies): GatedRouter {
  const { config, clock, pool } = dependencies;
  const site = gatedRouter();
  const perPlace = createLimit(pool, 'proconnect-link-address', 120, 15 * 60);
  const perAccount = createLimit(pool, 'proconnect-link', 5, 60 * 60);
  const kept = keptHere(config);

  /** Whom ProConnect has named in this browser a moment ago. @throws Unasked when it has not, or too long ago */
  const toldTo = (req: Request): Told => {
    proConnectOf(config);
    const told = kept.told.read(req, clock.now());
    if (!told) throw new Unasked();
    return told;
  };

  site.get(`${PAGE}/relier`, anyone, async (req, res) => {
    const told = toldTo(req);
    const next = localPath(firstOf(req.query.suite as string));
    const match = req.user ? undefined : await matchIdentity(dependencies, told, told.email);
    render(res.set('Cache-Control', 'no-store'), 'sso/proconnect/link', {
      title: 'Relier ProConnect à votre compte',
      section: '',
      told,
      next,
      mine: req.user?.email,
      isSameEmail: req.user?.email.toLowerCase() === told.email.toLowerCase(),
      hasFactor: match?.kind === 'sameEmail' && match.hasFactor,
      back: linkPage(next),
    });
  });

  site.post(`${PAGE}/relier`, confirmedToChange(signedIn), async (req, res) => {
    const told = toldTo(req);
    await linkIdentity(dependencies, { userId: actorOf(req).userId, keptSid: req.sessionID }, told);
    kept.told.forget(res);
    await renewSession(req, kept.session(told));
    res.flash('ProConnect est relié à votre compte.');
    res.redirect(303, localPath(firstOf(req.body.suite)));
  });

  site.post(`${PAGE}/lien`, anyone, async (req, res) => {
    const told = toldTo(req);
    await perPlace.consume(placeOf(req));
    const match = await matchIdentity(dependencies, told, told.email);
    if (match.kind === 'sameEmail' && match.hasFactor) return res.redirect(303, linkPage('/'));
    if (match.kind === 'sameEmail' && !match.isClosed) {
      await perAccount.consume(String(match.userId));
      await sendLink(dependencies, match.userId, told);
    }
    res.flash(
      'Un e-mail vient de partir à l’adresse de votre compte\u00a0: ouvrez son lien pour relier ProConnect.',
    );
    res.redirect(303, '/connexion');
  });

  site.get(`${PAGE}/lien/:token`, linkHolder, async (req, res) => {
    proConnectOf(config);
    const isUsable = await isLinkUsable(dependencies, String(req.params.token));
    render(res.status(isUsable ? 200 : 410).set('Cache-Control', 'no-store'), 'sso/proconnect/use-link', {
      title: isUsable ? 'Relier ProConnect à votre compte' : 'Ce lien ne fonctionne plus',
      section: '',
      isUsable,
    });
  });

  site.post(`${PAGE}/lien/:token`, linkHolder, async (req, res) => {
    proConnectOf(config);
    await perPlace.consume(placeOf(req));
    if (!(await useLink(dependencies, String(req.params.token)))) {
      return res.redirect(303, `${PAGE}/lien/${encodeURIComponent(String(req.params.token))}`);
    }
    kept.told.forget(res);
    res.flash('ProConnect est relié à votre compte\u00a0: identifiez-vous avec ProConnect.');
    res.redirect(303, '/connexion');
  });

  return site;
}
