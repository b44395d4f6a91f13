import type { Knex } from 'knex';

/** Accounts that nobody uses: warned, closed, then anonymised, and what is set aside while they are closed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table users
      -- The last time that a link of an e-mail did something in the person's name, without a sign-in.
      add column last_link_use_at timestamptz,
      -- Closed to its owner from then on, who can reopen it with a link until it is anonymised.
      add column closed_at timestamptz,
      add column anonymised_at timestamptz,
      -- The first day on which no training record needs the name any more; null when the name is gone too.
      add column name_kept_until date;

    update users u set last_link_use_at = used.at
      from (select by_user_id, max(at) as at from enrolment_history where way = 'email_link' group by by_user_id) used
     where used.by_user_id = u.id;
    -- Accounts deleted at the request of their owner, by the address that deletion gives them.
    update users set closed_at = now(), anonymised_at = now()
     where email = 'compte-' || id || '@supprime.invalid';

    alter table users
      add check (anonymised_at is null or closed_at is not null),
      add check (name_kept_until is null or anonymised_at is not null),
      add column last_active_at timestamptz not null
        generated always as (greatest(created_at, last_sign_in_at, last_link_use_at)) stored;
    create index users_inactive on users (last_active_at, id) where closed_at is null;
    create index users_closed on users (closed_at, id) where closed_at is not null and anonymised_at is null;
    create index users_name_kept on users (name_kept_until, id) where name_kept_until is not null;

    -- One per person, the latest; a sign-in that comes after it makes it void.
    create table inactivity_warnings (
      user_id integer primary key references users on delete cascade,
      warned_at timestamptz not null,
      email_id integer references emails on delete set null,
      -- When the e-mail left, or was given up on: the month of notice runs from there.
      notice_from timestamptz,
      -- The account is closed and leaves something for the agency to see to, which it has not been told yet.
      to_tell boolean not null default false
    );
    create index inactivity_warnings_to_tell on inactivity_warnings (user_id) where to_tell;
    create index inactivity_warnings_waiting on inactivity_warnings (user_id) where notice_from is null;
    create index inactivity_warnings_email on inactivity_warnings (email_id);

    -- What the owner of a closed account may do again once it is reopened. Set aside rather than marked, so that
    -- nothing that asks who holds a right can count somebody who cannot sign in.
    create table suspended_rights (
      affiliation_id integer not null references affiliations on delete cascade,
      "right" text not null,
      granted_at timestamptz not null,
      granted_by integer references users on delete set null,
      primary key (affiliation_id, "right")
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    insert into affiliation_rights (affiliation_id, "right", granted_at, granted_by)
      select affiliation_id, "right", granted_at, granted_by from suspended_rights
      on conflict do nothing;
    drop table suspended_rights, inactivity_warnings;
    alter table users drop column last_active_at, drop column name_kept_until, drop column anonymised_at,
      drop column closed_at, drop column last_link_use_at;
  `);
}
