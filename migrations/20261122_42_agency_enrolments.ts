import type { Knex } from 'knex';

/** Finding requests for a place among a million: by the person's name or e-mail, by state, by date. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The first name again after the last: « Ada Martin » and « Martin Ada » are both found.
    create index users_words on users using gin
      (lower(immutable_unaccent(first_name || ' ' || last_name || ' ' || first_name || ' ' || cast(email as text)))
       gin_trgm_ops);
    -- Whom e-mails to the agency go to: a handful of all accounts.
    create index users_managers on users (id) where is_agency_manager;
    create index enrolments_state on enrolments (state, requested_at desc, id desc);
    create index enrolments_requested on enrolments (requested_at desc, id desc);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index users_words, users_managers, enrolments_state, enrolments_requested;');
}
