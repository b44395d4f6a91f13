import type { Knex } from 'knex';

/** What a search keeps in memory, by table: a change of one of these columns is a new version of the catalogue. */
const WATCHED = {
  actions: [
    ...['title', 'kind_id', 'theme_id', 'provider_id', 'modality', 'published_at', 'archived_at'],
    'search_document',
  ],
  sessions: [
    ...['action_id', 'starts_at', 'ends_at', 'registration_closes_at'],
    ...['city', 'department', 'cancelled_at'],
  ],
  slots: ['session_id', 'modality'],
  action_kinds: ['code', 'label', 'position', 'reserved'],
  themes: ['slug', 'label', 'position'],
};

/**
 * What a search looks through in memory (`src/catalogue/browse/search/catalogue.ts`) has a version: the number of the
 * last transaction that changed it. Deferred, so that the one row is locked when all else is done, and nobody who holds it
 * waits for anything. Beside it, what a search goes on asking.
 */
export async function up(knex: Knex): Promise<void> {
  const triggers = Object.entries(WATCHED).map(([table, columns]) => {
    const row = (of: string) => `(${columns.map((column) => `${of}.${column}`).join(', ')})`;
    const each = `initially deferred for each row`;
    return `
      create constraint trigger ${table}_version_rows after insert or delete on ${table}
        deferrable ${each} execute function note_catalogue_version();
      create constraint trigger ${table}_version after update on ${table}
        deferrable ${each} when (${row('old')} is distinct from ${row('new')}) execute function note_catalogue_version();`;
  });
  await knex.raw(`
    create table catalogue_version (
      id integer primary key check (id = 1),
      -- The transaction that changed it last.
      changed_by xid8 not null
    );
    insert into catalogue_version values (1, pg_current_xact_id());

    create function note_catalogue_version() returns trigger language plpgsql as $$
    begin
      update catalogue_version set changed_by = pg_current_xact_id() where changed_by <> pg_current_xact_id();
      return null;
    end $$;
    ${triggers.join('\n')}

    -- The few of them, for a search that wants a free place.
    create index sessions_full on sessions (ends_at) include (id) where cancelled_at is null and not has_place;

    drop function matching_actions(tsquery);
    -- Those among some that hold the words, with how well they do: words of the title count most. Planned at each use, by
    -- the index of words or by the numbers: a word that all of the catalogue holds is no reason to read it all.
    create function matching_actions(words tsquery, among integer[]) returns table (id integer, relevance real)
      language plpgsql stable rows 500 set enable_seqscan = off set plan_cache_mode = force_custom_plan
    as $$ begin
      return query select a.id, ts_rank_cd('{0.1, 0.2, 0.5, 1}', a.search_document, words)
                     from actions a where a.search_document @@ words and a.id = any(among);
    end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  const triggers = Object.keys(WATCHED).map(
    (table) => `drop trigger ${table}_version_rows on ${table}; drop trigger ${table}_version on ${table};`,
  );
  await knex.raw(`
    drop function matching_actions(tsquery, integer[]);
    create function matching_actions(words tsquery) returns setof integer
      language sql stable rows 500 set enable_seqscan = off
      as $$ select id from actions where search_document @@ words $$;
    drop index sessions_full;
    ${triggers.join('\n')}
    drop function note_catalogue_version;
    drop table catalogue_version;`);
}
