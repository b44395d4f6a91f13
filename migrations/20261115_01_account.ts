import type { Knex } from 'knex';

/** « Mon compte »: where a person is signed in, changes of e-mail under way, requests to delete the account. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Beside the browser session, which holds the user id and the profile only. Keyed by a hash, so that the table
    -- opens no session.
    create table session_devices (
      sid_hash char(64) primary key,
      user_id integer not null references users on delete cascade,
      device text not null
    );
    create index session_devices_user on session_devices (user_id);

    create table email_changes (
      id integer generated always as identity primary key,
      user_id integer not null references users on delete cascade,
      new_email citext not null,
      token_hash text not null unique,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      outcome text check (outcome in ('confirmed', 'replaced', 'cancelled', 'taken')),
      ended_at timestamptz,
      check ((outcome is null) = (ended_at is null))
    );
    create unique index one_open_email_change on email_changes (user_id) where outcome is null;
    create index email_changes_user on email_changes (user_id);

    create table deletion_requests (
      id integer generated always as identity primary key,
      user_id integer not null references users,
      state text not null default 'pending' check (state in ('pending', 'withdrawn', 'refused', 'carried_out')),
      requested_at timestamptz not null,
      ended_at timestamptz,
      decided_by integer references users on delete set null,
      refusal_reason text,
      check ((state = 'pending') = (ended_at is null)),
      check (state <> 'refused' or refusal_reason is not null)
    );
    create unique index one_pending_deletion on deletion_requests (user_id) where state = 'pending';
    create index deletion_requests_user on deletion_requests (user_id);
    create index deletion_requests_pending on deletion_requests (requested_at) where state = 'pending';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table deletion_requests, email_changes, session_devices;');
}
