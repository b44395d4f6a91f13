import type { Knex } from 'knex';

/**
 * The figures of the whole region, counted beforehand: people reached cannot be added up from parts, so every total
 * that a page can ask for is a row. A job writes them all again every hour.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table figures (
      -- Of the session's first day in Paris.
      year integer not null,
      -- Null in any of these four: all of them together.
      month integer,
      kind_id integer references action_kinds on delete cascade,
      theme_id integer references themes on delete cascade,
      -- Where the structures of the people are.
      department text,
      requests integer not null,
      refused_by_hr integer not null,
      refused_by_provider integer not null,
      seats integer not null,
      -- Null by département: a seat is offered to the whole region.
      capacity integer,
      present integer not null,
      absent integer not null,
      people integer not null,
      unique nulls not distinct (year, department, kind_id, theme_id, month)
    );
    create table figures_refresh (
      id integer primary key default 1 check (id = 1),
      refreshed_at timestamptz not null
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table figures_refresh, figures;');
}
