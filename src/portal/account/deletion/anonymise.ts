import type { Knex } from 'knex';
import { endSessions } from '../../credentials.ts';
import { ERASED_REASON, forgetDecisions, unusableEmail } from '../../forgetting.ts';

export { unusableEmail } from '../../forgetting.ts';

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
  ['calendar_feeds', 'user_id'],
  ['new_session_notices', 'user_id'],
  ['new_date_stops', 'user_id'],
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
  ['enrolment_history', 'for_user_id'],
  ['enrolments', 'kept_by'],
  ['enrolments', 'user_id'],
  ['membership_requests', 'decided_by'],
  ['membership_requests', 'requested_by'],
  ['memberships', 'recorded_by'],
  ['news', 'updated_by'],
  ['news', 'written_by'],
  ['scheduled_decisions', 'decided_by'],
  ['session_documents', 'added_by'],
  ['session_messages', 'author_id'],
  ['session_proposals', 'decided_by'],
  ['session_proposals', 'proposed_by'],
  ['structure_request_history', 'by_user_id'],
  ['structure_requests', 'decided_by'],
  ['structure_update_requests', 'decided_by'],
  ['structure_update_requests', 'requested_by'],
  ['suspended_rights', 'granted_by'],
] as const);

const NO_CONTACT = { job_title: null, phone: null, mobile: null } as const;
/** The name that stands for everybody who left. */
const NOBODY = { civility: 'M.', first_name: 'Compte', last_name: 'supprimé', ...NO_CONTACT } as const;

/**
 * Takes away everything that tells who a person is; the person must be locked. Enrolments and their history stay, save
 * the motivation, which is in the person's own words. A test holds what goes against every column of the database.
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
  await forgetRequests(trx, person, email, at);
  await trx('enrolments').where({ user_id: person.id }).update({ motivation: '' });
  await trx('session_messages').where({ author_id: person.id }).update({ subject: 'Objet effacé', body: '' });
  for (const [table, column] of EMPTIED_REFERENCES)
    await trx(table)
      .where({ [column]: person.id })
      .delete();
  await trx('users')
    .where({ id: person.id })
    .update({
      ...(nameKeptUntil ? NO_CONTACT : NOBODY),
      email,
      password_hash: passwordHash,
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

/** An address of a person, and the moment from which it was theirs no more; null for that of today. */
interface Address {
  email: string;
  until: Date | null;
}

// Requests, the decisions about them and e-mails hold the same data a second time, under any address that was the person's.
async function forgetRequests(
  trx: Knex.Transaction,
  person: { id: number; email: string },
  email: string,
  at: Date,
): Promise<void> {
  const former: Address[] = await trx('email_changes')
    .where({ user_id: person.id, outcome: 'confirmed' })
    .whereNotNull('old_email')
    .select({ email: 'old_email', until: 'ended_at' });
  const { civility, first_name, last_name, phone } = NOBODY;
  const refusal_reason = trx.raw(ERASED_REASON);
  const accountRequests: number[] = [];
  const structureRequests: number[] = [];
  for (const address of [{ email: person.email, until: null }, ...former]) {
    const under = (table: string, column = 'email') => {
      const rows = trx(table).where(column, address.email);
      return address.until ? rows.where('created_at', '<', address.until) : rows;
    };
    await under('account_requests')
      .whereIn('state', ['email_unconfirmed', 'pending'])
      .update({ state: 'withdrawn', password_hash: null, decided_at: at });
    accountRequests.push(
      ...idsOf(await under('account_requests').update({ ...NOBODY, email, refusal_reason }, 'id')),
    );
    structureRequests.push(
      ...idsOf(
        await under('structure_requests').update(
          { civility, first_name, last_name, phone, email, refusal_reason },
          'id',
        ),
      ),
    );
    // Those not tried yet, the last word to the person among them, need their address to leave.
    await under('emails', 'recipient')
      .where({ status: 'sent' })
      .update({ recipient: email, subject: 'Objet effacé' });
    await under('emails', 'recipient').whereIn('status', ['failing', 'undeliverable']).delete();
  }
  const own = await trx('account_requests')
    .where({ user_id: person.id })
    .update({ ...NOBODY, email, refusal_reason }, 'id');
  const { name } = await trx('users')
    .where({ id: person.id })
    .first({ name: trx.raw(`full_name(users)`) });
  await forgetDecisions(
    trx,
    {
      account_request: [...accountRequests, ...idsOf(own)],
      structure_request: structureRequests,
      affiliation_request: await trx('affiliation_requests').where({ user_id: person.id }).pluck('id'),
      deletion_request: idsOf(
        await trx('deletion_requests').where({ user_id: person.id }).update({ refusal_reason }, 'id'),
      ),
      structure_update: idsOf(
        await trx('structure_update_requests')
          .where({ requested_by: person.id })
          .update({ comment: null, refusal_reason }, 'id'),
      ),
      session_proposal: idsOf(
        await trx('session_proposals')
          .where({ proposed_by: person.id })
          .update({ comment: '', refusal_reason }, 'id'),
      ),
      membership_request: idsOf(
        await trx('membership_requests').where({ requested_by: person.id }).update({ refusal_reason }, 'id'),
      ),
    },
    name,
  );
}

const idsOf = (rows: { id: number }[]): number[] => rows.map(({ id }) => id);

/** Takes the name away too, once no training record needs it any more; the person must be locked. */
export async function forgetName(trx: Knex.Transaction, userId: number): Promise<void> {
  await trx('users')
    .where({ id: userId })
    .update({ ...NOBODY, name_kept_until: null });
}
