import type { Knex } from 'knex';

/** People, structures, who belongs where with which rights, and how an account is asked for. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
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
      last_sign_in_at timestamptz
    );

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
      search_text text not null generated always as (
        lower(immutable_unaccent(plain_spaces(name || ' ' || coalesce(acronym, '') || ' ' || coalesce(brand, ''))))
      ) stored,
      search_acronym text generated always as (lower(immutable_unaccent(acronym))) stored
    );
    create index structures_search on structures using gin (search_text gin_trgm_ops);
    create index structures_acronym on structures (search_acronym);
    create index structures_siret_prefix on structures (siret bpchar_pattern_ops);

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

    create table memberships (
      structure_id integer not null references structures,
      year integer not null check (year between 2000 and 2100),
      recorded_at timestamptz not null,
      recorded_by integer references users on delete set null,
      primary key (structure_id, year)
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

    create table password_resets (
      id integer generated always as identity primary key,
      user_id integer not null references users on delete cascade,
      token_hash text not null unique,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create index password_resets_user on password_resets (user_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table password_resets, account_requests, memberships, affiliation_rights, affiliations, structures, users;
  `);
}
