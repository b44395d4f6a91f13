import type { Knex } from 'knex';

/**
 * News of the catalogue in the order in which they are seen. What is published or added carries the moment of its
 * transaction’s work, which may end after the daily look has passed that moment: whoever looks for what is later than
 * the last look would never see it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table actions
      -- When the daily look first saw this publication; a later publication is news again.
      add column noticed_at timestamptz;
    alter table sessions
      -- When the daily look first saw that it was added.
      add column noticed_at timestamptz;
    alter table saved_searches
      -- What was there before is no news; null: since it was saved.
      add column alert_since timestamptz;

    update actions set noticed_at = published_at where published_at <= now();
    update sessions set noticed_at = added_at where added_at <= now();
    -- What an earlier look has passed by stays so.
    update saved_searches set alert_since = looked_until;

    create index actions_to_notice on actions (published_at)
      where published_at is not null and (noticed_at is null or noticed_at < published_at);
    create index actions_noticed on actions (noticed_at) where noticed_at is not null;
    create index sessions_to_notice on sessions (added_at) where added_at is not null and noticed_at is null;
    create index sessions_noticed on sessions (noticed_at) where noticed_at is not null;
    drop index sessions_added;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create index sessions_added on sessions (added_at) where added_at is not null;
    alter table saved_searches drop column alert_since;
    alter table sessions drop column noticed_at;
    alter table actions drop column noticed_at;
  `);
}
