import type { Knex } from 'knex';
import { auditing, recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { addJob } from '#platform/jobs/queue.ts';
import { mayOpen } from '../services/rules.ts';
import { findPeople, listServices } from '../services/service.ts';
import type { Because, Ended, NewVisit, Statement, VisitedService, Which } from './repository.ts';
import * as repository from './repository.ts';

export type { Because, NamedVisit, Statement, VisitedService } from './repository.ts';
export { findNamedVisit, findVisitAt, namedVisitSql } from './repository.ts';

/** The task that tells services of visits that have ended (`logout/deliver.ts`). */
export const TELL_SERVICES = 'tell_services';

/** How long visits are kept, as long as the entries of the journal that they go with. */
const KEPT_MONTHS = 12;

/**
 * Notes that somebody has opened a service, and in the journal, with what lets them in: all of it in one statement. The
 * same visit (`oidcSid`) is noted once.
 * @param kept what is written with it
 * @returns the number of the visit
 */
export function openVisit(
  { clock }: Pick<Dependencies, 'clock'>,
  db: Knex,
  visit: Omit<NewVisit, 'openedAt'>,
  kept?: Statement,
): Promise<number> {
  const at = clock.now();
  const journal = auditing(
    {
      action: 'service.opened',
      at,
      actorId: visit.userId,
      personId: visit.userId,
      subject: { kind: 'service', id: visit.serviceId },
      details: { protocol: visit.protocol },
    },
    'visit where is_new',
  );
  return repository.insertVisit(db, { ...visit, openedAt: at }, journal, kept);
}

/**
 * Ends visits that are open, and has their services told.
 * @returns how many
 */
export async function endVisits(
  { clock }: Pick<Dependencies, 'clock'>,
  trx: Knex.Transaction,
  which: Which,
  because: Because,
): Promise<number> {
  return afterwards(trx, await repository.endVisits(trx, which, because, clock.now()));
}

/** The same for visits whose browser session is over, whatever ended it. */
export async function endVisitsOfEndedSessions(
  { clock }: Pick<Dependencies, 'clock'>,
  trx: Knex.Transaction,
  which: Which = {},
): Promise<number> {
  return afterwards(trx, await repository.endVisits(trx, which, 'session_over', clock.now(), { over: true }));
}

async function afterwards(trx: Knex.Transaction, ended: readonly Ended[]): Promise<number> {
  if (ended.length === 0) return 0;
  await repository.deleteGrantingTickets(
    trx,
    ended.map(({ id }) => id),
  );
  await tellServices(trx);
  return ended.length;
}

/** Has the services told of what has ended, once the transaction is through. */
const tellServices = (trx: Knex.Transaction): Promise<void> =>
  addJob(trx, TELL_SERVICES, {}, { maxAttempts: 1 });

/** Has them told of what is left, after a while: there is one such wait at a time, and the last to ask sets its length. */
export const tellServicesLater = (trx: Knex.Transaction, delaySeconds: number): Promise<void> =>
  addJob(trx, TELL_SERVICES, {}, { jobKey: `${TELL_SERVICES}:next`, delaySeconds, maxAttempts: 1 });

/**
 * Looks at every visit that is open, each minute: ends those whose browser session is over, and those that the person
 * may no longer make, whatever took the right away; and those without the second factor that the service now wants.
 */
export async function followVisits(deps: Dependencies): Promise<void> {
  const { db, clock } = deps;
  await db.transaction((trx) => endVisitsOfEndedSessions(deps, trx));
  const visits = await repository.findOpenVisits(db);
  if (visits.length === 0) return;
  const services = new Map((await listServices(deps)).map((service) => [service.id, service]));
  const people = await findPeople(db, [...new Set(visits.map(({ userId }) => userId))], clock.now());
  const endings = Map.groupBy(visits, ({ userId, serviceId, withSecondFactor }): Because | undefined => {
    const [service, person] = [services.get(serviceId), people.get(userId)];
    if (!service || !person) return undefined;
    const verdict = mayOpen(service, person);
    if (verdict === true && (withSecondFactor || !service.needsSecondFactor)) return undefined;
    return verdict !== true && verdict.because === 'suspended' ? 'suspended' : 'no_longer_allowed';
  });
  await db.transaction(async (trx) => {
    for (const because of ['suspended', 'no_longer_allowed'] as const) {
      const visitIds = (endings.get(because) ?? []).map(({ id }) => id);
      await endVisits(deps, trx, { visitIds }, because);
    }
  });
}

/** The names of the services that hear of it when this browser session ends. */
export const listOpenServices = (
  { db }: Pick<Dependencies, 'db'>,
  signInId: string | undefined,
): Promise<string[]> => (signInId ? repository.findOpenServices(db, signInId) : Promise.resolve([]));

/** The services that a person has opened, those that are open first. */
export const listVisitedServices = (
  { db }: Pick<Dependencies, 'db'>,
  userId: number,
): Promise<VisitedService[]> => repository.findVisitedServices(db, userId);

/**
 * Closes a service for a person, in all their browsers: it is told, and asks the portal at the next visit.
 * @throws NotFound when nothing of it is open (any more)
 */
export async function closeService(deps: Dependencies, userId: number, serviceId: number): Promise<void> {
  await deps.db.transaction(async (trx) => {
    const ended = await endVisits(deps, trx, { userId, serviceId }, 'closed_by_person');
    if (ended === 0) throw new NotFound('Ce service est déjà fermé.');
    await recordAudit(trx, {
      action: 'service.closed',
      at: deps.clock.now(),
      personId: userId,
      subject: { kind: 'service', id: serviceId },
    });
  });
}

/** Forgets visits whose time is over. */
export async function forgetOldVisits({ db, clock }: Dependencies): Promise<void> {
  const before = new Date(clock.now());
  before.setUTCMonth(before.getUTCMonth() - KEPT_MONTHS);
  await repository.deleteOldVisits(db, before);
}

/** What is left of a person who is forgotten: only the visits whose end the services have still to hear of. */
export async function forgetVisitsOf(trx: Knex.Transaction, userId: number, at: Date): Promise<void> {
  await afterwards(trx, await repository.endVisits(trx, { userId }, 'session_over', at));
  await repository.deleteToldVisitsOf(trx, userId);
  await trx('users')
    .where({ id: userId })
    .update({ sso_subject: trx.raw('gen_random_uuid()') });
}
