import { randomUUID } from 'node:crypto';
import type { Response } from 'express';
import { anyone } from '#access/policies.ts';
import { recordRefusal } from '#identity/sign-in/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { localPath } from '#platform/web/forms/local-path.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages, createLimit, placeOf } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { NotTold, proConnectOf } from '../client.ts';
import { keptHere } from '../kept.ts';
import { PAGE } from '../paths.ts';
import { receive } from './arrival.ts';
import { Refused, Unasked } from './refusals.ts';

/** « S’identifier avec ProConnect »: sign-in by the State's federation of professional accounts, and the way out. */
export function proConnectSite(dependencies: Dependencies): GatedRouter {
  const { config, clock, pool } = dependencies;
  const site = gatedRouter();
  // Of what comes to nothing only: a whole institution signs in from one place.
  const failures = createLimit(pool, 'proconnect', 120, 15 * 60);
  const kept = keptHere(config);
  const markOf = (state: string) => state.slice(0, 8).replace(/\W/g, '');

  site.get(PAGE, anyone, costlyPages(config), async (req, res) => {
    const next = localPath(firstOf(req.query.suite as string));
    const isAnew = firstOf(req.query.preuve as string) === '1';
    const { url, underWay } = await proConnectOf(config)
      .begin(next, clock.now(), isAnew)
      .catch((error: unknown) => refuse(res, error));
    kept.underWay.keep(res, underWay, clock.now(), markOf(underWay.state));
    res.set('Cache-Control', 'no-store').redirect(303, url);
  });

  site.get(`${PAGE}/retour`, anyone, async (req, res) => {
    res.set('Cache-Control', 'no-store');
    await failures.consume(placeOf(req));
    const mark = markOf(firstOf(req.query.state as string));
    const underWay = kept.underWay.read(req, clock.now(), mark);
    if (!underWay) throw new Unasked();
    // Once, whatever comes of it: the same answer brought again is none.
    kept.underWay.forget(res, mark);
    if (req.query.error !== undefined) {
      res.flash(
        'Vous n’avez pas été identifié par ProConnect. Recommencez, ou utilisez votre mot de passe.',
        'warning',
      );
      return res.redirect(303, `/connexion?suite=${encodeURIComponent(underWay.next)}`);
    }
    const told = await proConnectOf(config)
      .finish(new URL(req.originalUrl, config.publicUrl).search, underWay)
      .catch((error: unknown) => refuse(res, error));
    await failures.giveBack(placeOf(req));
    res.redirect(303, await receive(dependencies, req, res, told, underWay.next));
  });

  site.get(`${PAGE}/ferme`, anyone, (_req, res) => {
    proConnectOf(config);
    render(res.status(403), 'sso/proconnect/closed', { title: 'Votre compte est fermé', section: '' });
  });

  // Asked for by whoever finds a request for an account filled in with somebody else's name.
  site.post(`${PAGE}/oublier`, anyone, (req, res) => {
    proConnectOf(config);
    const told = kept.told.read(req, clock.now());
    kept.told.forget(res);
    const next = '/account-requests/add';
    if (!told?.idToken) return res.redirect(303, next);
    kept.leaving.keep(res, { idToken: told.idToken, state: randomUUID(), next }, clock.now());
    res.redirect(303, `${PAGE}/sortie`);
  });

  // Opened twice: on the way to ProConnect, and when it sends the browser back, with what it was given to say so.
  site.get(`${PAGE}/sortie`, anyone, async (req, res) => {
    const { idToken, state = '', next = '/connexion' } = kept.leaving.read(req, clock.now()) ?? {};
    if (idToken === undefined || !config.proconnect) {
      kept.leaving.forget(res);
      return res.redirect(303, state !== '' && req.query.state === state ? next : '/connexion');
    }
    const url = await proConnectOf(config)
      .endUrl(idToken, state)
      .catch(() => undefined);
    if (!url) {
      kept.leaving.forget(res);
      res.flash(
        'Votre session est fermée ici. ProConnect ne répond pas\u00a0: fermez-y aussi votre session.',
        'warning',
      );
      return res.redirect(303, '/connexion');
    }
    kept.leaving.keep(res, { state, next }, clock.now());
    // A page, as forms of this site lead nowhere else: browsers would follow no redirect of one to another site.
    render(res.set({ 'Cache-Control': 'no-store', Refresh: `0; url=${url}` }), 'sso/proconnect/leaving', {
      title: 'Vous quittez ProConnect',
      section: '',
      url,
    });
  });

  /** What ProConnect did not say, in words, with the other way in; an answer not to be believed is in the journal. */
  async function refuse(res: Response, error: unknown): Promise<never> {
    if (!(error instanceof NotTold)) throw error;
    dependencies.log.warn({ err: error.cause ?? error }, 'sign-in by ProConnect did not come about');
    if (error.isDown) res.set('Retry-After', '60');
    else await recordRefusal(dependencies, undefined, 'proconnect');
    throw new Refused(error.isDown);
  }

  return site;
}
