import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { DomainError } from '#platform/errors.ts';
import { render } from '#platform/web/views/render.ts';
import { findReferentsOf, type NoEntry, type Service } from './services/service.ts';

/** Says why somebody who is signed in does not enter a service, and whom to ask; the journal notes it. */
export async function refuseEntry(
  deps: Dependencies,
  req: Request,
  res: Response,
  service: Service,
  { because, reason, ask }: NoEntry,
): Promise<void> {
  const { userId } = actorOf(req);
  await noteRefusal(deps, userId, service, because);
  const referents = ask === 'referent' ? await findReferentsOf(deps.db, userId) : [];
  render(res.status(403), 'sso/refused', {
    title: `${service.name}\u00a0: accès refusé`,
    section: '',
    service,
    reason,
    referents,
  });
}

/** @throws RunsInCircles always, once the journal has it */
export async function refuseCircle(deps: Dependencies, req: Request, service: Service): Promise<never> {
  await noteRefusal(deps, actorOf(req).userId, service, 'loop');
  throw new RunsInCircles(service);
}

const noteRefusal = (
  { db, clock }: Dependencies,
  userId: number,
  service: Service,
  because: NoEntry['because'] | 'loop',
): Promise<void> =>
  recordAudit(db, {
    action: 'service.refused',
    at: clock.now(),
    personId: userId,
    subject: { kind: 'service', id: service.id },
    details: { because },
  });

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
    const shown = address.length > 200 ? `${address.slice(0, 200)}…` : address;
    super(
      403,
      'Service inconnu',
      `Le site qui vous a envoyé ici n’est pas enregistré auprès de Cap Métiers\u00a0: rien ne lui a été transmis. Adresse demandée\u00a0: «\u00a0${shown}\u00a0».`,
    );
  }
}
