import type { Knex } from 'knex';

/** E-mails that no later try can deliver: the server refused their address or their content for good. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table emails
      drop constraint emails_status_check,
      add constraint emails_status_check check (status in ('queued', 'failing', 'undeliverable', 'sent'));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    update emails set status = 'failing' where status = 'undeliverable';
    alter table emails
      drop constraint emails_status_check,
      add constraint emails_status_check check (status in ('queued', 'failing', 'sent'));
  `);
}
