import type { Knex } from 'knex';

/**
 * What ends the sessions of a person raises their generation: a session of another one opens nothing, even where its
 * row is written after those of the others were deleted. A session is named to its owner by its sign-in, which stays
 * when its id is renewed. Those opened before say neither that nor what was given: they end here.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table users add column session_generation integer not null default 1;
    delete from web_sessions;
    delete from session_devices;
    alter table session_devices rename column sid_hash to sign_in_hash;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from web_sessions;
    delete from session_devices;
    alter table session_devices rename column sign_in_hash to sid_hash;
    alter table users drop column session_generation;
  `);
}
