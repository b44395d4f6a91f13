import type { Knex } from 'knex';
import type { Feature } from '#platform/feature.ts';
import { erasePerson } from '#platform/personal-data.ts';
import { unknownPasswordHash } from '#platform/security/passwords.ts';
import { NOBODY, unusableEmail } from '#requests/forgetting.ts';
import { addressesOf } from '../email-change/addresses.ts';

export { unusableEmail } from '#requests/forgetting.ts';

/**
 * Takes away everything that tells who a person is, in each capability and then in the account itself; the person must
 * be locked. A test holds what goes against every column of the database.
 * @param nameKeptUntil the first day on which training records no longer need the name (`YYYY-MM-DD`); null when none does
 */
export async function anonymise(
  features: readonly Feature[],
  trx: Knex.Transaction,
  person: { id: number; email: string },
  at: Date,
  nameKeptUntil: string | null = null,
): Promise<void> {
  const account = () => trx('users').where({ id: person.id });
  const { name } = await account().first({ name: trx.raw(`full_name(users)`) });
  const nowhere = unusableEmail(person.id);
  await erasePerson(features, trx, {
    ...{ id: person.id, name, nowhere, at },
    addresses: await addressesOf(trx, person),
  });
  const { job_title, phone, mobile } = NOBODY;
  await account().update({
    ...(nameKeptUntil ? { job_title, phone, mobile } : NOBODY),
    email: nowhere,
    // Sign-in then fails as with any wrong one.
    password_hash: await unknownPasswordHash(),
    is_agency_manager: false,
    last_sign_in_at: null,
    last_link_use_at: null,
    last_profile_right: null,
    last_profile_structure_id: null,
    closed_at: trx.raw('coalesce(closed_at, ?)', [at]),
    anonymised_at: at,
    name_kept_until: nameKeptUntil,
    passkey_handle: trx.raw('gen_random_uuid()'),
  });
}

/** Takes the name away too, once no training record needs it any more; the person must be locked. */
export async function forgetName(trx: Knex.Transaction, userId: number): Promise<void> {
  await trx('users')
    .where({ id: userId })
    .update({ ...NOBODY, name_kept_until: null });
}
