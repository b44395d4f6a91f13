import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { deriveKeys, unseal } from '#platform/security/secrets.ts';
import { tellServicesLater } from '../visits/service.ts';
import { isReceived, tell } from './listening.ts';
import { casLogout, oidcLogout } from './messages.ts';
import type { Listener, Untold } from './repository.ts';
import * as repository from './repository.ts';

/** What is told to one listener at a time. */
const AT_A_TIME = 10;
/** How long a process has for what it took: much longer than its silence lasts. */
const LEASE_MS = 60_000;
/** How long a run goes on; what is left is for the next one, so that nothing waits for a slow service for long. */
const RUN_MS = 5_000;
/** How long somebody is left alone who does not answer. */
const REST_MS = 10_000;
/** After which wait a visit is tried again; then it is given up, and the agency sees it. */
const WAITS_MS = [10_000, 60_000, 600_000, 3_600_000];

/** How tickets are sealed that visits are known by. */
export const ticketKeys = ({ secrets }: Pick<Dependencies['config'], 'secrets'>) =>
  deriveKeys(secrets, 'sso tickets');

/** What is sent for a visit, by protocol. */
const bodies: Record<Untold['protocol'], (deps: Dependencies, visit: Untold) => Promise<string>> = {
  cas: async ({ config, clock }, { sealedTicket }) =>
    casLogout(unseal(ticketKeys(config), sealedTicket ?? ''), clock.now()),
  oidc: oidcLogout,
};

/**
 * Tells the services of the visits that have ended. They are told side by side, and some visits at a time, so that one that
 * does not answer keeps no other waiting; it is then left alone for a moment. What was told and noted is not told again;
 * what was told by a process that died before it could note it is.
 */
export async function deliverLogouts(deps: Dependencies): Promise<void> {
  const { db, clock } = deps;
  const end = performance.now() + RUN_MS;
  const listeners = await repository.findListeners(db, clock.now());
  await Promise.all(
    listeners.map(async (listener) => {
      let mayBeMore = true;
      while (mayBeMore && performance.now() < end) mayBeMore = await tellSome(deps, listener);
    }),
  );
  const due = await repository.nextDue(db);
  if (!due) return;
  const seconds = Math.max(1, Math.ceil((due.getTime() - clock.now().getTime()) / 1000));
  // What waits longer is found by the look of each minute.
  if (seconds <= 60) await db.transaction((trx) => tellServicesLater(trx, seconds));
}

/** @returns whether there may be more for this listener, who answers */
async function tellSome(deps: Dependencies, listener: Listener): Promise<boolean> {
  const { db, clock, log } = deps;
  const now = clock.now();
  const until = new Date(now.getTime() + LEASE_MS);
  const taken = await repository.takeUntold(db, listener, now, until, AT_A_TIME);
  const failures = new Map<Untold, Failure>();
  await Promise.all(
    taken.map(async (visit) => {
      const failure = await tellOf(deps, visit);
      if (failure) failures.set(visit, failure);
    }),
  );
  const told = taken.filter((visit) => !failures.has(visit)).map(({ id }) => id);
  if (told.length > 0) await repository.noteDelivered(db, listener, told, clock.now());
  const [failure] = failures.values();
  if (!failure) return taken.length === AT_A_TIME;
  log.warn({ ...failure, ...listener, visits: failures.size }, 'service could not be told of logouts');
  const isSilent = failures.values().some((one) => one.isSilent);
  await putOff(deps, listener, [...failures.keys()], isSilent);
  return !isSilent && taken.length === AT_A_TIME;
}

async function putOff(
  { db, clock }: Dependencies,
  listener: Listener,
  failed: readonly Untold[],
  isSilent: boolean,
): Promise<void> {
  const now = clock.now();
  const after = (ms: number | undefined) => (ms === undefined ? null : new Date(now.getTime() + ms));
  const rows = failed.map(({ id, attempts }) => ({ id, attempts, nextAt: after(WAITS_MS[attempts - 1]) }));
  await db.transaction(async (trx) => {
    await repository.noteSilence(trx, listener, now, isSilent ? after(REST_MS) : null);
    await repository.putOff(trx, rows, now);
    if (rows.some(({ nextAt }) => nextAt === null))
      await recordAudit(trx, {
        action: 'service.logout_failed',
        at: now,
        bySystem: true,
        subject: { kind: 'service', id: listener.serviceId },
      });
  });
}

/** Why a visit was not told. */
interface Failure {
  /** Whether nobody answered, which nobody will for the next visit either; else it is about this visit alone. */
  isSilent: boolean;
  err: unknown;
}

async function tellOf(deps: Dependencies, visit: Untold): Promise<Failure | undefined> {
  const { config } = deps;
  let isSilent = false;
  try {
    const body = await bodies[visit.protocol](deps, visit);
    isSilent = true;
    const answer = await tell(config, visit.logoutUrl, body);
    if (isReceived(config, visit.protocol, answer)) return undefined;
    return { isSilent: false, err: new Error(`answered ${answer.status}`) };
  } catch (err) {
    return { isSilent, err };
  }
}
