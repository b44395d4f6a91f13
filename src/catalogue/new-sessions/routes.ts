import { actorOf } from '#access/actor.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { firstOf } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { chooseNewDates } from './choice.ts';

/** Whether a person is told of new dates, chosen among their favourites. */
export function newSessionsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  site.post('/parcourspro/favoris/nouvelles-dates', signedIn, async (req, res) => {
    const wants = firstOf((req.body as Fields).recevoir) === '1';
    await chooseNewDates(dependencies, actorOf(req).userId, wants);
    res.flash(
      wants
        ? 'Un e-mail vous dira les nouvelles dates de vos favoris, une fois par jour au plus.'
        : 'Vous ne recevrez plus d’e-mail pour les nouvelles dates.',
    );
    res.redirect(303, '/parcourspro/favoris');
  });
  return site;
}
