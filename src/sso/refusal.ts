import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { DomainError } from '#platform/errors.ts';
import { createLimit, isLimit } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { shownAddress } from './services/addresses.ts';
import { findReferentsOf, type NoEntry, type Service } from './services/service.ts';

/** How somebody who is signed in is told that they do not enter a service. */
export function refusals({ db, clock, pool }: Pick<Dependencies, 'db' | 'clock' | 'pool'>) {
  // Whoever opens the page again and again is refused for the same reason: the journal says so once a minute.
  const seldom = createLimit(pool, 'service-refusals', 1, 60);

  async function note(userId: number, { id }: Service, because: NoEntry['because'] | 'loop'): Promise<void> {
    const isNoted = await seldom.consume(`${userId} ${id} ${because}`).then(
      () => false,
      (refusal: unknown) => {
        if (isLimit(refusal)) return true;
        throw refusal;
      },
    );
    if (isNoted) return;
    await recordAudit(db, {
      action: 'service.refused',
      at: clock.now(),
      personId: userId,
      subject: { kind: 'service', id },
      details: { because },
    });
  }

  return {
    /** Says why somebody does not enter, and whom to ask. */
    async refuseEntry(
      req: Request,
      res: Response,
      service: Service,
      { because, reason, ask }: NoEntry,
    ): Promise<void> {
      const { userId } = actorOf(req);
      await note(userId, service, because);
      const referents = ask === 'referent' ? await findReferentsOf(db, userId) : [];
      render(res.status(403), 'sso/refused', {
        title: `${service.name}\u00a0: accès refusé`,
        section: '',
        service,
        reason,
        referents,
      });
    },

    /** @throws RunsInCircles always */
    async refuseCircle(req: Request, service: Service): Promise<never> {
      await note(actorOf(req).userId, service, 'loop');
      throw new RunsInCircles(service);
    },
  };
}

/** A service asks for the same person again and again: the browser is stopped before it gives up. */
class RunsInCircles extends DomainError {
  override name = 'RunsInCircles';
  override readonly retryAfter = 60;
  constructor({ name }: Service) {
    super(
      429,
      `${name} tourne en boucle`,
      `Ce service a demandé votre compte plusieurs fois de suite sans vous laisser entrer. Le portail vous a bien reconnu\u00a0: effacez les cookies de ${name}, ou réessayez dans une minute. Si cela continue, c’est au service de le corriger\u00a0: prévenez-nous.`,
    );
  }
}

/** Nobody's address: the browser is sent to no such place. */
export class UnknownService extends DomainError {
  override name = 'UnknownService';
  /** @param address as it was given, for whoever has to correct it */
  constructor(address: string) {
    super(
      403,
      'Service inconnu',
      `Le site qui vous a envoyé ici n’est pas enregistré auprès de Cap Métiers\u00a0: rien ne lui a été transmis. Adresse demandée\u00a0: «\u00a0${shownAddress(address)}\u00a0».`,
    );
  }
}
