import type { Knex } from 'knex';

/**
 * When the dates of a session last changed: the stamp of its events in calendars. Were it the moment at which a calendar
 * is asked for, the same dates would never be the same text.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table sessions add column calendar_changed_at timestamptz');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table sessions drop column calendar_changed_at');
}
