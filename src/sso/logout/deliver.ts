import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { deriveKeys, unseal } from '#platform/security/secrets.ts';
import { ask } from '../outgoing.ts';
import { tellServices } from '../visits/service.ts';
import { casLogout, oidcLogout } from './messages.ts';
import type { Untold } from './repository.ts';
import * as repository from './repository.ts';

/** How long a service may take to listen. */
const TIMEOUT_MS = 5_000;
/** How long a process has for what it took; longer than it takes to tell all of it. */
const LEASE_MS = 60_000;
/** What one run takes, and how many of one service at a time. */
const MOST = 1_000;
const AT_A_TIME = 10;
/** After which wait the next try comes; then it is given up, and the agency sees it. */
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
 * Tells the services of the visits that have ended. Services are told side by side, so that one that does not answer
 * keeps no other waiting; after its first silence the rest of its visits wait for the next try. What was told and noted is
 * not told again; what was told by a process that died before it could note it is.
 */
export async function deliverLogouts(deps: Dependencies): Promise<void> {
  const { db, clock } = deps;
  for (;;) {
    const now = clock.now();
    const taken = await repository.takeUntold(db, now, new Date(now.getTime() + LEASE_MS), MOST);
    await Promise.all(
      Map.groupBy(taken, ({ serviceId }) => serviceId)
        .values()
        .map((one) => tellOne(deps, one)),
    );
    if (taken.length < MOST) break;
  }
  const due = await repository.nextDue(db);
  if (!due) return;
  const seconds = Math.max(1, Math.ceil((due.getTime() - clock.now().getTime()) / 1000));
  // What waits longer is found by the look of each minute.
  if (seconds <= 60) await db.transaction((trx) => tellServices(trx, seconds));
}

async function tellOne(deps: Dependencies, visits: readonly Untold[]): Promise<void> {
  const { db, clock, log } = deps;
  for (let from = 0; from < visits.length; from += AT_A_TIME) {
    const some = visits.slice(from, from + AT_A_TIME);
    const failures = new Map<Untold, unknown>();
    await Promise.all(
      some.map((visit) => tell(deps, visit).catch((error: unknown) => void failures.set(visit, error))),
    );
    const told = some.filter((visit) => !failures.has(visit));
    if (told.length > 0)
      await repository.noteDelivered(
        db,
        told.map(({ id }) => id),
        clock.now(),
      );
    if (failures.size === 0) continue;
    const [[{ serviceId, attempts }, failure] = [visits[0] as Untold, undefined]] = [...failures];
    log.warn(
      { err: failure, service: serviceId, attempt: attempts },
      'service could not be told of a logout',
    );
    const spared = visits.slice(from + AT_A_TIME);
    await putOff(deps, [...failures.keys()], spared);
    return;
  }
}

/** @param spared of the same service, which have not been tried: this does not count against them */
async function putOff(
  { db, clock }: Dependencies,
  failed: readonly Untold[],
  spared: readonly Untold[],
): Promise<void> {
  const now = clock.now();
  const after = (ms: number | undefined) => (ms === undefined ? null : new Date(now.getTime() + ms));
  const rows = [
    ...failed.map(({ id, attempts }) => ({ id, attempts, nextAt: after(WAITS_MS[attempts - 1]) })),
    ...spared.map(({ id, attempts }) => ({ id, attempts: attempts - 1, nextAt: after(WAITS_MS[0]) })),
  ];
  await db.transaction(async (trx) => {
    await repository.putOff(trx, rows, now);
    const serviceId = failed[0]?.serviceId;
    if (serviceId !== undefined && rows.some(({ nextAt }) => nextAt === null))
      await recordAudit(trx, {
        action: 'service.logout_failed',
        at: now,
        bySystem: true,
        subject: { kind: 'service', id: serviceId },
      });
  });
}

async function tell(deps: Dependencies, visit: Untold): Promise<void> {
  const { status, location = '' } = await ask(deps.config, new URL(visit.logoutUrl), {
    method: 'POST',
    body: await bodies[visit.protocol](deps, visit),
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'Cap-Metiers-SSO' },
    timeoutMs: TIMEOUT_MS,
  });
  // mod_auth_cas ends the session, then asks the portal who is there, as it does on every page.
  const asksForSignIn = visit.protocol === 'cas' && location.startsWith(`${deps.config.publicUrl}/`);
  if ((status < 200 || status > 299) && !asksForSignIn) throw new Error(`answered ${status}`);
}
