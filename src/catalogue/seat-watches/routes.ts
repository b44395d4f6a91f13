import { actorOf } from '#access/actor.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { stopWatching, watchSession } from './service.ts';

/** « Me prévenir quand une place se libère », on a full session. */
export function seatWatchesSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.post('/parcourspro/actions/:slug/seances/:sessionId/prevenir', signedIn, async (req, res) => {
    const [slug, sessionId] = [String(req.params.slug), idParam(req, 'sessionId')];
    await watchSession(dependencies, actorOf(req).userId, slug, sessionId);
    res.flash('Un e-mail vous préviendra si une place se libère. Rien ne vous est réservé.');
    res.redirect(303, `/parcourspro/actions/${slug}#session-${sessionId}`);
  });

  site.post('/parcourspro/actions/:slug/seances/:sessionId/ne-plus-prevenir', signedIn, async (req, res) => {
    const [slug, sessionId] = [String(req.params.slug), idParam(req, 'sessionId')];
    await stopWatching(dependencies, actorOf(req).userId, sessionId);
    res.flash('Vous ne serez plus prévenu pour cette session.');
    res.redirect(303, `/parcourspro/actions/${encodeURIComponent(slug)}#session-${sessionId}`);
  });

  return site;
}
