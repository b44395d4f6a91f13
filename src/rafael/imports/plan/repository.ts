import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { LheoIssue } from '../../lheo/issues.ts';
import type { LheoElement } from '../../lheo/tree.ts';
import type { Change } from './changes.ts';
import type { CodeLists } from './codes.ts';
import type { TakenSession } from './seats.ts';

/** The training bodies that have these SIRETs. @param today `YYYY-MM-DD`: closed on that day or before is closed */
export async function findBodies(
  db: Knex,
  sirets: readonly string[],
  today: string,
): Promise<{ id: number; siret: string }[]> {
  return query(
    db,
    `select id, siret from structures
      where siret = any(cast(:sirets as char(14)[])) and is_training_body
        and (closed_on is null or closed_on > cast(:today as date))`,
    { sirets, today },
  );
}

/** A formation of the catalogue that a file may name. */
export interface KnownOffer {
  id: number;
  structureId: number;
  number: string;
  state: 'draft' | 'published' | 'archived';
  fingerprint: Buffer;
  modifiedAt: Date | null;
}

/** The formations with these numbers, each of its body. */
export async function findKnown(
  db: Knex,
  named: readonly { structureId: number; number: string }[],
): Promise<KnownOffer[]> {
  if (named.length === 0) return [];
  return query<KnownOffer[]>(
    db,
    `select o.id, o.structure_id as "structureId", o.external_number as number, o.state, o.fingerprint,
            o.lheo_modified_at as "modifiedAt"
       from unnest(cast(:structures as int[]), cast(:numbers as text[])) n (structure_id, number)
      -- By the index for each: nobody has counted yet what an import brings.
      cross join lateral (select * from offers o
                           where o.structure_id = n.structure_id and o.external_number = n.number limit 1) o`,
    { structures: named.map((one) => one.structureId), numbers: named.map((one) => one.number) },
  );
}

/** The sessions of these formations for which people are registered, or ask to be. */
export async function findTaken(
  db: Knex,
  offerIds: readonly number[],
): Promise<(TakenSession & { offerId: number })[]> {
  if (offerIds.length === 0) return [];
  return query<(TakenSession & { offerId: number })[]>(
    db,
    `select s.offer_id as "offerId", a.external_number as "actionNumber", s.external_number as number,
            s.seats_held as "seatsHeld", s.waiting, s.lheo, a.lheo as action
       from offer_sessions s join offer_actions a on a.id = s.action_id
      where s.offer_id = any(cast(? as int[])) and s.state <> 'archived' and s.seats_held + s.waiting > 0
      order by s.offer_id, a.position, s.position`,
    [offerIds as number[]],
  );
}

/** What the agency's lists know of these codes. */
export async function findCodes(
  db: Knex,
  asked: readonly { kind: string; code: string }[],
): Promise<CodeLists> {
  if (asked.length === 0) return { loaded: new Set(), known: new Map() };
  const [row] = await query<[{ loaded: string[]; known: { key: string; until: string | null }[] }]>(
    db,
    `with asked as (select * from unnest(cast(:kinds as text[]), cast(:codes as text[])) asked (kind, code)),
          wanted as (select distinct kind from asked)
     select (select coalesce(json_agg(kind), '[]') from wanted
              where exists (select from formacodes where 'FORMACODE ' || version = kind)
                 or exists (select from certifications c where c.kind = wanted.kind)) as loaded,
            (select coalesce(json_agg(json_build_object('key', found.key, 'until', found.until)), '[]') from (
               select a.kind || ' ' || a.code as key, cast(null as date) as until
                 from asked a join formacodes f on f.code = a.code and 'FORMACODE ' || f.version = a.kind
               union all
               select a.kind || ' ' || a.code, c.expires_on
                 from asked a join certifications c on c.kind = a.kind and c.code = a.code) found) as known`,
    { kinds: asked.map(({ kind }) => kind), codes: asked.map(({ code }) => code) },
  );
  return { loaded: new Set(row.loaded), known: new Map(row.known.map(({ key, until }) => [key, until])) };
}

/** An action of the catalogue whose formation has one of these titles. */
export interface Namesake {
  structureId: number;
  number: string;
  title: string;
  postcode: string;
  city: string;
  start: string;
  end: string;
  hours: number | null;
}

/** The actions of formations with these titles, each of its body, with the dates of the first session. */
export async function findNamesakes(
  db: Knex,
  named: readonly { structureId: number; title: string }[],
): Promise<Namesake[]> {
  if (named.length === 0) return [];
  return query<Namesake[]>(
    db,
    `select o.structure_id as "structureId", o.external_number as number, o.title, a.place_postcode as postcode,
            a.place_city as city, s.starts_raw as start, s.ends_raw as end, a.hours_total as hours
       from unnest(cast(:structures as int[]), cast(:titles as text[])) n (structure_id, title)
       join offers o on o.structure_id = n.structure_id and o.title = n.title and o.state <> 'archived'
       join offer_actions a on a.offer_id = o.id and a.archived_at is null
       cross join lateral (select starts_raw, ends_raw from offer_sessions
                            where action_id = a.id and state <> 'archived' order by position limit 1) s`,
    { structures: named.map((one) => one.structureId), titles: named.map((one) => one.title) },
  );
}

