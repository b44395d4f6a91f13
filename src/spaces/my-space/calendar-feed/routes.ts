import type { Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { actingAs } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { hashToken } from '#platform/security/secrets.ts';
import { type GatedRouter, gatedRouter, linkHolder } from '#platform/web/gate.ts';
import { createLimit, placeOf } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { FEED_PAGE } from './mails.ts';
import { feedCalendar, getFeedDate, getFeedSessions, renewFeed, revokeFeed } from './service.ts';

const HOUR = 60 * 60;

/** « Mon agenda »: the secret address that a calendar application follows, and the page that makes it. */
export function calendarFeedSite(deps: Dependencies): GatedRouter {
  const { pool, config } = deps;
  const site = gatedRouter();
  const policy = actingAs('beneficiary');
  const changes = createLimit(pool, 'calendar-feed-change', 20, HOUR);
  // An application that looks every five minutes, on several devices, stays below.
  const readings = createLimit(pool, 'calendar-feed', 120, HOUR);
  const wrongAddresses = createLimit(pool, 'calendar-feed-unknown', 60, HOUR);

  const show = (res: Response, feedSince: Date | undefined, token?: string) => {
    const address = token && `${config.publicUrl}/parcourspro/agenda/${token}.ics`;
    if (address) res.set('Cache-Control', 'no-store');
    render(res, 'spaces/my-space/calendar', {
      title: address ? 'L’adresse de mon agenda' : 'Mon agenda',
      section: 'my-space',
      feedSince,
      address,
    });
  };

  site.get(FEED_PAGE, policy, async (req, res) => {
    show(res, await getFeedDate(deps, actorOf(req).userId));
  });

  // The address is in this answer and nowhere else: leading to another page would have to keep it.
  site.post(FEED_PAGE, policy, async (req, res) => {
    const { userId } = actorOf(req);
    await changes.consume(String(userId));
    show(res, deps.clock.now(), await renewFeed(deps, userId));
  });

  site.post(`${FEED_PAGE}/supprimer`, policy, async (req, res) => {
    const { userId } = actorOf(req);
    await changes.consume(String(userId));
    const wasThere = await revokeFeed(deps, userId);
    res.flash(
      wasThere
        ? 'L’adresse est supprimée\u00a0: les agendas qui la suivaient ne reçoivent plus rien.'
        : 'Il n’y avait pas d’adresse à supprimer.',
    );
    res.redirect(303, FEED_PAGE);
  });

  site.get('/parcourspro/agenda/:token.ics', linkHolder, async (req, res) => {
    const token = String(req.params.token);
    res.set({ 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex' });
    const sessions = await getFeedSessions(deps, token);
    if (!sessions) {
      await wrongAddresses.consume(placeOf(req));
      throw new NotFound();
    }
    await readings.consume(hashToken(token));
    // Asked again each time, answered with 304 while nothing changes; no cache on the way may keep it.
    res.set('Cache-Control', 'private, no-cache');
    res.type('text/calendar; charset=utf-8').send(feedCalendar(sessions, config.publicUrl));
  });

  return site;
}
