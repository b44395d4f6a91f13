import type { Knex } from 'knex';

/** The secret address under which a person's calendar application reads their sessions: one per person. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table calendar_feeds (
      user_id integer primary key references users on delete cascade,
      token_hash text not null unique,
      -- When the present address was made; renewing replaces it.
      created_at timestamptz not null
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table calendar_feeds;');
}
