import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';

/** What narrows the journal; all of it must hold. */
export interface JournalFilter {
  from?: Date;
  /** Excluded. */
  until?: Date;
  actions?: string[];
  /** A name or an e-mail, or part of one: of whoever acted or was concerned. */
  person?: string;
  structureIds?: number[];
  /** An address or a network. */
  ip?: string;
}

/** An entry with the present names of whom and what it is about. */
export interface JournalEntry {
  id: number;
  at: Date;
  /** Its code; one of an earlier day may have no words any more. */
  action: string;
  way: 'page' | 'system';
  details: Record<string, string | number | boolean>;
  ip: string | null;
  subjectKind: string | null;
  subjectId: number | null;
  actor: JournalPerson | null;
  person: JournalPerson | null;
  structureId: number | null;
  structureName: string | null;
  siret: string | null;
  /** Whether a name that was typed fits more people than were looked for. */
  tooManyPeople: boolean;
}

/** Somebody, with a structure whose page shows them; none once they belong nowhere. */
export interface JournalPerson {
  id: number;
  name: string;
  email: string;
  structureId: number | null;
}

/** As many people as a name stands for: beyond, it says too little. */
export const MOST_PEOPLE = 200;

/**
 * Entries, newest first.
 * @param slice how many, and after which one: the id of the last entry of the page before
 */
export async function findEntries(
  db: Knex,
  filter: JournalFilter,
  slice: { limit: number; before?: number },
): Promise<JournalEntry[]> {
  const { sql, bindings } = entriesQuery(filter, slice);
  return (await db.raw<{ rows: JournalEntry[] }>(sql, bindings)).rows;
}

/** How many fit, up to `most`. */
export async function countEntries(db: Knex, filter: JournalFilter, most: number): Promise<number> {
  const { sql, bindings } = entriesQuery(filter, { limit: most });
  const rows = await query<[{ count: number }]>(db, `select count(*) from (${sql}) entries`, bindings);
  return rows[0].count;
}

// The same words as the index on people is made of.
const PEOPLE = `
  select id from users
   where person_words(first_name, last_name, email) like words_pattern(:searched)
   limit ${MOST_PEOPLE + 1}`;

/** The statement of {@link findEntries}, apart so that a test can look at its plan. */
export function entriesQuery(
  { from, until, actions, person, structureIds, ip }: JournalFilter,
  { limit, before }: { limit: number; before?: number },
): { sql: string; bindings: Record<string, unknown> } {
  const conditions = [
    from && 'e.at >= :from',
    until && 'e.at < :until',
    actions && 'e.action = any(cast(:actions as text[]))',
    person &&
      '(e.actor_id = any(array(select id from found)) or e.person_id = any(array(select id from found)))',
    structureIds && 'e.structure_id = any(cast(:structureIds as int[]))',
    ip && (ip.includes('/') ? 'e.ip <<= cast(:ip as inet)' : 'e.ip = cast(:ip as inet)'),
    before && '(e.at, e.id) < (select c.at, c.id from audit_entries c where c.id = :before)',
  ].filter(Boolean);
  const sql = `
    with ${person ? `found as materialized (${PEOPLE}),` : ''} entry as (
      select e.* from audit_entries e
       where ${conditions.join(' and ') || 'true'}
       order by e.at desc, e.id desc limit :limit)
    select e.id, e.at, e.action, e.way, e.details, host(e.ip) as ip, e.subject_kind as "subjectKind",
           e.subject_id as "subjectId", ${personOf('a')} as actor, ${personOf('p')} as person,
           e.structure_id as "structureId", s.name as "structureName", s.siret,
           ${person ? `(select count(*) from found) > ${MOST_PEOPLE}` : 'false'} as "tooManyPeople"
      from entry e
      left join users a on a.id = e.actor_id
      left join users p on p.id = e.person_id
      left join structures s on s.id = e.structure_id
     order by e.at desc, e.id desc`;
  const bindings: Record<string, unknown> = { limit };
  if (from) bindings.from = from;
  if (until) bindings.until = until;
  if (actions) bindings.actions = actions;
  if (person) bindings.searched = person;
  if (structureIds) bindings.structureIds = structureIds;
  if (ip) bindings.ip = ip;
  if (before) bindings.before = before;
  return { sql, bindings };
}

// The structure of the entry first: its page is where the reader wants to go.
const personOf = (alias: string) => `
  case when ${alias}.id is not null then json_build_object(
    'id', ${alias}.id, 'name', full_name(${alias}), 'email', ${alias}.email,
    'structureId', (select f.structure_id from affiliations f where f.user_id = ${alias}.id
                     order by f.structure_id = e.structure_id desc nulls last, f.id limit 1)) end`;
