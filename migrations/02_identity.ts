import { baseline } from '#platform/database/baseline.ts';

/** Accounts: people, how they prove who they are, where they are signed in, and how an account ends. */
export const { up, down } = baseline(`
  -- The first name again after the last: « Ada Martin » and « Martin Ada » are both found. The apostrophe keeps an
  -- initial at the end of one from those at the beginning of the next.
  create function person_words(first_name text, last_name text, email citext) returns text
    language plpgsql immutable parallel safe strict as $$
    begin
      return public.findable_words(
        first_name || ' '' ' || last_name || ' '' ' || first_name || ' '' ' || cast(email as text));
    end $$;

  create table users (
    id integer generated always as identity primary key,
    email citext not null unique,
    password_hash text not null,
    civility text not null check (civility in ('Mme', 'M.')),
    last_name text not null,
    first_name text not null,
    job_title text,
    phone text,
    mobile text,
    is_agency_manager boolean not null default false,
    created_at timestamptz not null,
    last_sign_in_at timestamptz,
    -- What a passkey calls its owner, and shows to nobody: random, never the address.
    passkey_handle uuid not null unique default gen_random_uuid(),
    -- The last time that a link of an e-mail did something in the person's name, without a sign-in.
    last_link_use_at timestamptz,
    -- Closed to its owner from then on, who can reopen it with a link until it is anonymised.
    closed_at timestamptz,
    anonymised_at timestamptz,
    -- The first day on which no training record needs the name any more; null when the name is gone too.
    name_kept_until date,
    last_active_at timestamptz not null
      generated always as (greatest(created_at, last_sign_in_at, last_link_use_at)) stored,
    -- What ends the sessions of a person raises it: a session of another one opens nothing, even where its row is
    -- written after those of the others were deleted.
    session_generation integer not null default 1,
    -- The profile last taken in ParcoursPro, with which the next session begins; its structure comes with structures.
    last_profile_right text check (last_profile_right in ('beneficiary', 'hr_validator', 'provider')),
    check (anonymised_at is null or closed_at is not null),
    check (name_kept_until is null or anonymised_at is not null)
  );
  create index users_words on users using gin (person_words(first_name, last_name, email) gin_trgm_ops);
  -- Whom e-mails to the agency go to: a handful of all accounts.
  create index users_managers on users (id) where is_agency_manager;
  create index users_inactive on users (last_active_at, id) where closed_at is null;
  create index closed_users on users (id) where closed_at is not null;
  create index users_closed on users (closed_at, id) where closed_at is not null and anonymised_at is null;
  create index users_name_kept on users (name_kept_until, id) where name_kept_until is not null;

  create function full_name(person users) returns text language sql immutable parallel safe
    return person.first_name || ' ' || person.last_name;

  -- Beside the browser session, which holds the user id and the profile only. Keyed by a hash of the sign-in, which stays
  -- when the session's id is renewed: the table opens no session.
  create table session_devices (
    sign_in_hash char(64) primary key,
    user_id integer not null references users on delete cascade,
    device text not null
  );
  create index session_devices_user on session_devices (user_id);

  create table password_resets (
    id integer generated always as identity primary key,
    user_id integer not null references users on delete cascade,
    token_hash text not null unique,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
  );
  create index password_resets_user on password_resets (user_id);

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

  create table email_changes (
    id integer generated always as identity primary key,
    user_id integer not null references users on delete cascade,
    new_email citext not null,
    token_hash text not null unique,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    outcome text check (outcome in ('confirmed', 'replaced', 'cancelled', 'taken')),
    ended_at timestamptz,
    -- The address that a confirmed change replaced: requests made under it are the person's too.
    old_email citext,
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

  -- Of accounts that nobody uses. One per person, the latest; a sign-in that comes after it makes it void.
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
`);
