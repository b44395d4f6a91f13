import type { Knex } from 'knex';

/** People who want no e-mail about the new dates of the actions that they follow. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table new_date_stops (
      user_id integer primary key references users on delete cascade,
      since timestamptz not null
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table new_date_stops;');
}
