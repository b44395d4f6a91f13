import type { Knex } from 'knex';

/** What somebody keeps of the catalogue: favourites, searches with or without an alert, full sessions they wait for. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table favourites (
      user_id integer not null references users on delete cascade,
      action_id integer not null references actions on delete cascade,
      added_at timestamptz not null,
      primary key (user_id, action_id)
    );
    create index favourites_action on favourites (action_id);

    create table saved_searches (
      id integer generated always as identity primary key,
      user_id integer not null references users on delete cascade,
      name text not null,
      -- The search as its address writes it, without the page; a search is saved once.
      query text not null,
      has_alert boolean not null,
      created_at timestamptz not null,
      -- Actions published until then have been told of, or were there already.
      looked_until timestamptz not null,
      unique (user_id, query)
    );
    create index saved_searches_alerts on saved_searches (user_id) where has_alert;

    -- « Être prévenu d'une place »: told once, then forgotten.
    create table seat_watches (
      session_id integer not null references sessions on delete cascade,
      user_id integer not null references users on delete cascade,
      asked_at timestamptz not null,
      primary key (session_id, user_id)
    );
    create index seat_watches_user on seat_watches (user_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table seat_watches, saved_searches, favourites;');
}
