import type { Knex } from 'knex';

/** From which sessions people were moved: looked for whenever one is taken away, among millions of lines of history. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index enrolment_history_moved on enrolment_history (from_session_id) where from_session_id is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index enrolment_history_moved;');
}
