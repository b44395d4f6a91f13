import type { Knex } from 'knex';

/** A session that the agency goes on preparing: its form as it was left. It is none of the catalogue until it is published. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table session_drafts (
      id integer generated always as identity primary key,
      action_id integer not null references actions on delete cascade,
      fields jsonb not null,
      saved_at timestamptz not null
    );
    create index session_drafts_action on session_drafts (action_id, saved_at desc);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table session_drafts;');
}
