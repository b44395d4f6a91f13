import type { Knex } from 'knex';
import type { KnownRecipient } from '#access/recipients.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo } from '#platform/mail/recipient.ts';
import { hashToken, newToken } from '#platform/security/secrets.ts';
import { asReminder, validatorMessage } from './mails.ts';
import { type Notice, readNotice } from './notice.ts';
import type { Addressed } from './told.ts';

/** What validators are written to: the question, for a new request; news, to whoever approved, for every other change. */
export async function validatorMessages(
  deps: Dependencies,
  trx: Knex.Transaction,
  notice: Notice,
): Promise<Addressed> {
  const { facts, validators, approverIds } = notice;
  if (facts.event === 'request') {
    const to = validators.length > 0 ? 'validators' : 'agency';
    return { to, messages: questionTo(await findAsked(deps, trx, notice), notice) };
  }
  // Before any approval, all who were asked.
  const approvers = validators.filter(({ id }) => approverIds.includes(id));
  const told = approvers.length > 0 ? approvers : validators;
  return {
    to: 'validators',
    messages: told.map((one) => ({ ...validatorMessage(facts), ...addressedTo(one) })),
  };
}

/** Asks the validators of a `requested` enrolment once more, each with a new link of their own; nobody else is told. */
export async function askValidatorsAgain(
  deps: Dependencies,
  trx: Knex.Transaction,
  enrolmentId: number,
): Promise<void> {
  const notice = await readNotice(deps, trx, {
    enrolmentId,
    transition: { event: 'request', from: null, to: 'requested' },
    by: { role: 'system', userId: null, way: 'system' },
    reason: null,
    rank: null,
    waitingFor: null,
    isLate: false,
    overlaps: [],
    former: null,
  });
  if (notice.validators.length === 0) return;
  const asked = await findAsked(deps, trx, notice, true);
  await forgetForDigests(trx, enrolmentId);
  for (const message of questionTo(asked, notice)) {
    await deps.mail.enqueue(trx, asReminder(message, notice.facts.personName));
  }
}

/** Whoever is asked to decide, and where. */
interface Asked {
  to: KnownRecipient;
  path: string;
}

/**
 * Each validator gets a link of their own, at once or in the digest of the day; with none but the requester, the agency
 * decides (domain.md §7).
 * @param again a reminder, which waits for no digest and takes the place of one
 */
async function findAsked(
  deps: Dependencies,
  trx: Knex.Transaction,
  { facts: { enrolmentId }, validators, agency }: Notice,
  again = false,
): Promise<Asked[]> {
  if (validators.length === 0) {
    return agency.map((to) => ({ to, path: `/agence/inscriptions/${enrolmentId}` }));
  }
  const asked: Asked[] = [];
  for (const to of validators) {
    if (to.hasDigest && !again) await keepForDigest(trx, to.affiliationId, enrolmentId, deps.clock.now());
    else asked.push({ to, path: await newDecisionLink(deps, trx, enrolmentId, to) });
  }
  return asked;
}

const questionTo = (asked: readonly Asked[], { facts }: Notice): Message[] =>
  asked.map(({ to, path }) => ({ ...validatorMessage(facts, path), ...addressedTo(to) }));

/**
 * Makes a validator's own link to a request (domain.md §7).
 * @param validator with the delegation by which they decide, where it is not by their right: the link goes with it
 * @returns its path, the only place where the token is in clear
 */
export async function newDecisionLink(
  { clock }: Pick<Dependencies, 'clock'>,
  trx: Knex.Transaction,
  enrolmentId: number,
  validator: { id: number; delegationId: number | null },
): Promise<string> {
  const token = newToken();
  await trx('decision_links').insert({
    enrolment_id: enrolmentId,
    user_id: validator.id,
    delegation_id: validator.delegationId,
    token_hash: hashToken(token),
    created_at: clock.now(),
  });
  return `/parcourspro/validation/${token}`;
}

/** Leaves a new request for the digest of a validator. */
async function keepForDigest(
  trx: Knex.Transaction,
  affiliationId: number,
  enrolmentId: number,
  at: Date,
): Promise<void> {
  await trx('hr_digest_requests')
    .insert({ affiliation_id: affiliationId, enrolment_id: enrolmentId, asked_at: at })
    .onConflict()
    .ignore();
}

/** A request that everybody has just been reminded of is news to nobody. */
async function forgetForDigests(trx: Knex.Transaction, enrolmentId: number): Promise<void> {
  await trx('hr_digest_requests').where({ enrolment_id: enrolmentId }).delete();
}
