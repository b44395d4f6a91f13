import { baseline } from '#platform/database/baseline.ts';

/**
 * What is offered: kinds, themes, actions, their dated sessions and the slots of each; their documents, and what training
 * bodies propose. « lock_version » grows with each change by the agency: whoever began to write before it is told.
 */
export const { up, down } = baseline(`
  create table action_kinds (
    id integer generated always as identity primary key,
    code text not null unique,
    label text not null,
    position integer not null,
    reserved boolean not null,
    counts_as_formation boolean not null,
    counts_in_yearly_total boolean not null,
    needs_hr_approval boolean not null,
    needs_provider_approval boolean not null,
    lock_version integer not null default 1,
    -- An employer's approval without the provider's would leave nobody to confirm the seat.
    check (needs_provider_approval or not needs_hr_approval)
  );
  insert into action_kinds (code, label, position, reserved, counts_as_formation, counts_in_yearly_total,
                            needs_hr_approval, needs_provider_approval) values
    ('formation',            'Formation',                    1, true,  true,  true,  true,  true),
    ('autoformation',        'Parcours d’autoformation',     2, true,  false, true,  true,  true),
    ('codeveloppement',      'Atelier de codéveloppement',   3, true,  false, true,  true,  true),
    ('lab-innov',            'Lab’Innov',                    4, true,  false, true,  true,  true),
    ('lab-studio',           'Lab Studio',                   5, true,  false, true,  true,  true),
    ('webinaire',            'Webinaire',                    6, false, false, false, false, false),
    ('webatelier',           'Webatelier',                   7, false, false, false, false, true),
    ('journee',              'Journée professionnelle',      8, false, false, false, false, true),
    ('conference',           'Conférence',                   9, false, false, false, false, false),
    ('reunion',              'Réunion d’information',       10, false, false, false, false, false),
    ('autoformation-libre',  'Autoformation freemium',      11, false, false, false, false, false);

  -- domain.md §7 rule 1: what the year has room for so many of.
  create function counts_in_year(kind action_kinds) returns boolean language sql immutable parallel safe
    return kind.reserved and kind.counts_in_yearly_total;

  create table themes (
    id integer generated always as identity primary key,
    slug text not null unique,
    label text not null,
    position integer not null,
    lock_version integer not null default 1
  );
  insert into themes (slug, label, position) values
    ('orientation',  'Accueil, information et orientation', 1),
    ('vae',          'Faciliter les parcours / VAE', 2),
    ('pedagogie',    'Pédagogie et ingénierie de formation', 3),
    ('numerique',    'Numérique et intelligence artificielle', 4),
    ('emploi',       'Emploi, insertion et entreprises', 5),
    ('alternance',   'Alternance et apprentissage', 6),
    ('handicap',     'Handicap et inclusion', 7),
    ('qualite',      'Qualité, droit et financement', 8);

  create table actions (
    id integer generated always as identity primary key,
    slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    title text not null,
    kind_id integer not null references action_kinds,
    theme_id integer not null references themes,
    provider_id integer not null references structures,
    modality text not null check (modality in ('in_person', 'remote', 'mixed')),
    duration_days numeric(4, 1) not null check (duration_days > 0),
    objectives text not null default '',
    audience text not null default '',
    prerequisites text not null default '',
    programme text not null default '',
    trainer text not null default '',
    published_at timestamptz,
    archived_at timestamptz,
    -- Kept by a trigger (catalogue): the words of its kind, theme and provider are with its own.
    search_document tsvector not null,
    lock_version integer not null default 1,
    -- The agency's own: what a file that is imported again is recognised by.
    reference text check (reference <> ''),
    -- When the daily look first saw this publication, in the order of which it is news; a later one is news again. The
    -- moment of publication is that of a transaction, which may end after the look has passed it.
    noticed_at timestamptz,
    -- When its words last changed, for what tells search engines which pages to read again.
    changed_at timestamptz,
    search_title text not null generated always as (findable_words(title)) stored
  );
  create index actions_search on actions using gin (search_document);
  create index actions_title on actions using gin (search_title gin_trgm_ops);
  create index actions_provider on actions (provider_id);
  create index actions_kind on actions (kind_id);
  create index actions_theme on actions (theme_id);
  create unique index actions_reference on actions (reference) where reference is not null;
  create index actions_to_notice on actions (published_at)
    where published_at is not null and (noticed_at is null or noticed_at < published_at);
  create index actions_noticed on actions (noticed_at) where noticed_at is not null;
  -- A narrow copy of what every search asks: the table, with its long texts, is read for the rows of one page only.
  create index actions_catalogue on actions (id)
    include (title, kind_id, theme_id, provider_id, modality, published_at, archived_at);

  -- What the public may see: published, and not archived.
  create function is_public(action actions, at timestamptz) returns boolean language sql immutable parallel safe
    return action.published_at <= at and action.archived_at is null;

  -- Addresses that an action had: links and bookmarks still lead to it.
  create table action_former_slugs (
    slug text primary key,
    action_id integer not null references actions on delete cascade
  );
  create index action_former_slugs_action on action_former_slugs (action_id);

  create table action_documents (
    id integer generated always as identity primary key,
    action_id integer not null references actions on delete cascade,
    title text not null,
    position integer not null,
    bytes integer not null check (bytes > 0),
    sha256 text not null,
    added_at timestamptz not null,
    -- The same file twice is a double click.
    unique (action_id, sha256)
  );

  -- Apart, so that no list reads it. A PDF is compressed already.
  create table action_document_contents (
    document_id integer primary key references action_documents on delete cascade,
    content bytea not null
  );
  alter table action_document_contents alter content set storage external;

  create table sessions (
    id integer generated always as identity primary key,
    action_id integer not null references actions,
    capacity integer not null check (capacity between 0 and 10000),
    waiting_capacity integer not null check (waiting_capacity between 0 and 10000),
    registration_opens_at timestamptz not null,
    registration_closes_at timestamptz not null,
    -- First and last moment of the slots, kept here so that lists sort and filter on an index.
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    city text,
    department text,
    cancelled_at timestamptz,
    cancellation_reason text,
    calendar_sequence integer not null default 0,
    -- Kept by the trigger of enrolments, in the transaction of each change and under the locks that it holds.
    seats_held integer not null default 0 check (seats_held >= 0),
    live_requests integer not null default 0 check (live_requests >= 0),
    waitlisted integer not null default 0 check (waitlisted >= 0),
    -- Changes far less often than the counts: the index that holds it is left alone by most enrolments.
    has_place boolean not null
      generated always as (seats_held < capacity and live_requests < capacity + waiting_capacity) stored,
    city_key text generated always as (place_key(city)) stored,
    lock_version integer not null default 1,
    reference text check (reference <> ''),
    -- When it was added to the catalogue, and when those who wait for dates of the action were told, or nobody was there.
    added_at timestamptz,
    announced_at timestamptz,
    -- As of actions.
    noticed_at timestamptz,
    -- When its dates last changed: the stamp of its events in calendars.
    calendar_changed_at timestamptz,
    check (registration_opens_at < registration_closes_at),
    check (starts_at < ends_at)
  );
  create index sessions_action on sessions (action_id, starts_at);
  create index sessions_ends on sessions (ends_at);
  create unique index sessions_reference on sessions (reference) where reference is not null;
  create index sessions_to_announce on sessions (added_at) where added_at is not null and announced_at is null;
  create index sessions_to_notice on sessions (added_at) where added_at is not null and noticed_at is null;
  create index sessions_noticed on sessions (noticed_at) where noticed_at is not null;
  -- Narrow copies of what every search asks of all sessions to come.
  create index sessions_coming on sessions (ends_at)
    include (id, action_id, starts_at, registration_closes_at, department, city, city_key, has_place)
    where cancelled_at is null;
  create index sessions_starts on sessions (starts_at)
    include (id, action_id, ends_at, registration_closes_at) where cancelled_at is null;

  create table slots (
    id integer generated always as identity primary key,
    session_id integer not null references sessions on delete cascade,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    modality text not null check (modality in ('in_person', 'remote')),
    place text not null default '',
    address text not null default '',
    postcode text not null default '',
    city text not null default '',
    link text not null default '',
    check (starts_at < ends_at)
  );
  create index slots_session on slots (session_id, starts_at);

  -- A session that the agency goes on preparing: its form as it was left. It is none of the catalogue until published.
  create table session_drafts (
    id integer generated always as identity primary key,
    action_id integer not null references actions on delete cascade,
    fields jsonb not null,
    saved_at timestamptz not null
  );
  create index session_drafts_action on session_drafts (action_id, saved_at desc);

  -- What training bodies propose to the agency: a session more of one of their actions, or a change of one to come.
  create table session_proposals (
    id integer generated always as identity primary key,
    provider_id integer not null references structures,
    action_id integer not null references actions,
    is_change boolean not null,
    -- The session to change; null for a new one, and once the session is gone.
    session_id integer references sessions on delete set null,
    -- Of the session when the change was proposed: a change made since makes the proposal void.
    session_version integer,
    -- The fields of the session's form, as typed and checked; and as they were.
    form jsonb not null,
    former jsonb,
    comment text not null default '',
    state text not null default 'pending' check (state in ('pending', 'accepted', 'refused', 'withdrawn')),
    proposed_by integer references users on delete set null,
    proposed_at timestamptz not null,
    -- Who accepted, refused or withdrew it.
    decided_by integer references users on delete set null,
    decided_at timestamptz,
    refusal_reason text,
    -- The session that came of it.
    created_session_id integer references sessions on delete set null,
    form_key uuid not null unique,
    check ((state = 'pending') = (decided_at is null)),
    check ((state = 'refused') = (refusal_reason is not null)),
    check (is_change = (former is not null) and is_change = (session_version is not null))
  );
  create unique index one_live_proposal on session_proposals (session_id) where state = 'pending';
  create index session_proposals_list on session_proposals (state, proposed_at);
  create index session_proposals_provider on session_proposals (provider_id, proposed_at desc, id desc);
  create index session_proposals_action on session_proposals (action_id);
  create index session_proposals_created on session_proposals (created_session_id);
`);
