import type { Knex } from 'knex';
import type { Feature } from '#platform/feature.ts';
import { personalDataOf } from '#platform/personal-data.ts';

/** Every column of the application's tables that can hold words. */
export async function wordColumns(db: Knex): Promise<{ table: string; column: string }[]> {
  const { rows } = await db.raw(
    `select c.table_name as "table", c.column_name as "column"
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.table_name not like 'knex%'
        and c.udt_name not in ('int2', 'int4', 'int8', 'numeric', 'bool', 'date', 'timestamp', 'timestamptz', 'uuid',
                               'tsvector')`,
  );
  return rows;
}

/** Every column that names a person. */
export async function peopleColumns(db: Knex): Promise<{ table: string; column: string }[]> {
  const { rows } = await db.raw(
    `select c.conrelid::regclass::text as "table", a.attname as "column"
       from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
      where c.contype = 'f' and c.confrelid = 'users'::regclass`,
  );
  return rows;
}

/** In one order, as `table.column`. */
export const named = (columns: readonly { table: string; column: string }[]): string[] =>
  columns.map(({ table, column }) => `${table}.${column}`).sort();

/** Those that the capabilities speak of, as {@link named}; one that two speak of is there twice. */
export function declaredColumns(features: readonly Feature[]): { words: string[]; people: string[] } {
  const data = personalDataOf(features);
  return {
    words: data
      .flatMap(({ erased = {}, kept = {}, impersonal = {} }) => [
        ...Object.keys(erased),
        ...Object.keys(kept),
        ...Object.entries(impersonal).flatMap(([table, names]) =>
          names.split(' ').map((column) => `${table}.${column}`),
        ),
      ])
      .sort(),
    people: data.flatMap(({ people = {} }) => Object.keys(people)).sort(),
  };
}
