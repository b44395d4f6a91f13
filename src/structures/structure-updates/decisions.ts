import type { Knex } from 'knex';
import { isAllowed, rightDefinitions } from '#access/rights.ts';
import { recordAudit } from '#audit/service.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { departmentOf } from '#platform/french/departments.ts';
import { plural } from '#platform/french/words.ts';
import type { Message } from '#platform/mail/message.ts';
import type { Recipient } from '#platform/mail/recipient.ts';
import type { Deciding, Done, TakenBack } from '#requests/request.ts';
import { isOpenOn } from '../affiliations/rules.ts';
import { acceptedMessage, refusedMessage, type UpdateInWords, withdrawnMessage } from './mails.ts';
import * as repository from './repository.ts';
import { type Flags, fingerprintOf, type UpdateRequest, withCorrection } from './rules.ts';

/** Why nothing can be asked for a closed establishment, and what to do. */
export const CLOSED =
  'Cet établissement est fermé\u00a0: ses renseignements ne changent plus. Si la structure a un nouveau SIRET, demandez son référencement.';

type Work = Deciding<UpdateRequest, void>;

const inWords = ({ details: { changes }, ...request }: UpdateRequest): UpdateInWords => ({
  ...request,
  changes,
});

/**
 * Accepts a request: its values are the structure's, and rights that the structure no longer allows are taken away
 * from their holders (domain.md §2), who are named to the référents; from those too whose closed account has them set
 * aside. `parameters`: the flags that the agency leaves ticked, and the {@link fingerprintOf} the values that it saw.
 * @throws Conflict when the structure is closed or has changed since the page was shown, or when it would stop being a
 *   training body with sessions to come
 */
export async function acceptUpdate(work: Work): Promise<Done> {
  const { deps, trx, at, request, userId: actorId, parameters } = work;
  const { structureId, details } = request;
  if (!isOpenOn(details.closedOn, at)) throw new Conflict(CLOSED);
  if (fingerprintOf(details.today) !== parameters.seen) {
    throw new Conflict(
      'Les renseignements de la structure ont changé depuis l’affichage de cette demande\u00a0: rouvrez-la pour les comparer. Rien n’a été changé.',
    );
  }
  const flags = {
    isTrainingBody: parameters.is_training_body === true,
    mayPreregister: parameters.may_preregister === true,
  };
  if (
    details.flags.isTrainingBody &&
    !flags.isTrainingBody &&
    (await repository.hasSessionsToCome(trx, structureId, at))
  ) {
    throw new Conflict(
      'Cette structure a des séances à venir dans ParcoursPro\u00a0: laissez «\u00a0Organisme de formation\u00a0» coché, ou annulez d’abord ces séances. Rien n’a été changé.',
    );
  }
  await write(trx, request, flags);
  const held = await repository.findHeldRights(trx, structureId);
  const lost = held.filter(({ right }) => !isAllowed(right, flags));
  await repository.removeRights(trx, lost);
  const subject = { kind: 'structure_update', id: request.id };
  for (const { userId: personId, right } of lost) {
    const revoked = { actorId, personId, structureId, subject, details: { right } };
    await recordAudit(trx, { action: 'right.revoked', at, ...revoked });
  }
  const structureName = details.changes.find(({ field }) => field === 'name')?.to ?? request.structureName;
  const lostInWords = lost.map((one) => `${one.name}, ${rightDefinitions[one.right].label}`);
  const told = await tell(deps, trx, request, (one) =>
    acceptedMessage(one, { ...inWords(request), structureName }, lostInWords),
  );
  const taken = lost.length > 0 ? ` ${plural(lost.length, 'droit retiré', 'droits retirés')}.` : '';
  return {
    said: `Les renseignements de ${structureName} sont à jour. ${told > 0 ? 'Les personnes concernées sont prévenues.' : 'Personne n’est à prévenir.'}${taken}`,
  };
}

/** Refuses a request; the reason is sent to whoever asked and to the référents. */
export async function refuseUpdate({ deps, trx, request, reason }: Work): Promise<Done> {
  const told = await tell(deps, trx, request, (one) =>
    refusedMessage(one, inWords(request), reason, deps.config),
  );
  return {
    said: `La demande pour ${request.structureName} est refusée. ${told > 0 ? 'Le motif est envoyé par e-mail.' : 'Personne n’est à prévenir\u00a0: le motif n’est pas envoyé.'}`,
  };
}

/** Tells whoever asked that somebody else of the structure, named in `parameters`, takes the request back. */
export async function tellWithdrawn({
  deps,
  trx,
  request,
  userId,
  parameters,
}: TakenBack<UpdateRequest>): Promise<void> {
  for (const one of await repository.findConcerned(trx, request.structureId, request.userId)) {
    if (one.id === request.userId && one.id !== userId) {
      await deps.mail.enqueue(trx, withdrawnMessage(one, inWords(request), String(parameters.byName)));
    }
  }
}

async function tell(
  { mail }: Pick<Dependencies, 'mail'>,
  trx: Knex.Transaction,
  { structureId, userId }: UpdateRequest,
  message: (to: Recipient) => Message,
): Promise<number> {
  const concerned = await repository.findConcerned(trx, structureId, userId);
  for (const one of concerned) await mail.enqueue(trx, message(one));
  return concerned.length;
}

/** Writes the values, the department that postcode and town tell, and what the next SIRENE import must know of them. */
async function write(
  trx: Knex.Transaction,
  { structureId, details }: UpdateRequest,
  flags: Flags,
): Promise<void> {
  const structure = await repository.findStructure(trx, structureId);
  if (!structure) throw new Conflict('Cette structure n’existe plus.');
  let { corrections } = structure;
  const values: Parameters<typeof repository.writeStructure>[2] = {};
  for (const { field, to } of details.changes) {
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
  await repository.writeStructure(trx, structureId, values, flags, corrections);
}
