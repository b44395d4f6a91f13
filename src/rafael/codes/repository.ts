import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { CodeEntry, CodeList } from './lists.ts';

/** The columns of each list as a {@link CodeEntry}. */
const ENTRIES: Readonly<Record<CodeList, string>> = {
  formacode: `select version || ' ' || code as key, version as family, cast(code as text) as code, label, domain,
                     '' as level, '' as expires from formacodes`,
  certifications: `select kind || ' ' || code as key, kind as family, code, label, '' as domain,
                          coalesce(cast(level as text), '') as level, coalesce(cast(expires_on as text), '') as expires
                     from certifications`,
};

/** All codes of a list. */
export const findEntries = (db: Knex, list: CodeList): Promise<CodeEntry[]> =>
  query<CodeEntry[]>(db, ENTRIES[list]);

/** Codes of both lists that hold all of the words, or begin with the number. */
export async function searchEntries(
  db: Knex,
  typed: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ rows: CodeEntry[]; total: number }> {
  const rows = await query<(CodeEntry & { total: number })[]>(
    db,
    `select *, count(*) over () as total from (${ENTRIES.formacode} union all ${ENTRIES.certifications}) one
      where plain_words(key || ' ' || label || ' ' || domain) like all (word_patterns(:typed))
      order by family, code limit :limit offset :offset`,
    { typed, limit, offset },
  );
  return { rows, total: rows[0]?.total ?? 0 };
}

/** How much each list holds, and the codes that published formations have most and that no list explains. */
export interface CodeSummary {
  families: { family: string; codes: number }[];
  unknown: { family: string; code: string; formations: number }[];
}

/** @param most codes without words that are told */
export async function summarise(db: Knex, most: number): Promise<CodeSummary> {
  const [summary] = await query<[CodeSummary]>(
    db,
    `with used as (
       select 'Formacode' as family, code, count(*) as formations
         from offers, unnest(formacodes) code where state = 'published' group by code
       union all
       select 'RNCP', code, count(*) from offers, unnest(rncp) code where state = 'published' group by code
       union all
       select 'RS', code, count(*) from offers, unnest(rs) code where state = 'published' group by code
     )
     select (select coalesce(json_agg(json_build_object('family', family, 'codes', codes) order by family), '[]')
               from (select 'Formacode ' || version as family, count(*) as codes from formacodes group by version
                     union all select kind, count(*) from certifications group by kind) one) as families,
            (select coalesce(json_agg(one), '[]') from (
               select family, code, formations from used u
                where case family when 'Formacode' then not exists (select from formacodes f where f.code = cast(u.code as char(5)))
                                  else not exists (select from certifications c where c.kind = u.family and c.code = u.code) end
                order by formations desc, family, code limit :most) one) as unknown`,
    { most },
  );
  return summary;
}

/** Writes codes as they are now. */
export async function keepEntries(trx: Knex, list: CodeList, entries: readonly CodeEntry[]): Promise<void> {
  const values = JSON.stringify(entries);
  const rows = `json_to_recordset(cast(:values as json)) one (family text, code text, label text, domain text, level text, expires text)`;
  if (list === 'formacode') {
    await execute(
      trx,
      `insert into formacodes (code, version, label, domain) select code, family, label, domain from ${rows}
           on conflict (code, version) do update set label = excluded.label, domain = excluded.domain`,
      { values },
    );
    return;
  }
  await execute(
    trx,
    `insert into certifications (kind, code, label, level, expires_on)
     select family, code, label, cast(nullif(level, '') as smallint), cast(nullif(expires, '') as date) from ${rows}
         on conflict (kind, code) do update
            set label = excluded.label, level = excluded.level, expires_on = excluded.expires_on`,
    { values },
  );
}

/** Takes codes away. */
export async function removeEntries(trx: Knex, list: CodeList, entries: readonly CodeEntry[]): Promise<void> {
  const [table, family] = list === 'formacode' ? ['formacodes', 'version'] : ['certifications', 'kind'];
  await execute(trx, `delete from ${table} where ${family} || ' ' || code = any (cast(:keys as text[]))`, {
    keys: entries.map(({ key }) => key),
  });
}
