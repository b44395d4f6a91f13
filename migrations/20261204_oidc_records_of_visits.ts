import type { Knex } from 'knex';

/** What OpenID Connect keeps names its visit, so that one statement reads both; what was kept before is found without. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table oidc_records add column oidc_sid text');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table oidc_records drop column oidc_sid');
}
