import type { Knex } from 'knex';
import type { AuditAction } from '#audit/declaration.ts';
import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { freeSlug, slugOf } from '#platform/french/slug.ts';
import { hashToken, newToken } from '#platform/security/secrets.ts';
import { Stale } from '#platform/versions.ts';
import { covers } from '../services/addresses.ts';
import { addressesOf, type Service } from '../services/rules.ts';
import { findService, listServices } from '../services/service.ts';
import { endVisits } from '../visits/service.ts';
import * as repository from './repository.ts';
import type { Draft } from './schemas.ts';

export type { ServiceDay } from './repository.ts';
export { findUndelivered } from './repository.ts';

const DAY_MS = 24 * 3_600_000;
/** What the figures of the pages are about. */
export const FIGURE_DAYS = 30;
/** How long the secret before the present one still opens the door: whoever runs the service has time to change it. */
export const OVERLAP_DAYS = 14;

const since = ({ clock }: Pick<Dependencies, 'clock'>) =>
  new Date(clock.now().getTime() - FIGURE_DAYS * DAY_MS);

/** Every service with how it is used. */
export async function listRegistry(
  deps: Dependencies,
): Promise<(Service & Omit<repository.Use, 'serviceId'>)[]> {
  const [services, uses] = await Promise.all([listServices(deps), repository.findUse(deps.db, since(deps))]);
  const byId = new Map(uses.map((use) => [use.serviceId, use]));
  return services.map((service) => ({
    ...service,
    ...(byId.get(service.id) ?? { openings: 0, open: 0, givenUp: 0 }),
  }));
}

/** @throws NotFound when there is none of this number, or no longer */
export async function getService(deps: Pick<Dependencies, 'db'>, id: number): Promise<Service> {
  const service = await findService(deps, { id });
  if (!service) throw new NotFound();
  return service;
}

/** A service with what its page shows beside it. */
export async function getServicePage(deps: Dependencies, id: number) {
  const service = await getService(deps, id);
  const [secrets, uses, days] = await Promise.all([
    repository.findSecrets(deps.db, id, deps.clock.now()),
    repository.findUse(deps.db, since(deps)),
    repository.findDays(deps.db, id, since(deps)),
  ]);
  return { service, secrets, use: uses.find(({ serviceId }) => serviceId === id), days };
}

async function record(
  { clock }: Pick<Dependencies, 'clock'>,
  trx: Knex.Transaction,
  action: Extract<
    AuditAction,
    `service.${'created' | 'updated' | 'suspended' | 'resumed' | 'deleted' | 'secret_renewed'}`
  >,
  id: number,
): Promise<void> {
  await recordAudit(trx, { action, at: clock.now(), subject: { kind: 'service', id } });
}

/** Registers a service. @returns its number */
export async function addService(deps: Dependencies, by: number, draft: Draft): Promise<number> {
  const { db, clock } = deps;
  return db.transaction(async (trx) => {
    const wished = slugOf(draft.name).slice(0, 50).replace(/-$/, '') || 'service';
    const key = freeSlug(wished, new Set(await repository.findKeys(trx)));
    const id = await repository.insertService(trx, draft, { key, by, at: clock.now() });
    await record(deps, trx, 'service.created', id);
    return id;
  });
}

/** Changes a service. @throws Stale when somebody else has saved it since `version` */
export async function saveService(
  deps: Dependencies,
  id: number,
  version: number,
  draft: Draft,
): Promise<void> {
  const { db, clock } = deps;
  await db.transaction(async (trx) => {
    if (!(await repository.updateService(trx, id, version, draft, clock.now()))) throw new Stale();
    // What opened a door that is gone opens none that is made later.
    if (!draft.speaksOidc) await repository.deleteSecrets(trx, id);
    await record(deps, trx, 'service.updated', id);
  });
}

/** Other services with an address of CAS that covers, or is covered by, one of these: the longer one wins there. */
export async function overlapping(
  deps: Pick<Dependencies, 'db'>,
  draft: Pick<Draft, 'addresses'>,
  exceptId: number,
): Promise<string[]> {
  const own = addressesOf(draft, 'cas').map((url) => new URL(url));
  const meets = (service: Service) =>
    addressesOf(service, 'cas').some((url) =>
      own.some((one) => covers(url, one) || covers(one.href, new URL(url))),
    );
  return (await listServices(deps))
    .filter((service) => service.id !== exceptId && meets(service))
    .map(({ name }) => name);
}

