import { once } from 'node:events';
import type pg from 'pg';
import { type CopyStreamQuery, from as copyFrom } from 'pg-copy-streams';
import { BETWEEN_NAMES } from './columns.ts';

/** Rows sent to a table of the connection by COPY. */
export interface Copy {
  /** Adds a row; waits when the server is behind. An empty text is NULL. */
  add(values: readonly (string | number | boolean)[]): Promise<void> | undefined;
  end(): Promise<void>;
  /** Gives up: the connection can be used again, its transaction only to be rolled back. */
  cancel(): Promise<void>;
}

const BUFFERED = 1 << 16;

/** Begins a COPY; nothing else may use the connection until its end. */
export function startCopy(client: pg.ClientBase, table: string): Copy {
  const stream: CopyStreamQuery = client.query(copyFrom(`copy ${table} from stdin with (null '')`));
  let failure: Error | undefined;
  stream.on('error', (error) => {
    failure ??= error;
  });
  let buffer = '';
  const flush = async () => {
    if (failure) throw failure;
    const text = buffer;
    buffer = '';
    if (stream.write(text)) return;
    // Whichever comes first takes the other's listener away.
    const over = new AbortController();
    const { signal } = over;
    await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]).finally(() =>
      over.abort(),
    );
  };
  return {
    add(values) {
      buffer += `${values.map(escaped).join('\t')}\n`;
      return buffer.length > BUFFERED ? flush() : undefined;
    },
    async end() {
      await flush();
      stream.end();
      if (!failure) await once(stream, 'finish');
      if (failure) throw failure;
    },
    async cancel() {
      if (stream.destroyed) return;
      const closed = once(stream, 'close').catch(() => {});
      stream.destroy();
      await closed;
    },
  };
}

const escaped = (value: string | number | boolean): string => {
  const text = String(value);
  return text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;
};

/** Tables of this connection alone: they go with it, however it ends. */
export const STAGING = `
  create temp table incoming (
    line integer, siren integer, siret char(14), name text, brand text, ape text, address text, postcode text,
    city text, department text, is_head_office boolean, is_training_body boolean, closed_on date) on commit drop;
  create temp table incoming_units (siren integer, name text, acronym text, brand text, kind text) on commit drop;`;

// What an establishment is called, then what its unit is called beside its name: each name once, few have both.
const BRAND = `
  case when i.brand is null or u.brand is null then coalesce(i.brand, u.brand)
       else (select string_agg(one, '${BETWEEN_NAMES}' order by at)
               from (select one, min(at) as at
                       from string_to_table(i.brand || '${BETWEEN_NAMES}' || u.brand, '${BETWEEN_NAMES}')
                            with ordinality named (one, at)
                      group by one) names)
  end`;

/**
 * The staged rows of the official files, of each establishment the last; the unit has the name, the sigle and the kind.
 * @param which of them, `i` being the establishment
 */
export const sireneRows = (which: string): string => `
  select distinct on (i.siret) i.siret, u.name, u.acronym, ${BRAND} as brand, i.ape,
         u.kind, coalesce(i.address, '') as address, coalesce(i.postcode, '') as postcode,
         coalesce(i.city, '') as city, coalesce(i.department, '') as department, i.is_head_office,
         false as is_training_body, i.closed_on
    from incoming i join (select distinct on (siren) * from incoming_units order by siren) u on u.siren = i.siren
   where ${which}
   order by i.siret, i.line desc`;

const FROM_SIRENE = sireneRows(
  'i.closed_on is null or $2 or exists (select from structures s where s.siret = i.siret)',
);

const FROM_SIMPLE = `
  select distinct on (i.siret) i.siret, i.name, cast(null as text) as acronym, cast(null as text) as brand,
         cast(null as text) as ape, case when i.is_training_body then 'training_body' else 'other' end as kind,
         '' as address, '' as postcode, '' as city, '' as department, i.is_head_office, i.is_training_body,
         cast(null as date) as closed_on
    from incoming i order by i.siret, i.line desc`;

// SIRENE is the authority on names and places; kinds and flags are the agency's, and stay.
const SIRENE_COLUMNS = [
  'name',
  'acronym',
  'brand',
  'ape_code',
  'address',
  'postcode',
  'city',
  'department',
  'is_head_office',
  'closed_on',
];
// What the agency accepted in a « demande de mise à jour » stays as long as SIRENE repeats what was corrected; once
// SIRENE says something else, it is the authority again.
const CORRECTABLE = new Set([
  'name',
  'acronym',
  'brand',
  'ape_code',
  'address',
  'postcode',
  'city',
  'department',
]);
const incoming = (column: string) =>
  CORRECTABLE.has(column)
    ? `case when structures.corrections ? '${column}'
             and structures.corrections -> '${column}' ->> 'value' is not distinct from structures.${column}
             and structures.corrections -> '${column}' ->> 'overruled' is not distinct from excluded.${column}
            then structures.${column} else excluded.${column} end`
    : `excluded.${column}`;
const listed = (of: (column: string) => string) => SIRENE_COLUMNS.map(of).join(', ');
const UPDATE_SIRENE = `
  update set ${listed((column) => `${column} = ${incoming(column)}`)}
   where (${listed((column) => `structures.${column}`)}) is distinct from (${listed(incoming)})`;
// The simple list knows one thing better than we do: who is certified.
const UPDATE_SIMPLE = `
  update set is_training_body = true where excluded.is_training_body and not structures.is_training_body`;

/**
 * The statement that brings the staged rows into `structures` and counts what it changed; bindings: the moment, and
 * (SIRENE only) whether closed establishments that are not in the list go in too.
 */
export const mergeStatement = (kind: 'sirene' | 'simple'): string => `
  with merged as (
    insert into structures (siret, name, acronym, brand, ape_code, kind, address, postcode, city, department,
                            is_head_office, is_training_body, closed_on, created_at)
    select siret, name, acronym, brand, ape, kind, address, postcode, city, department,
           is_head_office, is_training_body, closed_on, cast($1 as timestamptz)
      from (${kind === 'sirene' ? FROM_SIRENE : FROM_SIMPLE}) rows
    on conflict (siret) do ${kind === 'sirene' ? UPDATE_SIRENE : UPDATE_SIMPLE}
    returning xmax = 0 as added)
  select count(*) filter (where added) as added, count(*) filter (where not added) as updated from merged`;

/**
 * Into an empty table, indexes are built and the search's dictionary is counted after the rows rather than with each:
 * several times faster.
 * @returns the statements that do so, to run in the same transaction; none where there are rows already
 */
export async function postponeIndexes(client: pg.ClientBase): Promise<string[]> {
  const { rows: some } = await client.query('select from structures limit 1');
  if (some.length > 0) return [];
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select quote_ident(i.indexname) as name, i.indexdef as definition from pg_indexes i
      where i.schemaname = current_schema() and i.tablename in ('structures', 'structure_words')
        and not exists (select from pg_constraint c where c.conname = i.indexname)
        and i.indexdef not like 'CREATE UNIQUE%'`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await client.query('alter table structures disable trigger learn_words_of_new');
  return [
    'alter table structures enable trigger learn_words_of_new',
    'select count_structure_words()',
    ...rows.map(({ definition }) => definition),
  ];
}

/** Room for the sorts of an import; the server's own settings are made for many small statements. */
export const ROOM = `set local work_mem = '64MB'; set local maintenance_work_mem = '256MB';`;
