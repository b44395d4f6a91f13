import type { Knex } from 'knex';
import { isAllowed, RIGHTS, rightDefinitions } from '../../access/rights.ts';
import { recordAudit } from '../../audit/service.ts';
import { lock } from '../../platform/database/locks.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { Conflict, NotFound } from '../../platform/errors.ts';
import { departmentOf } from '../../platform/french/departments.ts';
import { parisDay } from '../../platform/french/time.ts';
import { decideOnce, requireManager } from '../../requests/deciders.ts';
import { acceptedMessage, refusedMessage } from './mails.ts';
import { CLOSED, getUpdate, pendingUpdate } from './pending.ts';
import type { HeldRight, StructureUpdate } from './repository.ts';
import * as repository from './repository.ts';
import { type Flags, fingerprintOf, withCorrection } from './rules.ts';

/** Rights that depend on what the structure is. */
const DEPENDENT = RIGHTS.filter((right) => rightDefinitions[right].onlyWhere);

/** The file of a request, with the rights that its acceptance may touch. */
export interface UpdateFile {
  update: StructureUpdate;
  heldRights: HeldRight[];
}

/** @throws NotFound when there is no such request */
export async function getUpdateFile({ db, clock }: Dependencies, requestId: number): Promise<UpdateFile> {
  const today = parisDay(clock.now()).toString();
  const file = await repository.findUpdateFile(db, requestId, today, DEPENDENT);
  if (!file) throw new NotFound();
  return file;
}

/** Who decides which request. */
export interface UpdateDecision {
  requestId: number;
  byUserId: number;
}

/**
 * Accepts a request: its values are the structure's, and rights that the structure no longer allows are taken away
 * from their holders (domain.md §2), who are named to the référents; from those too whose closed account has them set aside.
 * @returns how many rights were taken away, and how many people written to
 * @param accepted the flags that the agency leaves ticked, and the {@link fingerprintOf} the values that it saw
 * @throws NotFound when there is no such request; Forbidden when the decider no longer works for the agency
 * @throws Conflict when it is decided already, when the structure is closed or has changed since the page was shown,
 *   or when it would stop being a training body with sessions to come
 */
export function acceptUpdate(
  deps: Dependencies,
  decision: UpdateDecision,
  accepted: { flags: Flags; seen: string },
): Promise<{ name: string; lost: number; told: number }> {
  const { clock, mail } = deps;
  return decide(deps, decision, async (trx, update) => {
    const at = clock.now();
    const { structureId } = update;
    if (update.isClosed) throw new Conflict(CLOSED);
    if (fingerprintOf(update.today) !== accepted.seen) {
      throw new Conflict(
        'Les renseignements de la structure ont changé depuis l’affichage de cette demande\u00a0: rouvrez-la pour les comparer. Rien n’a été changé.',
      );
    }
    const { flags } = accepted;
    if (
      update.flags.isTrainingBody &&
      !flags.isTrainingBody &&
      (await repository.hasSessionsToCome(trx, structureId, at))
    ) {
      throw new Conflict(
        'Cette structure a des séances à venir dans ParcoursPro\u00a0: laissez «\u00a0Organisme de formation\u00a0» coché, ou annulez d’abord ces séances. Rien n’a été changé.',
      );
    }
    await write(trx, update, flags, parisDay(at).toString());
    const held = await repository.findHeldRights(trx, structureId, DEPENDENT);
    const lost = held.filter(({ right }) => !isAllowed(right, flags));
    await repository.removeRights(trx, lost);
    await repository.endUpdate(trx, update.id, { state: 'accepted', at, byUserId: decision.byUserId });
    for (const { userId, right } of lost) {
      await recordAudit(trx, {
        action: 'right.revoked',
        at,
        actorId: decision.byUserId,
        personId: userId,
        structureId,
        subject: { kind: 'structure_update', id: update.id },
        details: { right },
      });
    }
    await audit(trx, 'structure_update.accepted', update, decision, at);
    const name = update.changes.find(({ field }) => field === 'name')?.to ?? update.structureName;
    const lostInWords = lost.map((one) => `${one.name}, ${rightDefinitions[one.right].label}`);
    const concerned = await repository.findConcerned(trx, structureId, update.requestedBy);
    for (const one of concerned) {
      await mail.enqueue(trx, acceptedMessage(one, { ...update, structureName: name }, lostInWords));
    }
    return { name, lost: lost.length, told: concerned.length };
  });
}

/** Writes the values, the department that postcode and town tell, and what the next SIRENE import must know of them. */
async function write(
  trx: Knex.Transaction,
  update: StructureUpdate,
  flags: Flags,
  today: string,
): Promise<void> {
  const structure = await repository.findStructure(trx, update.structureId, today);
  if (!structure) throw new Conflict('Cette structure n’existe plus.');
  let { corrections } = structure;
  const values: Parameters<typeof repository.writeStructure>[2] = {};
  for (const { field, to } of update.changes) {
    // An address may be missing, not unknown to the database.
    values[field] = field === 'address' ? (to ?? '') : to;
    if (field !== 'kind') {
      corrections = withCorrection(corrections, field, structure.values[field], values[field]);
    }
  }
  const { postcode, city } = { ...structure.values, ...values };
  if (postcode && (values.postcode || values.city)) {
    values.department = departmentOf({ postcode, city });
    corrections = withCorrection(corrections, 'department', structure.department, values.department);
  }
  await repository.writeStructure(trx, update.structureId, values, flags, corrections);
}

/**
 * Refuses a request; the reason is sent to whoever asked and to the référents.
 * @throws as {@link acceptUpdate}, save what concerns the values
 */
export function refuseUpdate(
  deps: Dependencies,
  decision: UpdateDecision,
  reason: string,
): Promise<{ name: string; told: number }> {
  const { clock, mail, config } = deps;
  return decide(deps, decision, async (trx, update) => {
    const at = clock.now();
    await repository.endUpdate(trx, update.id, {
      state: 'refused',
      at,
      byUserId: decision.byUserId,
      reason,
    });
    await audit(trx, 'structure_update.refused', update, decision, at);
    const concerned = await repository.findConcerned(trx, update.structureId, update.requestedBy);
    for (const one of concerned) {
      await mail.enqueue(trx, refusedMessage(one, update, reason, config));
    }
    return { name: update.structureName, told: concerned.length };
  });
}

// The structure is locked first: asking, withdrawing and deciding then come one after the other.
function decide<T>(
  deps: Dependencies,
  { requestId, byUserId }: UpdateDecision,
  apply: (trx: Knex.Transaction, update: StructureUpdate) => Promise<T>,
): Promise<T> {
  return decideOnce(
    deps,
    {
      find: (db) => getUpdate(db, requestId, deps.clock.now()),
      lock: (trx, { structureId }) => lock(trx, { structures: [structureId] }),
      pending: pendingUpdate,
      authorise: (trx, { requestedBy }) => requireManager(trx, byUserId, { userId: requestedBy }),
    },
    apply,
  );
}

const audit = (
  trx: Knex.Transaction,
  action: 'structure_update.accepted' | 'structure_update.refused',
  { id, structureId }: StructureUpdate,
  { byUserId }: UpdateDecision,
  at: Date,
) =>
  recordAudit(trx, {
    action,
    at,
    actorId: byUserId,
    structureId,
    subject: { kind: 'structure_update', id },
  });
