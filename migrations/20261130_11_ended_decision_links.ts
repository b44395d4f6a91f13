import type { Knex } from 'knex';

/** A link to decide by ends with what let its validator sign in when it was sent: another password, another e-mail. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table decision_links add column ended_at timestamptz;
    create index decision_links_open on decision_links (user_id) where ended_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table decision_links drop column ended_at;');
}
