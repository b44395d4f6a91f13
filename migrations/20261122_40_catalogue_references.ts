import type { Knex } from 'knex';

/** The agency's own reference of an action or a session: what a file that is imported again is recognised by. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table actions add column reference text check (reference <> '');
    create unique index actions_reference on actions (reference) where reference is not null;
    alter table sessions add column reference text check (reference <> '');
    create unique index sessions_reference on sessions (reference) where reference is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table sessions drop column reference; alter table actions drop column reference;');
}
