import type { Knex } from 'knex';

/** What the agency looks for among all that waits: answered from narrow indexes alone, however many requests there are. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index enrolments_awaited on enrolments (state, requested_at, id)
      include (user_id, structure_id, action_id, session_id) where state in ('requested', 'preregistered');
    -- Few people decide, of all who have some right.
    create index affiliation_rights_deciders on affiliation_rights ("right", affiliation_id)
      where "right" in ('hr_validator', 'provider');
    -- Places kept by somebody who has left, or whose account is closed.
    create index enrolments_kept on enrolments (user_id, structure_id) include (id, session_id)
      where state in ('requested', 'waitlisted', 'preregistered', 'enrolled') and kept_at is null;
    create index closed_users on users (id) where closed_at is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop index enrolments_awaited, affiliation_rights_deciders, enrolments_kept, closed_users;',
  );
}
