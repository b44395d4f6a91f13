import type { Knex } from 'knex';

/**
 * RafaelPro: the training offer. A formation, its actions and its sessions are each kept as the LHÉO element that they
 * are, without the level below; every other column is read from it, by one function. Nothing that LHÉO carries is lost.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
  -- What the agency buys or pays for: « PRF », « HSP 1er niveau »…
  create table programmes (
    id integer generated always as identity primary key,
    code text not null unique check (code ~ '^[A-Z0-9][A-Z0-9-]{0,19}$'),
    label text not null check (char_length(label) between 1 and 150),
    family text not null default '' check (char_length(family) <= 60),
    active_from date,
    active_to date,
    -- Whether nobody enters without a prescription.
    needs_prescription boolean not null default true,
    created_at timestamptz not null,
    check (active_from <= active_to)
  );

  -- Words of the codes that offers carry, as the agency imported them. A code that is missing here is no fault.
  create table formacodes (
    code char(5) not null check (code ~ '^[0-9]{5}$'),
    version text not null check (version ~ '^V[0-9]{2}$'),
    label text not null check (char_length(label) between 1 and 200),
    -- The field that it belongs to, as the search offers it.
    domain text not null default '' check (char_length(domain) <= 200),
    primary key (code, version)
  );
  create table certifications (
    kind text not null check (kind in ('RNCP', 'RS')),
    code text not null check (code ~ '^[0-9]{1,6}$'),
    label text not null check (char_length(label) between 1 and 400),
    level smallint check (level between 1 and 8),
    expires_on date,
    primary key (kind, code)
  );

  create table offers (
    id integer generated always as identity primary key,
    -- The organisme responsable.
    structure_id integer not null references structures,
    -- LHÉO « numero »: one formation of a body bears it.
    external_number text not null check (char_length(external_number) between 1 and 100),
    source text not null check (source in ('entered', 'import', 'agency')),
    state text not null default 'draft' check (state in ('draft', 'published', 'archived')),
    lheo jsonb not null,
    -- SHA-256 of the canonical LHÉO of the formation with its actions and sessions.
    fingerprint bytea not null check (octet_length(fingerprint) = 32),
    -- When the file that it came from says that it was changed.
    lheo_modified_at timestamptz,
    title text not null check (char_length(title) <= 255),
    objective text not null default '',
    entry_level smallint,
    exit_level smallint,
    certifying boolean not null default false,
    path smallint,
    general_goal smallint,
    formacodes text[] not null default '{}',
    nsf text[] not null default '{}',
    rome text[] not null default '{}',
    rncp text[] not null default '{}',
    rs text[] not null default '{}',
    certifinfo text[] not null default '{}',
    cpf text[] not null default '{}',
    body_number text not null default '' check (char_length(body_number) <= 11),
    created_at timestamptz not null,
    created_by integer references users,
    updated_at timestamptz not null,
    updated_by integer references users,
    -- When its body last said that it holds: by saving, importing or confirming it.
    confirmed_at timestamptz,
    -- When the body was last asked to.
    reminded_at timestamptz,
    published_at timestamptz,
    archived_at timestamptz,
    -- How many things are worth a look in it, as it was last saved.
    warnings integer not null default 0 check (warnings >= 0),
    -- Grows with each change, at whatever level: whoever began to write before it is told.
    version integer not null default 1,
    unique (structure_id, external_number),
    check (state <> 'published' or published_at is not null),
    check ((state = 'archived') = (archived_at is not null))
  );
  create index offers_structure_state on offers (structure_id, state);
  -- Namesakes of one body are looked for by each import.
  create index offers_title on offers (structure_id, title);
  create index offers_published on offers (id) where state = 'published';
  create index offers_confirmed on offers (confirmed_at) where state = 'published';
  create index offers_formacodes on offers using gin (formacodes);
  create index offers_created_by on offers (created_by) where created_by is not null;
  create index offers_updated_by on offers (updated_by) where updated_by is not null;

  create table offer_actions (
    id integer generated always as identity primary key,
    offer_id integer not null references offers on delete cascade,
    external_number text not null check (char_length(external_number) between 1 and 100),
    -- The order within the formation.
    position integer not null,
    lheo jsonb not null,
    publics text[] not null default '{}',
    teaching_mode smallint,
    entry_mode smallint,
    -- « conventionnement » = 1: only then does anybody preregister.
    conventioned boolean not null default false,
    programme_id integer references programmes,
    market text not null default '' check (char_length(market) <= 60),
    lot text not null default '' check (char_length(lot) <= 60),
    funders smallint[] not null default '{}',
    funded_places integer,
    hours_centre integer,
    hours_company integer,
    hours_total integer,
    price_total numeric(10, 2),
    place_name text not null default '',
    place_postcode text not null default '',
    place_city text not null default '',
    city_key text not null generated always as (place_key(place_city)) stored,
    place_commune text,
    department text,
    latitude double precision check (latitude between -90 and 90),
    longitude double precision check (longitude between -180 and 180),
    remote boolean not null default false,
    trainer_siret text,
    trainer_structure_id integer references structures,
    accessible text not null default '',
    languages text[] not null default '{}',
    archived_at timestamptz,
    unique (offer_id, external_number)
  );
  create index offer_actions_programme on offer_actions (programme_id) where programme_id is not null;
  create index offer_actions_trainer on offer_actions (trainer_structure_id) where trainer_structure_id is not null;

  create table offer_sessions (
    id integer generated always as identity primary key,
    action_id integer not null references offer_actions on delete cascade,
    offer_id integer not null references offers on delete cascade,
    structure_id integer not null references structures,
    external_number text not null check (char_length(external_number) between 1 and 100),
    position integer not null,
    lheo jsonb not null,
    -- As LHÉO writes it, AAAAMMJJ, which knows months, years and « unknown »; the days are the first and the last of it.
    starts_raw char(8) not null,
    ends_raw char(8) not null,
    starts_on date,
    ends_on date,
    date_precision text not null check (date_precision in ('day', 'month', 'year', 'unknown')),
    enrol_from date,
    enrol_to date,
    -- « etat-recrutement »: 1 open, 2 closed, 3 suspended.
    recruiting smallint not null default 1 check (recruiting between 1 and 3),
    -- Places; null where the body does not say.
    capacity integer check (capacity >= 0),
    seats_held integer not null default 0 check (seats_held >= 0),
    waiting integer not null default 0 check (waiting >= 0),
    has_place boolean not null generated always as (capacity is null or seats_held < capacity) stored,
    state text not null default 'open' check (state in ('open', 'cancelled', 'archived')),
    cancelled_reason text check (char_length(cancelled_reason) between 1 and 500),
    -- When the body was told that it is over, and still open to requests.
    reminded_at timestamptz,
    -- Of its action, for searches.
    department text,
    conventioned boolean not null default false,
    unique (action_id, external_number),
    check (capacity is null or seats_held <= capacity),
    check ((state = 'cancelled') = (cancelled_reason is not null))
  );
  create index offer_sessions_offer on offer_sessions (offer_id);
  create index offer_sessions_structure on offer_sessions (structure_id);
  create index offer_sessions_starts on offer_sessions (starts_on) where state = 'open';
  create index offer_sessions_department on offer_sessions (department, starts_on) where state = 'open';

  -- « Information collective » (recrutement 9) and « entretien » (8), where people meet the body before they enter.
  create table information_meetings (
    id integer generated always as identity primary key,
    session_id integer not null references offer_sessions on delete cascade,
    kind text not null check (kind in ('collective', 'individual')),
    starts_at timestamptz not null,
    ends_at timestamptz,
    remote boolean not null default false,
    place text not null default '' check (char_length(place) <= 500),
    url text check (char_length(url) <= 400),
    places integer check (places >= 0),
    taken integer not null default 0 check (taken >= 0),
    comment text not null default '' check (char_length(comment) <= 500),
    origin text not null check (origin in ('lheo', 'entered')),
    cancelled_at timestamptz,
    unique (session_id, kind, starts_at),
    check (ends_at > starts_at),
    check (places is null or taken <= places)
  );
  create index information_meetings_starts on information_meetings (starts_at) where cancelled_at is null;

  create table offer_imports (
    id integer generated always as identity primary key,
    -- Null for a file of several bodies, which the agency brings.
    structure_id integer references structures,
    file_name text not null check (char_length(file_name) <= 255),
    sha256 bytea not null check (octet_length(sha256) = 32),
    size bigint not null,
    lheo_version text not null,
    -- Whether the file says all: what it leaves out is then archived.
    complete boolean not null default false,
    -- Whether what is new is published at once.
    publish boolean not null default true,
    -- Formations by verdict, issues by code, and what applying did.
    counts jsonb not null default '{}',
    -- Of the rows that the plan was made against: where they changed, the plan is stale.
    fingerprint bytea not null check (octet_length(fingerprint) = 32),
    state text not null check (state in ('planned', 'applied', 'stale', 'failed')),
    created_by integer references users,
    created_at timestamptz not null,
    applied_at timestamptz,
    -- When the lines of the plan were taken away; the counts stay.
    purged_at timestamptz,
    seconds real
  );
  create index offer_imports_structure on offer_imports (structure_id, created_at desc);
  create index offer_imports_created_by on offer_imports (created_by) where created_by is not null;

  create table offer_import_items (
    import_id integer not null references offer_imports on delete cascade,
    position integer not null,
    -- The body, where it is known.
    structure_id integer references structures,
    line integer,
    external_number text not null default '',
    title text not null default '',
    verdict text not null check (verdict in ('new', 'changed', 'unchanged', 'missing', 'rejected')),
    offer_id integer references offers on delete set null,
    -- Of what is new or changed.
    tree jsonb,
    -- The first fields that change, and how many there are.
    changes jsonb not null default '[]',
    changed_fields integer not null default 0,
    issues jsonb not null default '[]',
    primary key (import_id, position)
  );
  create index offer_import_items_verdict on offer_import_items (import_id, verdict, position);
  create index offer_import_items_number on offer_import_items (import_id, structure_id, external_number);
  create index offer_import_items_structure on offer_import_items (structure_id) where structure_id is not null;
  create index offer_import_items_offer on offer_import_items (offer_id) where offer_id is not null;

  -- What the agency decides for the whole of RafaelPro.
  create table rafael_settings (
    id integer primary key default 1 check (id = 1),
    -- Whether everybody may read the published offers as LHÉO.
    public_feed boolean not null default false,
    -- Whether what nobody has confirmed for long leaves the offer by itself.
    unpublishes_unconfirmed boolean not null default false,
    lock_version integer not null default 1
  );
  insert into rafael_settings default values;

  -- Bodies that have the people to contact named in the public feed.
  create table offer_contacts_shown (
    structure_id integer primary key references structures,
    since timestamptz not null
  );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
  drop table offer_contacts_shown, rafael_settings, offer_import_items, offer_imports, information_meetings, offer_sessions, offer_actions, offers,
    certifications, formacodes, programmes;
  `);
}
