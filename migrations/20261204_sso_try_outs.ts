import type { Knex } from 'knex';

/** A service that is tried out has visits of its own: its real ones are neither taken for them nor ended with them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table sso_visits add column is_try_out boolean not null default false');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table sso_visits drop column is_try_out');
}
