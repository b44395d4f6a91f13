import type { Knex } from 'knex';

/** What was proved of an identity elsewhere, and what it told of whoever asks for an account. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table federated_identities
      -- When the account's own second factor was given for it: what is given there then stands for one of that age.
      add column factor_given_at timestamptz;

    alter table account_requests
      add column vouched_name text,
      add column vouched_siret text;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table account_requests drop column vouched_name, drop column vouched_siret;
    alter table federated_identities drop column factor_given_at;
  `);
}
