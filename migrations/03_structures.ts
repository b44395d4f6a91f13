import { baseline } from '#platform/database/baseline.ts';

/** Structures, who belongs where with which rights, memberships, and what is asked about all of these. */
export const { up, down } = baseline(`
  create table structures (
    id integer generated always as identity primary key,
    siret char(14) not null unique check (siret ~ '^[0-9]{14}$'),
    name text not null,
    acronym text,
    brand text,
    ape_code text,
    kind text not null,
    address text not null default '',
    postcode text not null,
    city text not null,
    department text not null,
    is_training_body boolean not null default false,
    may_preregister boolean not null default false,
    is_head_office boolean not null default true,
    closed_on date,
    created_at timestamptz not null,
    -- The best first: open head offices, open branches, then the closed ones.
    search_rank smallint not null generated always as (
      case when closed_on is null then 0 else 2 end + case when is_head_office then 0 else 1 end) stored,
    -- By column: { "overruled": what SIRENE said, "value": what the agency accepted instead }. An import that repeats
    -- the overruled value leaves the accepted one; see src/structures/sirene/load.ts.
    corrections jsonb not null default '{}'
  );
  create index structures_siret_prefix on structures (siret bpchar_pattern_ops);

  alter table users
    add last_profile_structure_id integer references structures on delete set null,
    add constraint last_profile_has_right check (last_profile_structure_id is null or last_profile_right is not null);
  create index users_last_profile_structure on users (last_profile_structure_id)
    where last_profile_structure_id is not null;

  create table affiliations (
    id integer generated always as identity primary key,
    user_id integer not null references users on delete cascade,
    structure_id integer not null references structures,
    since timestamptz not null,
    unique (user_id, structure_id)
  );
  create index affiliations_structure on affiliations (structure_id);

  create table affiliation_rights (
    affiliation_id integer not null references affiliations on delete cascade,
    "right" text not null check ("right" in (
      'referent', 'beneficiary', 'hr_validator', 'provider',
      'of_catalogue', 'of_preregistration', 'of_general',
      'prescriber_1', 'prescriber_2', 'prescriber_3')),
    granted_at timestamptz not null,
    granted_by integer references users on delete set null,
    primary key (affiliation_id, "right")
  );
  -- domain.md §2: at most one of each RafaelPro family per person and structure.
  create unique index one_of_right on affiliation_rights (affiliation_id)
    where "right" in ('of_catalogue', 'of_preregistration', 'of_general');
  create unique index one_prescriber_right on affiliation_rights (affiliation_id)
    where "right" in ('prescriber_1', 'prescriber_2', 'prescriber_3');
  -- Few people decide, of all who have some right.
  create index affiliation_rights_deciders on affiliation_rights ("right", affiliation_id)
    where "right" in ('hr_validator', 'provider');

  -- What the owner of a closed account may do again once it is reopened. Set aside rather than marked, so that nothing
  -- that asks who holds a right can count somebody who cannot sign in.
  create table suspended_rights (
    affiliation_id integer not null references affiliations on delete cascade,
    "right" text not null,
    granted_at timestamptz not null,
    granted_by integer references users on delete set null,
    primary key (affiliation_id, "right")
  );

  create table account_requests (
    id integer generated always as identity primary key,
    structure_id integer not null references structures,
    email citext not null,
    -- Emptied at the end of the request: an account has it, or nobody needs it.
    password_hash text,
    civility text not null check (civility in ('Mme', 'M.')),
    last_name text not null,
    first_name text not null,
    job_title text,
    phone text,
    mobile text,
    state text not null default 'email_unconfirmed' check (state in
      ('email_unconfirmed', 'pending', 'accepted', 'refused', 'expired', 'withdrawn')),
    token_hash text not null unique,
    token_expires_at timestamptz not null,
    created_at timestamptz not null,
    confirmed_at timestamptz,
    decided_at timestamptz,
    decided_by integer references users on delete set null,
    refusal_reason text,
    user_id integer references users on delete set null,
    check ((state in ('email_unconfirmed', 'pending')) = (password_hash is not null)),
    check (state <> 'refused' or refusal_reason is not null)
  );
  -- domain.md §3: one live request per e-mail.
  create unique index one_live_account_request on account_requests (email)
    where state in ('email_unconfirmed', 'pending');
  create index account_requests_structure on account_requests (structure_id, state);

  -- Every reminder that has left, here as below: it leaves once.
  create table account_request_reminders (
    request_id integer not null references account_requests on delete cascade,
    working_days integer not null,
    sent_at timestamptz not null,
    primary key (request_id, working_days)
  );

  -- How a person with an account asks to belong to another structure.
  create table affiliation_requests (
    id integer generated always as identity primary key,
    user_id integer not null references users on delete cascade,
    structure_id integer not null references structures,
    state text not null default 'pending' check (state in ('pending', 'accepted', 'refused', 'withdrawn')),
    created_at timestamptz not null,
    ended_at timestamptz,
    decided_by integer references users on delete set null,
    refusal_reason text,
    check ((state = 'pending') = (ended_at is null)),
    check (state <> 'refused' or refusal_reason is not null)
  );
  -- One live request per person and structure.
  create unique index one_live_affiliation_request on affiliation_requests (user_id, structure_id)
    where state = 'pending';
  create index affiliation_requests_structure on affiliation_requests (structure_id, state);
  create index affiliation_requests_waiting on affiliation_requests (created_at, id) where state = 'pending';

  -- « Ma structure n’est pas dans la liste » (domain.md §3).
  create table structure_requests (
    id integer generated always as identity primary key,
    siret char(14) not null check (siret ~ '^[0-9]{14}$'),
    name text not null,
    acronym text,
    brand text,
    ape_code text,
    kind text not null,
    address text not null,
    postcode text not null,
    city text not null,
    civility text not null check (civility in ('Mme', 'M.')),
    last_name text not null,
    first_name text not null,
    email citext not null,
    phone text,
    state text not null default 'pending' check (state in ('pending', 'accepted', 'refused', 'linked')),
    created_at timestamptz not null,
    decided_at timestamptz,
    decided_by integer references users on delete set null,
    refusal_reason text,
    -- The structure made of the request, or the one that it was linked to.
    structure_id integer references structures,
    check ((state = 'pending') = (decided_at is null)),
    check ((state in ('accepted', 'linked')) = (structure_id is not null)),
    check (state <> 'refused' or refusal_reason is not null)
  );
  -- The same person asking twice for the same structure has asked once.
  create unique index one_pending_structure_request on structure_requests (siret, email) where state = 'pending';
  create index structure_requests_state on structure_requests (state, created_at);

  -- Only added to: that it was asked for, and again. How it ended is on the request.
  create table structure_request_history (
    id integer generated always as identity primary key,
    request_id integer not null references structure_requests on delete cascade,
    at timestamptz not null,
    event text not null check (event in ('received', 'repeated'))
  );
  create index structure_request_history_request on structure_request_history (request_id, at);

  -- « Demande de mise à jour » of a structure's data (domain.md §1).
  create table structure_update_requests (
    id integer generated always as identity primary key,
    structure_id integer not null references structures,
    state text not null default 'pending' check (state in ('pending', 'accepted', 'refused', 'withdrawn')),
    comment text,
    requested_by integer references users on delete set null,
    requested_at timestamptz not null,
    -- Who accepted, refused or withdrew it.
    decided_by integer references users on delete set null,
    decided_at timestamptz,
    refusal_reason text,
    check ((state = 'pending') = (decided_at is null)),
    check ((state = 'refused') = (refusal_reason is not null))
  );
  create unique index one_live_structure_update on structure_update_requests (structure_id) where state = 'pending';
  create index structure_update_requests_list on structure_update_requests (state, requested_at);

  -- What the request changes: the value that the structure had that day beside the one asked for.
  create table structure_update_changes (
    request_id integer not null references structure_update_requests on delete cascade,
    field text not null check (field in
      ('name', 'acronym', 'brand', 'ape_code', 'kind', 'address', 'postcode', 'city')),
    old_value text,
    new_value text,
    primary key (request_id, field),
    check (old_value is distinct from new_value)
  );

  create table memberships (
    structure_id integer not null references structures,
    year integer not null check (year between 2000 and 2100),
    recorded_at timestamptz not null,
    recorded_by integer references users on delete set null,
    primary key (structure_id, year)
  );

  create table membership_requests (
    id integer generated always as identity primary key,
    structure_id integer not null references structures,
    year integer not null check (year between 2000 and 2100),
    state text not null default 'pending' check (state in ('pending', 'accepted', 'refused')),
    -- The charter is accepted by sending the request; who and when is its record.
    requested_by integer references users on delete set null,
    requested_at timestamptz not null,
    decided_by integer references users on delete set null,
    decided_at timestamptz,
    refusal_reason text,
    -- Which text of the charter was accepted (content/charte-adhesion).
    charter_version text,
    check ((state = 'pending') = (decided_at is null)),
    check ((state = 'refused') = (refusal_reason is not null))
  );
  -- domain.md §5: one live request per structure and year.
  create unique index one_live_membership_request on membership_requests (structure_id, year) where state = 'pending';
  create index membership_requests_list on membership_requests (state, year, requested_at);

  create table membership_reminders (
    structure_id integer not null references structures,
    year integer not null,
    season text not null check (season in ('november', 'january')),
    sent_at timestamptz not null,
    primary key (structure_id, year, season)
  );
`);
