import { actorOf } from '#access/actor.ts';
import {
  choiceOf,
  RAFAEL_CHOICE,
  rafaelSeat,
  rafaelSeatsOf,
  readsOffers,
  seatRoles,
} from '#access/rafael.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { localPath } from '#platform/web/forms/local-path.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { saveSession } from '#platform/web/session.ts';
import { render } from '#platform/web/views/render.ts';
import { entriesFor } from '../entry.ts';
import { countFigures } from '../figures.ts';

const HOME = '/rafaelpro';

/** The home of RafaelPro, and the choice of the structure that one acts for. */
export function rafaelHomeSite({ db, clock, features }: Dependencies): GatedRouter {
  const declared = features.flatMap(({ rafael = [] }) => rafael);
  const site = gatedRouter();

  site.get(HOME, readsOffers, async (req, res) => {
    const actor = actorOf(req);
    const seat = rafaelSeat(req);
    // Whoever belongs to several would not know whose figures these are.
    if (!seat && rafaelSeatsOf(actor).length > 0) return res.redirect(303, choiceOf());
    const entries = entriesFor(declared, seat, actor.isAgencyManager);
    const figures = seat ? entries.flatMap((entry) => entry.figures ?? []) : [];
    const counts = seat
      ? await countFigures(db, figures, {
          structureId: seat.structureId,
          userId: actor.userId,
          now: clock.now(),
        })
      : [];
    render(res, 'rafael/home/home', {
      title: 'Accueil',
      section: 'rafael-home',
      roles: seat ? seatRoles(seat) : [],
      entries,
      figures: figures.map((figure, index) => ({ ...figure, count: counts[index] ?? 0 })),
    });
  });

  site.get(RAFAEL_CHOICE, readsOffers, (req, res) => {
    render(res, 'rafael/home/choice', {
      title: 'Choisissez pour quelle structure vous agissez',
      section: 'rafael-home',
      choices: rafaelSeatsOf(actorOf(req)).map((choice) => ({ ...choice, roles: seatRoles(choice) })),
      goingOn: localPath(firstOf(req.query.suite as string | undefined), HOME),
    });
  });

  site.post(RAFAEL_CHOICE, readsOffers, async (req, res) => {
    const wanted = parseRowId(firstOf(req.body.structure));
    const chosen = rafaelSeatsOf(actorOf(req)).find(({ structureId }) => structureId === wanted);
    if (!chosen) throw new NotFound('Vous n’agissez pas dans RafaelPro pour cette structure, ou plus.');
    req.session.rafaelStructureId = chosen.structureId;
    await saveSession(req);
    res.flash(`Vous agissez maintenant pour ${chosen.structureName}.`);
    res.redirect(303, localPath(firstOf(req.body.suite), HOME));
  });

  return site;
}
