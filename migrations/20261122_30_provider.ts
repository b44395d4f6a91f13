import type { Knex } from 'knex';

/**
 * What a training body sends to the people of a session: messages with who got them, documents; and the reminders to
 * those who have not confirmed new dates.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table session_messages (
      id integer generated always as identity primary key,
      session_id integer not null references sessions on delete cascade,
      author_id integer not null references users,
      sent_at timestamptz not null,
      subject text not null,
      body text not null,
      -- Of the form that sent it: sent twice, it is one message.
      form_key uuid not null unique
    );
    create index session_messages_session on session_messages (session_id, sent_at desc, id desc);
    create index session_messages_author on session_messages (author_id, sent_at);
    create index session_messages_sent on session_messages (sent_at desc, id desc);

    create table session_message_recipients (
      message_id integer not null references session_messages on delete cascade,
      enrolment_id integer not null references enrolments,
      primary key (message_id, enrolment_id)
    );
    create index session_message_recipients_enrolment on session_message_recipients (enrolment_id);

    create table session_documents (
      id integer generated always as identity primary key,
      session_id integer not null references sessions on delete cascade,
      title text not null,
      bytes integer not null check (bytes > 0),
      sha256 text not null,
      added_at timestamptz not null,
      added_by integer not null references users,
      -- The same file twice is a double click.
      unique (session_id, sha256)
    );

    -- Apart, so that no list reads it.
    create table session_document_contents (
      document_id integer primary key references session_documents on delete cascade,
      content bytea not null
    );
    -- A PDF is compressed already.
    alter table session_document_contents alter content set storage external;

    -- Whom the home page, the session and the reminders look for: few, of all enrolments.
    create index enrolments_to_confirm on enrolments (session_id)
      where confirmation_asked_at is not null and confirmed_at is null;

    create table confirmation_reminders (
      enrolment_id integer not null references enrolments,
      -- Of the question: a session moved again asks again.
      asked_at timestamptz not null,
      moment text not null check (moment in ('after_move', 'before_start')),
      sent_at timestamptz not null,
      primary key (enrolment_id, asked_at, moment)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table confirmation_reminders;
    drop index enrolments_to_confirm;
    drop table session_document_contents, session_documents, session_message_recipients, session_messages;
  `);
}
