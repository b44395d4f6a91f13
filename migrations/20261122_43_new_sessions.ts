import type { Knex } from 'knex';

/** Sessions added to an action: who waits for dates is told of them once. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table sessions
      -- When it was added to the catalogue; unknown for those of an earlier day, of which nobody is told any more.
      add column added_at timestamptz,
      -- When those who wait for dates of the action were told, or there was nobody to tell.
      add column announced_at timestamptz;
    create index sessions_added on sessions (added_at) where added_at is not null;
    create index sessions_to_announce on sessions (added_at) where added_at is not null and announced_at is null;

    -- Whom the alert of a saved search has told of an action with this session already.
    create table new_session_notices (
      user_id integer not null references users on delete cascade,
      session_id integer not null references sessions on delete cascade,
      primary key (session_id, user_id)
    );
    create index new_session_notices_user on new_session_notices (user_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop table new_session_notices; alter table sessions drop column announced_at, drop column added_at;',
  );
}
