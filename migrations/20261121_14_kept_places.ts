import type { Knex } from 'knex';

/** « Laisser la place »: a place kept after a departure that the agency has examined. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table enrolments
      add column kept_at timestamptz,
      add column kept_by integer references users,
      add check ((kept_at is null) = (kept_by is null));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table enrolments drop column kept_at, drop column kept_by;');
}
