import type { Knex } from 'knex';
import type { Dependencies } from '../../../platform/dependencies.ts';
import { hashToken, newToken } from '../../../platform/security/secrets.ts';

/**
 * Makes a validator's own link to a request (DOMAIN §7).
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
export async function keepForDigest(
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
export async function forgetForDigests(trx: Knex.Transaction, enrolmentId: number): Promise<void> {
  await trx('hr_digest_requests').where({ enrolment_id: enrolmentId }).delete();
}
