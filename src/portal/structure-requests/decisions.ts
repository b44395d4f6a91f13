import type { Knex } from 'knex';
import { departmentOf } from '../../platform/departments.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { Conflict, Forbidden, NotFound } from '../../platform/errors.ts';
import { formatDateTime, parisDay } from '../../platform/time.ts';
import { acceptedMessage, linkedMessage, refusedMessage } from './mails.ts';
import type { StructureRequest } from './repository.ts';
import * as repository from './repository.ts';

/** Which request is decided, and by whom. */
export interface StructureDecision {
  requestId: number;
  byUserId: number;
}

/** The file of a request, decided or not. @throws NotFound when there is none */
export async function getStructureRequest(
  { db }: Pick<Dependencies, 'db'>,
  requestId: number,
): Promise<StructureRequest> {
  const request = await repository.findRequest(db, requestId);
  if (!request) throw new NotFound();
  return request;
}

/**
 * Accepts a request (DOMAIN §3): the structure exists, and the requester is invited to resume the account request.
 * @throws NotFound when there is no such request
 * @throws Forbidden when the one who decides no longer works for the agency
 * @throws Conflict when it is decided already, or when the SIRET has entered the list meanwhile
 */
export async function acceptStructureRequest(
  deps: Dependencies,
  decision: StructureDecision,
  facts: { kind: string; isTrainingBody: boolean; mayPreregister: boolean },
): Promise<{ name: string }> {
  const { clock, mail } = deps;
  return decide(deps, decision, async (trx, request) => {
    const at = clock.now();
    const department = departmentOf(request.postcode);
    const structureId = await repository.createStructure(trx, request, { ...facts, department }, at);
    if (structureId === undefined) {
      throw new Conflict(
        'Une structure de la liste a maintenant ce SIRET\u00a0: rattachez-y la demande. Rien n’a été changé.',
      );
    }
    await repository.endRequest(trx, request.id, {
      state: 'accepted',
      at,
      byUserId: decision.byUserId,
      structureId,
    });
    await mail.enqueue(trx, acceptedMessage(request, structureId));
    return { name: request.name };
  });
}

/**
 * Links a request to a structure that exists; the requester is invited to go on with that one.
 * @throws as {@link acceptStructureRequest}; Conflict too when the structure is closed or gone
 */
export async function linkStructureRequest(
  deps: Dependencies,
  decision: StructureDecision,
  structureId: number,
): Promise<{ name: string }> {
  const { db, clock, mail } = deps;
  return db.transaction(async (trx) => {
    const at = clock.now();
    // Structure before request, as everywhere.
    const structure = await repository.lockStructure(trx, structureId, parisDay(at).toString());
    const request = await lockPending(trx, decision);
    if (!structure || structure.isClosed) {
      throw new Conflict('Cette structure n’est plus disponible\u00a0: choisissez-en une autre.');
    }
    await repository.endRequest(trx, request.id, {
      state: 'linked',
      at,
      byUserId: decision.byUserId,
      structureId,
    });
    await mail.enqueue(trx, linkedMessage(request, structure));
    return { name: structure.name };
  });
}

/**
 * Refuses a request; the reason is sent to the requester.
 * @throws as {@link acceptStructureRequest}
 */
export async function refuseStructureRequest(
  deps: Dependencies,
  decision: StructureDecision,
  reason: string,
): Promise<{ name: string }> {
  const { clock, mail, config } = deps;
  return decide(deps, decision, async (trx, request) => {
    await repository.endRequest(trx, request.id, {
      state: 'refused',
      at: clock.now(),
      byUserId: decision.byUserId,
      reason,
    });
    await mail.enqueue(trx, refusedMessage(request, reason, config));
    return { name: request.name };
  });
}

function decide<T>(
  { db }: Dependencies,
  decision: StructureDecision,
  apply: (trx: Knex.Transaction, request: StructureRequest) => Promise<T>,
): Promise<T> {
  return db.transaction(async (trx) => apply(trx, await lockPending(trx, decision)));
}

// Locked first, read after: of two managers who decide at once, the second finds the decision of the first.
async function lockPending(
  trx: Knex.Transaction,
  { requestId, byUserId }: StructureDecision,
): Promise<StructureRequest> {
  await repository.lockRequest(trx, requestId);
  if (!(await repository.isAgencyManager(trx, byUserId))) {
    throw new Forbidden('Vous n’êtes plus gestionnaire de Cap Métiers Nouvelle-Aquitaine.');
  }
  const request = await getStructureRequest({ db: trx }, requestId);
  if (request.state !== 'pending') throw alreadyDecided(request);
  return request;
}

function alreadyDecided({ name, state, deciderName, decidedAt }: StructureRequest): Conflict {
  const decision = { accepted: 'acceptée', refused: 'refusée', linked: 'rattachée', pending: '' }[state];
  const by = deciderName ? ` par ${deciderName}` : '';
  const at = decidedAt ? ` le ${formatDateTime(decidedAt)}` : '';
  return new Conflict(
    `La demande pour ${name} est déjà ${decision}${by}${at}. Rien n’a été changé.`,
    'Demande déjà traitée',
  );
}
