import type { Knex } from 'knex';

/** Two managers at work on one programme are told of each other. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table programmes add column lock_version integer not null default 1');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table programmes drop column lock_version');
}
