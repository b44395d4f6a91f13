import type { Knex } from 'knex';

/**
 * Documents of a training: what a training body says of itself once, the templates, and what was issued, as bytes that
 * never change. A row that bears a number stays for ever; its contents are apart, and are deleted when their term ends.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
  -- What the documents of a training body bear; kept by the body itself or by the agency.
  create table training_body_profiles (
    structure_id integer primary key references structures on delete cascade,
    -- Numéro de déclaration d’activité (code du travail, L6351-1).
    activity_number text check (activity_number ~ '^[0-9]{11}$'),
    activity_region text,
    representative text check (char_length(representative) <= 120),
    representative_quality text check (char_length(representative_quality) <= 120),
    city text check (char_length(city) <= 120),
    phone text check (char_length(phone) <= 100),
    email text check (char_length(email) <= 254),
    administrative_contact text check (char_length(administrative_contact) <= 300),
    disability_contact text check (char_length(disability_contact) <= 300),
    qualiopi_number text check (char_length(qualiopi_number) <= 120),
    -- A picture of the stamp or signature, PNG; shown as a picture, never called an electronic signature.
    stamp bytea check (octet_length(stamp) <= 200000),
    -- Grows with each change: whoever began to write before it is told.
    version integer not null default 1,
    updated_by integer references users,
    updated_at timestamptz not null
  );
  alter table training_body_profiles alter stamp set storage external;

  -- « Action de formation » (code du travail, L6313-1): its people get a certificat de réalisation; of a meeting or a
  -- webinar, an attestation de participation.
  alter table action_kinds add column is_training boolean not null default false;
  update action_kinds set is_training = true where code in ('formation', 'autoformation');

  -- What a convention says of an action beyond its page.
  create table action_legal (
    action_id integer primary key references actions on delete cascade,
    nature text not null default 'training' check (nature in ('training', 'skills_assessment', 'vae', 'apprenticeship')),
    means text not null default '' check (char_length(means) <= 2000),
    follow_up text not null default '' check (char_length(follow_up) <= 2000),
    evaluation text not null default '' check (char_length(evaluation) <= 2000),
    sanction text not null default '' check (char_length(sanction) <= 500),
    is_cofinanced boolean not null default false
  );

  create table document_templates (
    id integer generated always as identity primary key,
    kind text not null check (kind in ('convention', 'convocation', 'roster', 'attendance_sheet', 'attestation',
      'participation', 'certificate')),
    version integer not null check (version > 0),
    -- Markdown with fields in braces.
    body text not null check (char_length(body) <= 20000),
    -- Null while it is a draft; a published version never changes.
    published_at timestamptz,
    published_by integer references users,
    -- Of a draft: grows each time it is saved, so that whoever began to write before is told.
    revision integer not null default 1,
    saved_at timestamptz,
    saved_by integer references users,
    unique (kind, version)
  );
  create unique index document_templates_one_draft on document_templates (kind) where published_at is null;

  -- The last number given; taken in the transaction that issues, so none is missing.
  create table document_counters (
    kind text not null,
    year integer not null,
    last integer not null,
    primary key (kind, year)
  );

  create table issued_documents (
    id integer generated always as identity primary key,
    kind text not null,
    -- 2026-CERT-000123
    number text not null unique,
    year integer not null,
    serial integer not null,
    session_id integer not null references sessions,
    -- Whom it is about: a person, the people of an employer, or all of the session.
    enrolment_id integer references enrolments,
    structure_id integer references structures,
    template_id integer not null references document_templates,
    version integer not null check (version > 0),
    replaces_id integer unique references issued_documents,
    sha256 bytea not null check (octet_length(sha256) = 32),
    bytes integer not null check (bytes > 0),
    pages integer not null check (pages > 0),
    code text not null unique check (code ~ '^[0-9A-HJKMNP-TV-Z]{12}$'),
    issued_at timestamptz not null,
    -- Null where it followed from an event.
    issued_by integer references users,
    erase_after date not null,
    unique (kind, year, serial),
    check (enrolment_id is null or structure_id is null)
  );
  create index issued_documents_session on issued_documents (session_id, kind);
  create index issued_documents_enrolment on issued_documents (enrolment_id);
  create index issued_documents_structure on issued_documents (structure_id, session_id);
  create unique index issued_documents_versions on issued_documents
    (kind, session_id, enrolment_id, structure_id, version) nulls not distinct;

  -- What it says and its bytes: deleted when its term is over, never changed.
  create table issued_document_contents (
    document_id integer primary key references issued_documents,
    facts jsonb not null,
    content bytea not null
  );
  alter table issued_document_contents alter content set storage external;

  -- What ought to exist and cannot be issued as things stand, and why; written anew each time it is tried.
  create table document_refusals (
    id integer generated always as identity primary key,
    session_id integer not null references sessions on delete cascade,
    kind text not null,
    enrolment_id integer references enrolments on delete cascade,
    structure_id integer references structures,
    reason text not null,
    at timestamptz not null,
    unique nulls not distinct (session_id, kind, enrolment_id, structure_id)
  );

  create table document_events (
    id integer generated always as identity primary key,
    document_id integer not null references issued_documents,
    kind text not null check (kind in ('sent', 'downloaded', 'withdrawn', 'erased')),
    at timestamptz not null,
    by integer references users,
    reason text
  );
  create index document_events_document on document_events (document_id, at);

  create trigger issued_documents_frozen before update or delete or truncate on issued_documents
    for each statement execute function refuse_change();
  create trigger document_events_frozen before update or delete or truncate on document_events
    for each statement execute function refuse_change();
  -- Not \`refuse_change\`: the application deletes here, and never updates.
  create function refuse_update() returns trigger language plpgsql as $$
  begin
    raise exception '% is never changed', tg_table_name using errcode = 'restrict_violation';
  end $$;
  create trigger document_templates_frozen before update or delete on document_templates
    for each row when (old.published_at is not null) execute function refuse_update();
  create trigger issued_document_contents_frozen before update or truncate on issued_document_contents
    for each statement execute function refuse_update();
`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table document_events, document_refusals, issued_document_contents, issued_documents, document_counters, document_templates,
      action_legal, training_body_profiles;
    alter table action_kinds drop column is_training;
    drop function refuse_update;
  `);
}