/** A line of a plan. */
export interface PlanItem {
  position: number;
  structureId: number | null;
  line: number | null;
  number: string;
  title: string;
  verdict: 'new' | 'changed' | 'unchanged' | 'rejected';
  offerId: number | null;
  tree: LheoElement | null;
  changes: Change[];
  changedFields: number;
  issues: LheoIssue[];
}

export async function insertItems(trx: Knex, importId: number, items: readonly PlanItem[]): Promise<void> {
  await execute(
    trx,
    `insert into offer_import_items (import_id, position, structure_id, line, external_number, title, verdict, offer_id,
                                     tree, changes, changed_fields, issues)
     select :importId, r.position, r."structureId", r.line, r.number, r.title, r.verdict, r."offerId", r.tree,
            r.changes, r."changedFields", r.issues
       from json_to_recordset(cast(:items as json)) r (position int, "structureId" int, line int, number text,
            title text, verdict text, "offerId" int, tree jsonb, changes jsonb, "changedFields" int, issues jsonb)`,
    { importId, items: JSON.stringify(items) },
  );
}

/** Rejects formations that were taken before another one with their number came, and says why. */
export async function rejectItems(
  trx: Knex,
  importId: number,
  rejected: readonly { position: number; issue: LheoIssue }[],
): Promise<void> {
  await execute(
    trx,
    `update offer_import_items i
        set verdict = 'rejected', tree = null, changes = '[]', changed_fields = 0, issues = i.issues || r.issue
       from json_to_recordset(cast(:rejected as json)) r (position int, issue jsonb)
      where i.import_id = :importId and i.position = r.position`,
    { importId, rejected: JSON.stringify(rejected) },
  );
}

/** Adds what the catalogue has, and the file has not. @returns how many */
export async function insertMissing(
  trx: Knex,
  importId: number,
  structureIds: readonly number[],
): Promise<number> {
  return execute(
    trx,
    `insert into offer_import_items (import_id, position, structure_id, external_number, title, verdict, offer_id)
     select :importId, (select coalesce(max(position), 0) from offer_import_items where import_id = :importId)
                       + row_number() over (order by o.structure_id, o.external_number),
            o.structure_id, o.external_number, o.title, 'missing', o.id
       from offers o
      where o.structure_id = any(cast(:structureIds as int[])) and o.state <> 'archived'
        and not exists (select from offer_import_items i
                         where i.import_id = :importId and i.structure_id = o.structure_id
                           and i.external_number = o.external_number)`,
    { importId, structureIds },
  );
}

/**
 * A mark of everything that the catalogues of these bodies say and of what is kept of them by hand: the same as long as
 * nobody changes anything.
 */
export async function catalogueMark(db: Knex, structureIds: readonly number[]): Promise<Buffer> {
  const [row] = await query<[{ mark: Buffer }]>(
    db,
    `select sha256(convert_to(coalesce(string_agg(
              concat_ws(' ', id, version, state, encode(fingerprint, 'hex')), ',' order by id), ''), 'UTF8')) as mark
       from offers where structure_id = any(cast(? as int[]))`,
    [structureIds as number[]],
  );
  return row.mark;
}

/** Begins a plan, of which nothing is known yet. @returns its number */
export async function insertImport(
  trx: Knex,
  given: {
    structureId: number | null;
    name: string;
    sha256: Buffer;
    size: number;
    userId: number | null;
    now: Date;
  },
): Promise<number> {
  const [row] = await query<[{ id: number }]>(
    trx,
    `insert into offer_imports (structure_id, file_name, sha256, size, lheo_version, fingerprint, state, created_by, created_at)
     values (:structureId, :name, :sha256, :size, '', decode(repeat('00', 32), 'hex'), 'planned', :userId, :now)
     returning id`,
    given,
  );
  return row.id;
}

/** The verdicts of a plan, counted as they were written. */
export async function countVerdicts(
  trx: Knex,
  importId: number,
): Promise<Record<'new' | 'changed' | 'unchanged' | 'missing' | 'rejected' | 'warned', number>> {
  const [row] = await query<
    [Record<'new' | 'changed' | 'unchanged' | 'missing' | 'rejected' | 'warned', number>]
  >(
    trx,
    `select count(*) filter (where verdict = 'new') as new, count(*) filter (where verdict = 'changed') as changed,
            count(*) filter (where verdict = 'unchanged') as unchanged,
            count(*) filter (where verdict = 'missing') as missing,
            count(*) filter (where verdict = 'rejected') as rejected,
            count(*) filter (where verdict <> 'rejected' and issues <> '[]') as warned
       from offer_import_items where import_id = ?`,
    [importId],
  );
  return row;
}

export async function finishPlan(
  trx: Knex,
  importId: number,
  { version, counts, mark, seconds }: { version: string; counts: object; mark: Buffer; seconds: number },
): Promise<void> {
  await execute(
    trx,
    `update offer_imports set lheo_version = :version, counts = cast(:counts as jsonb), fingerprint = :mark,
                              seconds = :seconds
      where id = :importId`,
    { importId, version, counts: JSON.stringify(counts), mark, seconds },
  );
}
