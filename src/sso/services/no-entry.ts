import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { render } from '#platform/web/views/render.ts';
import type { NoEntry, Service } from './rules.ts';
import { findReferentsOf } from './service.ts';

/** Tells somebody why they do not enter a service, and whom to ask; the browser is sent nowhere. */
export async function showNoEntry(
  { db, clock }: Dependencies,
  req: Request,
  res: Response,
  service: Service,
  { because, reason, ask }: NoEntry,
): Promise<void> {
  const { userId } = actorOf(req);
  await recordAudit(db, {
    action: 'service.refused',
    at: clock.now(),
    personId: userId,
    subject: { kind: 'service', id: service.id },
    details: { because },
  });
  render(res.status(403), 'sso/no-entry', {
    title: `${service.name} ne s’ouvre pas`,
    section: '',
    service,
    reason,
    referents: ask === 'referent' ? await findReferentsOf(db, userId) : [],
  });
}
