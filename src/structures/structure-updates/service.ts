import type { Knex } from 'knex';
import type { Actor } from '#access/actor.ts';
import { managers } from '#access/recipients.ts';
import { recordAudit } from '#audit/service.ts';
import { lock } from '#platform/database/locks.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, Forbidden, NotFound } from '#platform/errors.ts';
import { formatDateTime } from '#platform/french/time.ts';
import { nameOf, type Recipient } from '#platform/mail/recipient.ts';
import { findRequests, withdraw } from '#requests/decide.ts';
import { isOpenOn } from '../affiliations/rules.ts';
import { CLOSED } from './decisions.ts';
import { acknowledgementMessage, toDecideMessage } from './mails.ts';
import type { CorrectableStructure } from './repository.ts';
import * as repository from './repository.ts';
import { structureUpdate } from './request.ts';
import { changesOf, fingerprintOf, type StructureValues, type UpdateRequest } from './rules.ts';

/** « Demander une mise à jour »: the structure as it is, and the request that waits, if there is one. */
export async function getUpdatePage(
  { db, clock }: Dependencies,
  structureId: number,
): Promise<{ structure: CorrectableStructure; isClosed: boolean; pending: UpdateRequest | undefined }> {
  const [structure, pending] = await Promise.all([
    repository.findStructure(db, structureId),
    findPending(db, structureId),
  ]);
  if (!structure) throw new NotFound();
  return { structure, isClosed: !isOpenOn(structure.closedOn, clock.now()), pending };
}

const findPending = async (db: Knex, structureId: number): Promise<UpdateRequest | undefined> =>
  (await findRequests<UpdateRequest>(db, structureUpdate, PENDING_OF, { structureId }))[0];

const PENDING_OF = `q.structure_id = :structureId and q.state = 'pending'`;

/** Who asks what for which structure. */
export interface UpdateInput {
  structureId: number;
  person: Recipient & { userId: number };
  wanted: Partial<StructureValues>;
  comment: string | null;
  /** {@link fingerprintOf} the values that the form showed. */
  seen: string;
}

/** What became of a request: taken, or why the page comes back. */
export type UpdateOutcome = 'taken' | 'nothing' | 'outdated';

/**
 * Asks the agency to correct a structure's data (domain.md §4). The structure is locked first: of two référents who ask
 * at the same moment, the second learns of the first.
 * @returns `nothing` when no value differs, `outdated` when the structure is no longer what the form showed
 * @throws NotFound when there is no such structure; Forbidden when the person may no longer ask there
 * @throws Conflict when a request waits already, or when the structure is closed
 */
export async function requestUpdate(deps: Dependencies, input: UpdateInput): Promise<UpdateOutcome> {
  const { db, clock, mail, config } = deps;
  const { structureId, person } = input;
  return db.transaction(async (trx) => {
    await lock(trx, { structures: [structureId] });
    const at = clock.now();
    const structure = await repository.findStructure(trx, structureId);
    if (!structure) throw new NotFound();
    if (!(await repository.mayAsk(trx, structureId, person.userId))) {
      throw new Forbidden('Vous n’êtes plus référent de cette structure.');
    }
    if (!isOpenOn(structure.closedOn, at)) throw new Conflict(CLOSED);
    const pending = await findPending(trx, structureId);
    if (pending) {
      const by = pending.userId ? ` par ${nameOf(pending)}` : '';
      throw new Conflict(
        `Une demande de mise à jour est déjà en attente, envoyée${by} le ${formatDateTime(pending.since)}. Retirez-la d’abord pour en faire une autre.`,
      );
    }
    if (fingerprintOf(structure.values) !== input.seen) return 'outdated';
    const changes = changesOf(structure.values, input.wanted);
    if (changes.length === 0) return 'nothing';
    const { comment } = input;
    const id = await repository.insertUpdate(trx, {
      structureId,
      userId: person.userId,
      comment,
      at,
      changes,
    });
    const update = { structureId, structureName: structure.name, siret: structure.siret, changes };
    await mail.enqueue(trx, acknowledgementMessage(person, update, at, config));
    for (const manager of await managers(trx)) {
      if (manager.email !== person.email) {
        await mail.enqueue(trx, toDecideMessage(manager, id, update, nameOf(person)));
      }
    }
    await recordAudit(trx, {
      action: 'structure_update.created',
      at,
      actorId: person.userId,
      structureId,
      subject: { kind: 'structure_update', id },
      details: { fields: changes.map(({ field }) => field).join(',') },
    });
    return 'taken';
  });
}

/**
 * Withdraws a request that waits.
 * @throws NotFound when the structure has no such request; Forbidden when the person may no longer do it; RequestDecided
 */
export async function withdrawUpdate(
  deps: Dependencies,
  {
    person,
    ...request
  }: { structureId: number; requestId: number; person: Pick<Actor, 'userId' | 'firstName' | 'lastName'> },
): Promise<void> {
  const { userId } = person;
  await withdraw(deps, structureUpdate, { ...request, userId, parameters: { byName: nameOf(person) } });
}
