import type { Knex } from 'knex';

/** When the words of an action last changed, for what tells search engines which pages to read again. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table actions add column changed_at timestamptz;');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table actions drop column changed_at;');
}
