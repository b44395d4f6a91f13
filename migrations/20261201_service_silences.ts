import type { Knex } from 'knex';

/** Which services do not hear of logouts: they rest for a while, and the agency is told of what lasts. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table service_silences (
      service_id integer not null references services on delete cascade,
      -- Who hears, of that service: a protocol and a host. What is wrong with one is not wrong with the next.
      listener text not null,
      -- The first logout that did not arrive, and the last: none did in between.
      since timestamptz not null,
      failed_at timestamptz not null,
      -- Not called before then; null where it answers, though not as it should.
      rests_until timestamptz,
      -- On which day, in Paris, the agency was last told.
      told_on date,
      primary key (service_id, listener)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table service_silences');
}
