import type { Knex } from 'knex';
import type { KnownRecipient } from '#access/recipients.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { hashToken, newToken } from '#platform/security/secrets.ts';

/** Somebody who may decide on a request today. */
export interface Validator extends KnownRecipient {
  affiliationId: number;
  /** Where they stand in for somebody who is absent. */
  delegationId: number | null;
  /** They are told of new requests once a day. */
  hasDigest: boolean;
}

/**
 * {@link Validator}s of the enrolment `e` of `u`, as JSON: by their right first, else in the place of somebody else than
 * `u`. Binds `:today`.
 */
export const VALIDATORS = `
  coalesce((select json_agg(json_build_object('id', p.id, 'email', p.email,
                     'firstName', p.first_name, 'lastName', p.last_name,
                     'affiliationId', af.id, 'delegationId', v.delegation_id,
                     'hasDigest', exists (select from hr_digests g where g.affiliation_id = af.id)) order by p.id)
              from (select distinct on (a.user_id) a.user_id, a.delegation_id from acting_validators a
                     where a.structure_id = e.structure_id and a.user_id <> u.id
                       and a.for_user_id is distinct from u.id
                       and cast(:today as date) between a.from_day and a.until_day
                     order by a.user_id, a.delegation_id nulls first) v
              join users p on p.id = v.user_id
              join affiliations af on af.user_id = p.id and af.structure_id = e.structure_id), '[]')`;

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
