import type { Knex } from 'knex';

/** What is given to read with an action: its programme as a PDF, a plan. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
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

    -- Apart, so that no list reads it.
    create table action_document_contents (
      document_id integer primary key references action_documents on delete cascade,
      content bytea not null
    );
    -- A PDF is compressed already.
    alter table action_document_contents alter content set storage external;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table action_document_contents, action_documents;');
}
