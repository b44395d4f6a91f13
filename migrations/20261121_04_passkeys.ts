import type { Knex } from 'knex';

/** The passkeys (WebAuthn) of a person, and the challenges that were answered. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- What a passkey calls its owner, and shows to nobody: random, never the address.
    alter table users add column passkey_handle uuid not null unique default gen_random_uuid();

    create table passkeys (
      id integer generated always as identity primary key,
      user_id integer not null references users on delete cascade,
      -- Given by the authenticator, base64url.
      credential_id text not null unique,
      -- Checks its signatures (COSE); useless to sign with.
      public_key bytea not null,
      -- Of its last signature: one that does not grow is the sign of a copy. Synchronised keys stay at 0.
      sign_count bigint not null,
      -- How the browser reaches it (internal, usb, hybrid…), to offer it rather than others.
      transports text[] not null,
      -- Whether it is kept by a password manager or an account, on several devices.
      is_synchronised boolean not null,
      name text not null,
      created_at timestamptz not null,
      last_used_at timestamptz
    );
    create index passkeys_user on passkeys (user_id, created_at);

    -- A challenge is recognised by its own signature; what is kept is that it was answered, until it runs out.
    create table passkey_challenges (
      challenge_hash text primary key,
      expires_at timestamptz not null
    );
    create index passkey_challenges_expiry on passkey_challenges (expires_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table passkey_challenges, passkeys;
    alter table users drop column passkey_handle;
  `);
}
