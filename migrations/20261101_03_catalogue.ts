import type { Knex } from 'knex';

/** The catalogue: kinds, themes, actions, their dated sessions and the slots of each. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
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

    create table themes (
      id integer generated always as identity primary key,
      slug text not null unique,
      label text not null,
      position integer not null
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
      search_document tsvector not null generated always as (
        setweight(to_tsvector('french_unaccent', plain_spaces(title)), 'A') ||
        setweight(to_tsvector('french_unaccent', plain_spaces(objectives)), 'B') ||
        setweight(to_tsvector('french_unaccent', plain_spaces(audience || ' ' || programme || ' ' || trainer)), 'C')
      ) stored,
      search_title text not null generated always as (lower(immutable_unaccent(plain_spaces(title)))) stored
    );
    create index actions_search on actions using gin (search_document);
    create index actions_title on actions using gin (search_title gin_trgm_ops);
    create index actions_provider on actions (provider_id);

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
      check (registration_opens_at < registration_closes_at),
      check (starts_at < ends_at)
    );
    create index sessions_action on sessions (action_id, starts_at);
    create index sessions_ends on sessions (ends_at);

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
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table slots, sessions, actions, themes, action_kinds;`);
}
