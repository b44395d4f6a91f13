import { actorOf } from '#access/actor.ts';
import { confirmedToChange } from '#access/assurance.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { plural } from '#platform/french/words.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { createLimit } from '#platform/web/limits.ts';
import { renewSession } from '#platform/web/session.ts';
import { endOtherSessions, endSession } from './service.ts';

const HOUR = 60 * 60;

/** The open sessions of « Mon compte »: each can be ended (domain.md §4). The list itself is on the page of the account. */
export function sessionsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const confirmed = confirmedToChange(signedIn);
  const perPerson = createLimit(dependencies.pool, 'account-sessions', 60, HOUR);

  site.post('/mon-compte/sessions/fermer-les-autres', confirmed, async (req, res) => {
    const { userId } = actorOf(req);
    await perPerson.consume(String(userId));
    const ended = await endOtherSessions(dependencies, userId, req.sessionID);
    await renewSession(req);
    res.flash(
      ended > 0
        ? `${plural(ended, 'autre session fermée', 'autres sessions fermées')}.`
        : 'Aucune autre session n’était ouverte.',
    );
    res.redirect(303, '/mon-compte#sessions');
  });

  site.post('/mon-compte/sessions/:sessionRef/fermer', confirmed, async (req, res) => {
    const { userId } = actorOf(req);
    await perPerson.consume(String(userId));
    await endSession(dependencies, userId, String(req.params.sessionRef));
    res.flash('La session est fermée.');
    res.redirect(303, '/mon-compte#sessions');
  });

  return site;
}
