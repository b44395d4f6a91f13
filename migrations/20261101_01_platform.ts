import type { Knex } from 'knex';

/** What knows nothing of the domain: extensions, browser sessions, limits, outgoing e-mails. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create extension if not exists pg_trgm;
    create extension if not exists unaccent;
    create extension if not exists citext;

    -- unaccent() is only STABLE because its dictionary could change; indexes need an IMMUTABLE one.
    create function immutable_unaccent(value text) returns text
      language sql immutable parallel safe strict
      as $$ select public.unaccent('public.unaccent'::regdictionary, value) $$;

    -- French typography puts no-break spaces before « : ; ! ? »; the parser would take them for letters.
    create function plain_spaces(value text) returns text
      language sql immutable parallel safe strict
      as $$ select translate(value, U&'\\00A0\\202F', '  ') $$;

    create text search configuration french_unaccent (copy = french);
    alter text search configuration french_unaccent
      alter mapping for hword, hword_part, word with unaccent, french_stem;

    create table web_sessions (
      sid varchar primary key,
      sess json not null,
      expire timestamp(6) not null
    );
    create index web_sessions_expire on web_sessions (expire);
    create index web_sessions_user on web_sessions ((sess #>> '{passport,user}'));

    create table rate_limits (
      key varchar(255) primary key,
      points integer not null default 0,
      expire bigint
    );

    create table emails (
      id integer generated always as identity primary key,
      kind text not null,
      recipient citext not null,
      subject text not null,
      -- The message itself, encrypted: it can hold a secret link. Emptied once delivered.
      sealed_content text,
      message_id text not null unique,
      status text not null default 'queued' check (status in ('queued', 'failing', 'sent')),
      attempts integer not null default 0,
      last_error text,
      -- The server could not be reached: nothing is wrong with this e-mail, it can leave as soon as another one does.
      server_unreachable boolean not null default false,
      created_at timestamptz not null,
      sent_at timestamptz,
      check ((status = 'sent') = (sent_at is not null)),
      check ((status = 'sent') = (sealed_content is null))
    );
    create index emails_undelivered on emails (created_at) where status <> 'sent';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table emails, rate_limits, web_sessions;
    drop text search configuration french_unaccent;
    drop function plain_spaces(text);
    drop function immutable_unaccent(text);
  `);
}
