import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisMoment, parseDay } from '#platform/french/time.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter, serviceCall } from '#platform/web/gate.ts';
import { limitPages, placeOf } from '#platform/web/limits.ts';
import { sendPieces } from '#platform/web/pieces.ts';
import { type FeedState, readFeedState } from './repository.ts';
import { publicFeed } from './service.ts';

/** Where everybody reads the published offer, once the agency has opened it. */
export const FEED = '/rafaelpro/offres.xml';
/** Asked by one place in a minute: whoever asks with what they have is answered from a few columns. */
const PER_MINUTE = 30;
/** Feeds on their way at once, of all and to one place: each reads the whole catalogue. */
const AT_ONCE = 4;
const PER_PLACE = 1;
/** A reader who takes nothing for so long is left. */
const STALLED_MS = 60_000;

/** The public feed: for programs, without a session. */
export function offerFeedSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const underWay = new Map<string, number>();

  site.get(FEED, serviceCall, limitPages(PER_MINUTE), async (req, res) => {
    const state = await readFeedState(dependencies.db);
    if (!state.isOpen) return say(res, 404, 'Ce flux n’est pas ouvert.');
    const since = sinceOf(req);
    if (since === undefined) {
      return say(res, 400, 'depuis : écrivez un jour (2026-12-31) ou un moment (2026-12-31T08:00:00Z).');
    }
    res.set({ 'Cache-Control': 'public, no-cache', ETag: tagOf(state, since) });
    if (state.changedAt) res.set('Last-Modified', state.changedAt.toUTCString());
    if (req.fresh) return void res.status(304).end();
    if (req.method === 'HEAD') return void res.type('application/xml').end();

    const place = placeOf(req);
    const all = [...underWay.values()].reduce((sum, count) => sum + count, 0);
    if (all >= AT_ONCE || (underWay.get(place) ?? 0) >= PER_PLACE) {
      res.set('Retry-After', '60');
      return say(res, 503, 'Trop de lectures à la fois : réessayez dans une minute.');
    }
    underWay.set(place, (underWay.get(place) ?? 0) + 1);
    res.once('close', () => {
      const left = (underWay.get(place) ?? 1) - 1;
      if (left > 0) underWay.set(place, left);
      else underWay.delete(place);
    });
    res.setTimeout(STALLED_MS, () => res.destroy());
    const pieces = await publicFeed(dependencies, since);
    // No file of LHÉO is without a formation.
    if (!pieces) return void res.status(204).end();
    await sendPieces(res, pieces, () => res.type('application/xml'));
  });

  return site;
}

/** From when on; null for all, undefined for what is no moment. */
function sinceOf(req: Request): Date | null | undefined {
  const typed = firstOf(req.query.depuis as string | undefined).trim();
  if (typed === '') return null;
  if (/^\d{4}-\d{2}-\d{2}T/.test(typed)) {
    const moment = new Date(typed);
    return Number.isNaN(moment.getTime()) ? undefined : moment;
  }
  const day = parseDay(typed);
  return day && parisMoment(day, '00:00');
}

const tagOf = ({ changedAt, published, contacts }: FeedState, since: Date | null): string =>
  `W/"${createHash('sha256')
    .update(JSON.stringify([changedAt, published, contacts, since]))
    .digest('base64url')
    .slice(0, 27)}"`;

function say(res: Response, status: number, message: string): void {
  // What is refused now may be given later.
  res.set('Cache-Control', 'no-store').status(status).type('text/plain').send(`${message}\n`);
}
