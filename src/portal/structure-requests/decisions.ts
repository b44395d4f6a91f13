import type { Knex } from 'knex';
import { recordAudit } from '../../audit/service.ts';
import { lock } from '../../platform/database/locks.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { Conflict, NotFound } from '../../platform/errors.ts';
import { departmentOf } from '../../platform/french/departments.ts';
import { parisDay } from '../../platform/french/time.ts';
import { decideOnce, RequestDecided, requireManager } from '../../requests/deciders.ts';
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
 * Accepts a request (domain.md §3): the structure exists, and the requester is invited to resume the account request.
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
    const department = departmentOf(request);
    const structureId = await repository.createStructure(trx, request, { ...facts, department }, at);
    if (structureId === undefined) {
      throw new Conflict(
        'Une structure de la liste a maintenant ce SIRET\u00a0: rattachez-y la demande. Rien n’a été changé.',
      );
    }
    await end(trx, request, {
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
  const { clock, mail } = deps;
  const at = clock.now();
  const today = parisDay(at).toString();
  const { byUserId } = decision;
  return decide(
    deps,
    decision,
    async (trx, request) => {
      const structure = await repository.lockStructure(trx, structureId, today);
      if (!structure || structure.isClosed) {
        throw new Conflict('Cette structure n’est plus disponible\u00a0: choisissez-en une autre.');
      }
      await end(trx, request, { state: 'linked', at, byUserId, structureId });
      await mail.enqueue(trx, linkedMessage(request, structure));
      return { name: structure.name };
    },
    // Structure before request, as everywhere.
    async (trx) => void (await repository.lockStructure(trx, structureId, today)),
  );
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
    await end(trx, request, {
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
  deps: Dependencies,
  { requestId, byUserId }: StructureDecision,
  apply: (trx: Knex.Transaction, request: StructureRequest) => Promise<T>,
  lockFirst: (trx: Knex.Transaction) => Promise<void> = async () => {},
): Promise<T> {
  return decideOnce(
    deps,
    {
      find: (db) => repository.findRequest(db, requestId),
      async lock(trx) {
        await lockFirst(trx);
        await lock(trx, { structureRequests: [requestId] });
      },
      pending(request) {
        if (!request) throw new NotFound();
        const { name, state, deciderName: by, decidedAt: at } = request;
        if (state === 'pending') return request;
        const decision = { accepted: 'acceptée', refused: 'refusée', linked: 'rattachée' }[state];
        throw new RequestDecided(`La demande pour ${name}`, { decision, by, at });
      },
      authorise: (trx, { email }) => requireManager(trx, byUserId, { email }),
    },
    apply,
  );
}

// Ends a request in its own table and history, and in the audit journal.
async function end(
  trx: Knex.Transaction,
  { id }: StructureRequest,
  ending: Parameters<typeof repository.endRequest>[2],
): Promise<void> {
  await repository.endRequest(trx, id, ending);
  await recordAudit(trx, {
    action: `structure_request.${ending.state}`,
    at: ending.at,
    actorId: ending.byUserId,
    structureId: ending.structureId,
    subject: { kind: 'structure_request', id },
  });
}