/**
 * Gives a service another secret. The one before still opens for {@link OVERLAP_DAYS}; where one does so already, that one
 * goes on until its end, as the service may still live by it, and the present one, which is not in use or lost, stops.
 * @param presentId of the secret that is to be replaced, as the page showed it; undefined for none
 * @returns the secret: it is kept nowhere, and shown this once
 * @throws Conflict when it has been replaced since
 */
export async function renewSecret(
  deps: Dependencies,
  id: number,
  presentId: number | undefined,
): Promise<string> {
  const { db, clock } = deps;
  const secret = newToken();
  const at = clock.now();
  await db.transaction(async (trx) => {
    const { speaksOidc } = await locked(trx, id);
    if (!speaksOidc)
      throw new Conflict('Ce service n’a pas de secret\u00a0: il ne parle pas OpenID Connect.');
    const { present, former } = secretsOf(await repository.findSecrets(trx, id, at));
    if (present?.id !== presentId) throw new RenewedSince(id);
    const stays = former ?? present;
    await repository.deleteSecrets(trx, id, stays ? [stays.id] : []);
    if (stays && !former)
      await repository.setSecretEnd(trx, stays.id, new Date(at.getTime() + OVERLAP_DAYS * DAY_MS));
    await repository.insertSecret(trx, id, hashToken(secret), at);
    await record(deps, trx, 'service.secret_renewed', id);
  });
  return secret;
}

/** The secret that a service is to use, and the one before it, while that still opens. */
export const secretsOf = (
  secrets: readonly repository.Secret[],
): { present: repository.Secret | undefined; former: repository.Secret | undefined } => ({
  present: secrets.find(({ expiresAt }) => expiresAt === null),
  former: secrets.find(({ expiresAt }) => expiresAt !== null),
});

/** The form was sent twice, or somebody else was faster: nobody's secret stops for that. */
class RenewedSince extends Conflict {
  override name = 'RenewedSince';
  constructor(serviceId: number) {
    super(
      'Ce secret vient d’être renouvelé\u00a0: rien n’a été changé de plus. S’il n’a pas été copié à temps, revenez à la page du service et renouvelez-le encore.',
    );
    this.leadingTo(`/agence/services/${serviceId}`, 'Revenir au service');
  }
}

/** Closes a service to everybody, at once: what is open of it ends. @throws Conflict when it is closed already */
export async function suspendService(deps: Dependencies, id: number): Promise<number> {
  const { db, clock } = deps;
  return db.transaction(async (trx) => {
    await locked(trx, id);
    if (!(await repository.setSuspended(trx, id, clock.now())))
      throw new Conflict('Ce service est déjà suspendu.');
    await record(deps, trx, 'service.suspended', id);
    return endVisits(deps, trx, { serviceId: id }, 'suspended');
  });
}

/** Opens it again. @throws Conflict when it is open */
export async function resumeService(deps: Dependencies, id: number): Promise<void> {
  await deps.db.transaction(async (trx) => {
    await locked(trx, id);
    if (!(await repository.setSuspended(trx, id, null))) throw new Conflict('Ce service est déjà ouvert.');
    await record(deps, trx, 'service.resumed', id);
  });
}

/** Ends what is open of a service, for everybody. @returns how many visits */
export async function endServiceSessions(deps: Dependencies, id: number): Promise<number> {
  const { db, clock } = deps;
  return db.transaction(async (trx) => {
    await locked(trx, id);
    const sessions = await endVisits(deps, trx, { serviceId: id }, 'agency');
    if (sessions > 0)
      await recordAudit(trx, {
        action: 'service.sessions_ended',
        at: clock.now(),
        subject: { kind: 'service', id },
        details: { sessions },
      });
    return sessions;
  });
}

/**
 * Takes a service away with all that is known of its visits.
 * @throws Conflict where it is not suspended, or has still to hear of a logout
 */
export async function removeService(deps: Dependencies, id: number): Promise<void> {
  await deps.db.transaction(async (trx) => {
    await locked(trx, id);
    if (!(await repository.deleteService(trx, id)))
      throw new Conflict(
        'Un service se supprime une fois suspendu, et quand toutes ses déconnexions lui sont parvenues ou ont été abandonnées.',
      );
    await record(deps, trx, 'service.deleted', id);
  });
}

/** @throws NotFound */
async function locked(trx: Knex.Transaction, id: number): Promise<Service> {
  await lock(trx, { services: [id] });
  const service = await findService({ db: trx }, { id });
  if (!service) throw new NotFound();
  return service;
}
