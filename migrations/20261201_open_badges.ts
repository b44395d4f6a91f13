import type { Knex } from 'knex';

/**
 * Open badges: what the agency gives them for, who asked, and what was issued. A badge, once issued, stays what it was:
 * its signed text is apart, and goes where the person wants it gone; its number in the list of revocations is never used
 * again.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
  create table badge_models (
    id integer generated always as identity primary key,
    created_at timestamptz not null,
    -- Nobody asks for it any more; those that were given stay good.
    retired_at timestamptz,
    -- Grows with each change: whoever began to write before it is told.
    lock_version integer not null default 1
  );

  -- What a badge says: a change of words or picture is another version, and badges keep theirs.
  create table badge_model_versions (
    model_id integer not null references badge_models,
    version integer not null check (version > 0),
    name text not null check (char_length(name) between 1 and 100),
    description text not null check (char_length(description) between 1 and 500),
    criteria text not null check (char_length(criteria) between 1 and 2000),
    -- PNG.
    image bytea not null check (octet_length(image) <= 300000),
    published_at timestamptz not null,
    published_by integer references users,
    primary key (model_id, version)
  );
  alter table badge_model_versions alter image set storage external;

  -- For what it is given: every action of these kinds, and these actions.
  create table badge_model_kinds (
    model_id integer not null references badge_models,
    kind_id integer not null references action_kinds on delete cascade,
    primary key (model_id, kind_id)
  );
  create index badge_model_kinds_kind on badge_model_kinds (kind_id);
  create table badge_model_actions (
    model_id integer not null references badge_models,
    action_id integer not null references actions on delete cascade,
    primary key (model_id, action_id)
  );
  create index badge_model_actions_action on badge_model_actions (action_id);

  create table badge_requests (
    id integer generated always as identity primary key,
    enrolment_id integer not null references enrolments,
    user_id integer not null references users,
    model_id integer not null references badge_models,
    state text not null default 'pending' check (state in ('pending', 'accepted', 'refused', 'withdrawn')),
    -- What the person says of what they have done.
    evidence text not null default '' check (char_length(evidence) <= 2000),
    -- Whether the badge may lead to the page that verifies their certificate, which names them.
    shows_certificate boolean not null default false,
    asked_at timestamptz not null,
    decided_at timestamptz,
    decided_by integer references users,
    refusal_reason text,
    -- What the person was told when the badge was revoked.
    revocation_words text,
    check ((state = 'pending') = (decided_at is null)),
    check ((state = 'refused') = (refusal_reason is not null))
  );
  create unique index one_live_badge_request on badge_requests (user_id, model_id) where state = 'pending';
  create index badge_requests_list on badge_requests (state, asked_at);
  create index badge_requests_enrolment on badge_requests (enrolment_id);
  create index badge_requests_user on badge_requests (user_id, asked_at desc);
  create index badge_requests_model on badge_requests (model_id);

  -- The keys that sign badges, each under an address of its own for ever; one that is retired has no private part.
  create table badge_keys (
    kid uuid primary key,
    public_jwk jsonb not null,
    sealed_private_jwk text,
    used_from timestamptz not null,
    retired_at timestamptz,
    check ((sealed_private_jwk is null) = (retired_at is not null))
  );
  create unique index one_present_badge_key on badge_keys ((true)) where retired_at is null;

  create table badges (
    code text primary key check (code ~ '^[0-9A-HJKMNP-TV-Z]{12}$'),
    request_id integer not null references badge_requests,
    model_id integer not null,
    model_version integer not null,
    -- Its place in the lists of revocations.
    status_list integer not null check (status_list > 0),
    status_index integer not null check (status_index between 0 and 131071),
    kid uuid not null references badge_keys,
    sha256 bytea not null check (octet_length(sha256) = 32),
    -- When the achievement was recognised: a badge issued again keeps it.
    awarded_at timestamptz not null,
    issued_at timestamptz not null,
    issued_by integer references users,
    replaces_code text unique references badges,
    unique (status_list, status_index),
    foreign key (model_id, model_version) references badge_model_versions
  );
  create index badges_request on badges (request_id, issued_at desc);
  create index badges_issued on badges (issued_at desc, code);
  create index badges_model on badges (model_id, model_version);

  -- What is signed, with the hash of an address: deleted where the person wants it gone, never changed.
  create table badge_contents (
    code text primary key references badges,
    salt text not null check (char_length(salt) >= 22),
    identity_hash text not null,
    jws text not null
  );

  create table badge_revocations (
    code text primary key references badges,
    at timestamptz not null,
    by integer references users,
    -- Public, as one of a few words; what the person is told besides is theirs.
    cause text not null check (cause in ('mistake', 'unmet', 'asked', 'reissued', 'account_deleted'))
  );
  create index badge_revocations_at on badge_revocations (at desc);

  -- What becomes of somebody's badges when their account goes; kept where they have not said.
  create table badge_holders (
    user_id integer primary key references users on delete cascade,
    on_deletion text not null check (on_deletion in ('keep', 'revoke'))
  );

  create trigger badge_model_versions_frozen before update or delete or truncate on badge_model_versions
    for each statement execute function refuse_change();
  create trigger badges_frozen before update or delete or truncate on badges
    for each statement execute function refuse_change();
  create trigger badge_revocations_frozen before update or delete or truncate on badge_revocations
    for each statement execute function refuse_change();
  create trigger badge_contents_frozen before update or truncate on badge_contents
    for each statement execute function refuse_update();
`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table badge_holders, badge_revocations, badge_contents, badges, badge_keys, badge_requests,
      badge_model_actions, badge_model_kinds, badge_model_versions, badge_models;
  `);
}
