import type { Knex } from 'knex';
import { isAllowed, RIGHTS, rightDefinitions } from '#access/rights.ts';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { departmentOf } from '#platform/french/departments.ts';
import { parisDay } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import type { Message } from '#platform/mail/message.ts';
import type { Recipient } from '#platform/mail/recipient.ts';
import type { Asked, Deciding, Done, TakenBack } from '#requests/request.ts';
import { acceptedMessage, refusedMessage, withdrawnMessage } from './mails.ts';
import type { HeldRight, StructureUpdate } from './repository.ts';
import * as repository from './repository.ts';
import { type Flags, fingerprintOf, withCorrection } from './rules.ts';

/** Why nothing can be asked for a closed establishment, and what to do. */
export const CLOSED =
  'Cet établissement est fermé\u00a0: ses renseignements ne changent plus. Si la structure a un nouveau SIRET, demandez son référencement.';

type Work = Deciding<Asked, void>;

/** A request with what its structure holds today. @throws NotFound when there is none */
async function getUpdate(db: Knex, requestId: number, now: Date): Promise<StructureUpdate> {
  const update = await repository.findUpdate(db, requestId, parisDay(now).toString());
  if (!update) throw new NotFound();
  return update;
}

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

/**
 * Accepts a request: its values are the structure's, and rights that the structure no longer allows are taken away
 * from their holders (domain.md §2), who are named to the référents; from those too whose closed account has them set
 * aside. `parameters`: the flags that the agency leaves ticked, and the {@link fingerprintOf} the values that it saw.
 * @throws Conflict when the structure is closed or has changed since the page was shown, or when it would stop being a
 *   training body with sessions to come
 */
export async function acceptUpdate({
  deps,
  trx,
  requestId,
  at,
  userId: actorId,
  parameters,
}: Work): Promise<Done> {
  const update = await getUpdate(trx, requestId, at);
  const { structureId } = update;
  if (update.isClosed) throw new Conflict(CLOSED);
  if (fingerprintOf(update.today) !== parameters.seen) {
    throw new Conflict(
      'Les renseignements de la structure ont changé depuis l’affichage de cette demande\u00a0: rouvrez-la pour les comparer. Rien n’a été changé.',
    );
  }
  const flags = {
    isTrainingBody: parameters.is_training_body === true,
    mayPreregister: parameters.may_preregister === true,
  };
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
  const subject = { kind: 'structure_update', id: requestId };
  for (const { userId: personId, right } of lost) {
    const revoked = { actorId, personId, structureId, subject, details: { right } };
    await recordAudit(trx, { action: 'right.revoked', at, ...revoked });
  }
  const structureName = update.changes.find(({ field }) => field === 'name')?.to ?? update.structureName;
  const lostInWords = lost.map((one) => `${one.name}, ${rightDefinitions[one.right].label}`);
  const told = await tell(deps, trx, update, (one) =>
    acceptedMessage(one, { ...update, structureName }, lostInWords),
  );
  const taken = lost.length > 0 ? ` ${plural(lost.length, 'droit retiré', 'droits retirés')}.` : '';
  return {
    said: `Les renseignements de ${structureName} sont à jour. ${told > 0 ? 'Les personnes concernées sont prévenues.' : 'Personne n’est à prévenir.'}${taken}`,
  };
}

/** Refuses a request; the reason is sent to whoever asked and to the référents. */
export async function refuseUpdate({ deps, trx, requestId, at, reason }: Work): Promise<Done> {
  const update = await getUpdate(trx, requestId, at);
  const told = await tell(deps, trx, update, (one) => refusedMessage(one, update, reason, deps.config));
  return {
    said: `La demande pour ${update.structureName} est refusée. ${told > 0 ? 'Le motif est envoyé par e-mail.' : 'Personne n’est à prévenir\u00a0: le motif n’est pas envoyé.'}`,
  };
}

/** Tells whoever asked that somebody else of the structure, named in `parameters`, takes the request back. */
export async function tellWithdrawn({
  deps,
  trx,
  requestId,
  at,
  userId,
  parameters,
}: TakenBack<Asked>): Promise<void> {
  const update = await getUpdate(trx, requestId, at);
  for (const one of await repository.findConcerned(trx, update.structureId, update.requestedBy)) {
    if (one.id === update.requestedBy && one.id !== userId) {
      await deps.mail.enqueue(trx, withdrawnMessage(one, update, String(parameters.byName)));
    }
  }
}

async function tell(
  { mail }: Pick<Dependencies, 'mail'>,
  trx: Knex.Transaction,
  { structureId, requestedBy }: StructureUpdate,
  message: (to: Recipient) => Message,
): Promise<number> {
  const concerned = await repository.findConcerned(trx, structureId, requestedBy);
  for (const one of concerned) await mail.enqueue(trx, message(one));
  return concerned.length;
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
