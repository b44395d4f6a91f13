import type { Knex } from 'knex';

/** Who sends an e-mail at this moment, so that nobody else does; and those that wait for the server, found at once. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table emails
      -- The job that sends it and the worker that has the job: worth something as long as that worker does.
      add column claimed_job bigint,
      add column claimed_by text,
      add check ((claimed_job is null) = (claimed_by is null));
    create index emails_waiting_for_server on emails (id) where server_unreachable;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index emails_waiting_for_server;
    alter table emails drop column claimed_job, drop column claimed_by;
  `);
}
