import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import type { Doer } from '#enrolment/doer.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { formatPeriod } from '#platform/french/time.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type AgencySession, findSession } from './repository.ts';

/** Where the agency's pages of sessions are. */
export const SESSIONS = '/agence/sessions';

/** The page of a session. */
export const sessionPath = (id: number): string => `${SESSIONS}/${id}`;

/** The session of the address, `:sessionId`. @throws NotFound */
export async function sessionOf({ db, clock }: Dependencies, req: Request): Promise<AgencySession> {
  const session = await findSession(db, idParam(req, 'sessionId'), clock.now());
  if (!session) throw new NotFound();
  return session;
}

/** « du 12 janv. 2027, « Titre » » */
export const titleOf = ({ startsAt, endsAt, actionTitle }: AgencySession, now: Date): string =>
  `du ${formatPeriod(startsAt, endsAt, now)}, «\u00a0${actionTitle}\u00a0»`;

/** Whoever acts, for the history. */
export const doerOf = (req: Request): Doer => ({
  role: 'agency',
  userId: actorOf(req).userId,
  way: 'page',
});
