import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { refuseOrOffer } from '#access/policies.ts';
import type { Doer } from '#enrolment/doer.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { formatPeriod } from '#platform/french/time.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { findProviderSession, type OneProviderSession } from './repository.ts';

/** The training body that the person acts for; no structure has the number 0. */
export const providerIdOf = (req: Request): number => actorOf(req).profile?.structureId ?? 0;

/** The person who acts for the training body, from a page. */
export const providerDoer = (req: Request): Doer => ({
  role: 'provider',
  userId: actorOf(req).userId,
  way: 'page',
});

/**
 * The session `:sessionId` of the address, when it is the body's that the person acts for.
 * @throws NotFound for any other, or WrongProfile where they may act for its body too
 */
export async function providerSessionOf(deps: Dependencies, req: Request): Promise<OneProviderSession> {
  const session = await findProviderSession(deps.db, idParam(req, 'sessionId'));
  if (!session) throw new NotFound();
  if (session.providerId !== providerIdOf(req)) refuseOrOffer(req, 'provider', session.providerId);
  return session;
}

/** The address of a session's page. */
export const sessionPath = (sessionId: number): string => `/parcourspro/prestataire/seances/${sessionId}`;

/** « Accompagner une démarche de VAE, 10 févr. - 11 févr. 2027 »: what tells a session's page from another's. */
export const sessionTitle = (
  session: { actionTitle: string; startsAt: Date; endsAt: Date },
  now: Date,
): string => `${session.actionTitle}, ${formatPeriod(session.startsAt, session.endsAt, now)}`;
