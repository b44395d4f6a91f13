import { actorOf } from '#access/actor.ts';
import { confirmedToChange } from '#access/assurance.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { forgetProofs, renewSession } from '#platform/web/session.ts';
import { render } from '#platform/web/views/render.ts';
import { proConnectOf } from '../client.ts';
import { ACCOUNT } from '../paths.ts';
import { findIdentity, trustIdentity, unlinkIdentity } from './service.ts';

/** « ProConnect » of « Mon compte »: what is linked, whether it stands for the code, and the end of it. */
export function linkedAccountSite(dependencies: Dependencies): GatedRouter {
  const { config, db } = dependencies;
  const site = gatedRouter();
  const changing = confirmedToChange(signedIn);

  site.get(ACCOUNT, signedIn, async (req, res) => {
    proConnectOf(config);
    const { userId, hasSecondFactor, hasPasskey } = actorOf(req);
    render(res, 'sso/proconnect/account', {
      title: 'ProConnect',
      section: 'account',
      identity: await findIdentity(db, userId, config.proconnect?.issuer ?? ''),
      hasFactor: hasSecondFactor || hasPasskey,
    });
  });

  site.post(`${ACCOUNT}/second-facteur`, changing, async (req, res) => {
    proConnectOf(config);
    await trustIdentity(dependencies, { userId: actorOf(req).userId, keptSid: req.sessionID });
    await renewSession(req);
    res.flash('Le second facteur donné à ProConnect suffit désormais.');
    res.redirect(303, ACCOUNT);
  });

  site.post(`${ACCOUNT}/delier`, changing, async (req, res) => {
    proConnectOf(config);
    await unlinkIdentity(dependencies, { userId: actorOf(req).userId, keptSid: req.sessionID });
    await forgetProofs(req, ['proconnect', 'proconnect_mfa']);
    res.flash('ProConnect n’est plus relié à votre compte.');
    res.redirect(303, ACCOUNT);
  });

  return site;
}
