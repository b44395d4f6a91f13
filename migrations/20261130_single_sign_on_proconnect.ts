import type { Knex } from 'knex';

/** Accounts of a federation that open ours, and the word of a federation for whoever asks for an account. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table federated_identities (
      id integer generated always as identity primary key,
      user_id integer not null references users on delete cascade,
      issuer text not null,
      -- The person's name there: random, and the same at every sign-in.
      subject text not null,
      linked_at timestamptz not null,
      last_used_at timestamptz,
      unique (issuer, subject),
      unique (user_id, issuer)
    );

    -- Links by which the owner of an account says that an identity is theirs: sent to the account's address, used once.
    create table federated_links (
      token_hash text primary key,
      user_id integer not null references users on delete cascade,
      issuer text not null,
      subject text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null
    );
    create index federated_links_user on federated_links (user_id);

    alter table account_requests
      add column vouched_by text,
      add column vouched_issuer text,
      add column vouched_subject text,
      add check ((vouched_by is null) = (vouched_issuer is null) and (vouched_by is null) = (vouched_subject is null));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table account_requests drop column vouched_by, drop column vouched_issuer, drop column vouched_subject;
    drop table federated_links, federated_identities;
  `);
}
