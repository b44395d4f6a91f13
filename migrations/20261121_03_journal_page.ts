import type { Knex } from 'knex';

/** What « Journal » filters by, and the guard of the journal in every replication mode. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index audit_entries_action on audit_entries (action, at desc, id desc);
    create index audit_entries_ip on audit_entries (ip, at desc);
    -- The words in which people are looked for, there and among the people of a structure.
    create index users_search on users using gin (lower(immutable_unaccent(
      first_name || ' ' || last_name || ' ' || first_name || ' ' || cast(email as text))) gin_trgm_ops);

    -- An ordinary trigger sleeps while session_replication_role is « replica ».
    alter table audit_entries enable always trigger audit_entries_append_only;
    alter table enrolment_history enable always trigger enrolment_history_append_only;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table enrolment_history enable trigger enrolment_history_append_only;
    alter table audit_entries enable trigger audit_entries_append_only;
    drop index users_search, audit_entries_ip, audit_entries_action;
  `);
}
