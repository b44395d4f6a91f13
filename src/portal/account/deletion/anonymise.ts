import type { Knex } from 'knex';
import { endSessions } from '../../credentials.ts';

/**
 * Tables whose rows about a person go with them, by the column that names the person. Every other reference to a
 * person is in {@link KEPT_REFERENCES}; a test holds both lists against the database.
 */
export const EMPTIED_REFERENCES: readonly (readonly [table: string, column: string])[] = Object.freeze([
  ['affiliations', 'user_id'],
  ['affiliation_requests', 'user_id'],
  ['password_resets', 'user_id'],
  ['email_changes', 'user_id'],
  ['session_devices', 'user_id'],
  ['second_factors', 'user_id'],
  ['passkeys', 'user_id'],
  ['decision_links', 'user_id'],
  ['inactivity_warnings', 'user_id'],
  ['favourites', 'user_id'],
  ['saved_searches', 'user_id'],
  ['seat_watches', 'user_id'],
] as const);

/** Columns that go on naming the person, now « Compte supprimé »: training records, and who decided what. */
export const KEPT_REFERENCES: readonly (readonly [table: string, column: string])[] = Object.freeze([
  ['account_requests', 'decided_by'],
  ['account_requests', 'user_id'],
  ['affiliation_requests', 'decided_by'],
  ['affiliation_rights', 'granted_by'],
  ['attendance_sheets', 'closed_by'],
  ['attendance_slots', 'recorded_by'],
  ['audit_entries', 'actor_id'],
  ['audit_entries', 'person_id'],
  ['deletion_requests', 'decided_by'],
  ['deletion_requests', 'user_id'],
  ['enrolment_history', 'by_user_id'],
  ['enrolments', 'user_id'],
  ['membership_requests', 'decided_by'],
  ['membership_requests', 'requested_by'],
  ['memberships', 'recorded_by'],
  ['news', 'updated_by'],
  ['news', 'written_by'],
  ['scheduled_decisions', 'decided_by'],
  ['structure_request_history', 'by_user_id'],
  ['structure_requests', 'decided_by'],
  ['structure_update_requests', 'decided_by'],
  ['structure_update_requests', 'requested_by'],
  ['suspended_rights', 'granted_by'],
] as const);

/** An address that no mail server will ever have (RFC 2606), different for each person. */
export const unusableEmail = (userId: number): string => `compte-${userId}@supprime.invalid`;

const NO_CONTACT = { job_title: null, phone: null, mobile: null } as const;
/** The name that stands for everybody who left. */
const NOBODY = { civility: 'M.', first_name: 'Compte', last_name: 'supprimé', ...NO_CONTACT } as const;

/**
 * Takes away everything that tells who a person is; the person must be locked. Enrolments and their history stay.
 * @param passwordHash of a password that nobody knows: sign-in then fails as with any wrong one
 * @param nameKeptUntil the first day on which training records no longer need the name (`YYYY-MM-DD`); null when none does
 */
export async function anonymise(
  trx: Knex.Transaction,
  person: { id: number; email: string },
  passwordHash: string,
  at: Date,
  nameKeptUntil: string | null = null,
): Promise<void> {
  const email = unusableEmail(person.id);
  await endSessions(trx, person.id);
  for (const [table, column] of EMPTIED_REFERENCES)
    await trx(table)
      .where({ [column]: person.id })
      .delete();
  // The requests from which the account came hold the same data a second time.
  await trx('account_requests')
    .where({ email: person.email })
    .whereIn('state', ['email_unconfirmed', 'pending'])
    .update({ state: 'withdrawn', password_hash: null, decided_at: at });
  await trx('account_requests')
    .where((either) => either.where({ user_id: person.id }).orWhere({ email: person.email }))
    .update({ ...NOBODY, email });
  const { civility, first_name, last_name, phone } = NOBODY;
  await trx('structure_requests')
    .where({ email: person.email })
    .update({ civility, first_name, last_name, phone, email });
  // Those still in the queue, the last word to the person among them, need their address to leave.
  await trx('emails').where({ recipient: person.email, status: 'sent' }).update({ recipient: email });
  await trx('users')
    .where({ id: person.id })
    .update({
      ...(nameKeptUntil ? NO_CONTACT : NOBODY),
      email,
      password_hash: passwordHash,
      is_agency_manager: false,
      last_sign_in_at: null,
      last_link_use_at: null,
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
