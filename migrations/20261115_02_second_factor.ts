import type { Knex } from 'knex';

/** The second factor of a person: the key of their authenticator application, and their recovery codes. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table second_factors (
      user_id integer primary key references users on delete cascade,
      -- Encrypted: whoever reads the table cannot make codes.
      sealed_key text not null,
      -- The 30-second step of the last code accepted: that one and those before are refused from then on.
      last_step bigint not null default 0,
      created_at timestamptz not null,
      -- Asked for at sign-in from then on; before, the key is only shown for enrolment.
      enabled_at timestamptz
    );

    create table recovery_codes (
      user_id integer not null references second_factors on delete cascade,
      code_hash text not null,
      used_at timestamptz,
      primary key (user_id, code_hash)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table recovery_codes, second_factors;');
}
