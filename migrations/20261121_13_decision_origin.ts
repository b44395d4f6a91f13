import type { Knex } from 'knex';

/** From where a decision was taken, for the journal to say so when it is applied later. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table scheduled_decisions add column ip inet, add column web_request_id text;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table scheduled_decisions drop column ip, drop column web_request_id;');
}
