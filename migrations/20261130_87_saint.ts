import type { Knex } from 'knex';

/**
 * « St-Médard » is « saint medard » to whoever looks for a town. The question mark of the former function was taken for a
 * binding, so that it looked for « ste$1 » and changed nothing.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function place_key(value text) returns text language sql immutable parallel safe strict as $$
      select regexp_replace(
        btrim(regexp_replace(lower(public.immutable_unaccent(value)), '[^a-z0-9]+', ' ', 'g')),
        '\\mst(e\\?)\\M', 'saint\\1', 'g')
    $$;
    update sessions set city = city where city_key ~ '\\mste\\?\\M';
    update communes set name = name where key ~ '\\mste\\?\\M';
  `);
}

export async function down(): Promise<void> {}
