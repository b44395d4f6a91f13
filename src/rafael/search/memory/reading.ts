import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { FROM_OFFERED, OFFERED } from './offered.ts';
import { type Snapshot, sawAsMuch } from './snapshot.ts';
import { type ReadOffer, Stock, townName } from './stock.ts';

/** A choice that the agency names. */
export interface Named {
  code: string;
  label: string;
}

/** What this process has of the training offer. */
export interface Kept {
  stock: Stock;
  /** What was seen of the database by the last statement whose changes are in it. */
  snapshot: Snapshot;
  /** Sessions that were over before this day (since 1970) are not in it. */
  since: number;
  /** In the order of their names. */
  programmes: (Named & { id: number })[];
  /** Of the codes of publics, those that have a name. */
  publics: Named[];
  /** What the database has said of words, by the words: the last ones only, and of this snapshot. */
  said: Map<string, Said>;
}

/** Which formations answer the words of a search. */
export interface Said {
  /** By row: 3 where the title holds them, 2 for its title and labels, 1 for all of it, 0 where it does not. */
  exact: Uint8Array;
  /** For each word, those of titles and labels that resemble it, by how much; null where none does. */
  resembling: ([word: string, likeness: number][] | null)[];
}

/** By the settings of a database. */
const kept = new WeakMap<object, Kept>();
const reading = new WeakMap<object, Promise<Kept>>();

/**
 * Formations read by one statement, and in one row of it: whoever waits for another page meanwhile waits until a row is
 * read, some milliseconds.
 */
const OFFERS_AT_ONCE = 2_000;
const OFFERS_IN_A_ROW = 250;
/** More changed than that are read anew with all the others. */
const MOST_CHANGED = 3_000;

/** The training offer as this process has it, on a day or one before. @param today days since 1970 */
export async function keptOffers(db: Knex, today: number): Promise<Kept> {
  const settings: object = db.client.config;
  const known = kept.get(settings);
  return known && known.since <= today && !known.stock.isWorn ? known : readAnew(db, today);
}

/** Reads all of it, once for all who ask at the same time. @param after what has to be in it */
export async function readAnew(db: Knex, today: number, after?: Snapshot): Promise<Kept> {
  const settings: object = db.client.config;
  const isGood = (one: Kept) => one.since <= today && (!after || sawAsMuch(one.snapshot, after));
  const underWay = await reading.get(settings);
  if (underWay && isGood(underWay)) return underWay;
  const begun = reading.get(settings) ?? readAll(db, today).finally(() => reading.delete(settings));
  reading.set(settings, begun);
  const read = await begun;
  kept.set(settings, read);
  return read;
}

/** `YYYY-MM-DD` of a number of days since 1970. */
export const dayOf = (number: number): string => new Date(number * 86_400_000).toISOString().slice(0, 10);

interface Lists {
  snapshot: Snapshot;
  programmes: Kept['programmes'];
  publics: Named[];
  towns: { key: string; department: string; latitude: number; longitude: number }[];
}

/**
 * All of it, some thousands at a time. What changes while it is read is read again by the first search, as what was seen
 * is told of the moment before.
 */
async function readAll(db: Knex, today: number): Promise<Kept> {
  const [{ snapshot, programmes, publics, towns }] = await query<[Lists]>(
    db,
    `select cast(pg_current_snapshot() as text) as snapshot,
            (select coalesce(json_agg(json_build_object('id', id, 'code', code, 'label', label) order by label, id), '[]')
               from programmes) as programmes,
            (select coalesce(json_agg(json_build_object('code', code, 'label', label) order by code), '[]')
               from (select distinct on (code) code, label from formacodes where code like '8%'
                      order by code, version desc) one) as publics,
            (select json_agg(json_build_object('key', key, 'department', department, 'latitude', latitude,
                                               'longitude', longitude)) from communes) as towns`,
  );
  const stock = new Stock(
    new Map(towns.map((town) => [townName(town), [town.latitude, town.longitude] as const])),
  );
  let after = 0;
  for (let count = OFFERS_AT_ONCE; count === OFFERS_AT_ONCE; ) {
    const rows = await query<{ offers: ReadOffer[] }[]>(
      db,
      `select json_agg(${OFFERED} order by o.id) as offers
         from (select row_number() over (order by id) as place, published.*
                 from offers published where state = 'published' and id > :after
                order by id limit ${OFFERS_AT_ONCE}) o
         left join offer_documents d on d.offer_id = o.id
        group by (o.place - 1) / ${OFFERS_IN_A_ROW} order by (o.place - 1) / ${OFFERS_IN_A_ROW}`,
      { today: dayOf(today), after },
    );
    count = 0;
    for (const { offers } of rows) {
      count += offers.length;
      for (const offer of offers) stock.put(offer);
      after = offers.at(-1)?.id ?? after;
    }
  }
  return { stock, snapshot, since: today, programmes, publics, said: new Map() };
}

/** What a statement answers that also asks what changed. */
export interface Changes {
  snapshot: Snapshot;
  /** All is to be read anew. */
  isLost: boolean;
  /** The formations that changed, and those of them that are published. */
  changed: number[];
  offers: ReadOffer[];
}

/**
 * SQL of the common table expressions by which a statement asks what changed since `:snapshot`; {@link CHANGES} are its
 * columns. What was not seen then has a number from its `xmin` on; one that has not begun yet is of the database from
 * which this one was restored.
 */
export const CHANGED = `
  seen as materialized (
    select cast(:snapshot as pg_snapshot) as all_of, pg_snapshot_xmin(cast(:snapshot as pg_snapshot)) as first,
           pg_snapshot_xmax(pg_current_snapshot()) as next
  ), changed as materialized (
    select distinct offer_id from offer_changes
     where changed_in >= (select first from seen) and changed_in < (select next from seen)
       and not pg_visible_in_snapshot(changed_in, (select all_of from seen))
     limit ${MOST_CHANGED + 1}
  ), lost as materialized (
    select exists (select from offer_changes_kept, seen where since > first and since < next)
        or exists (select from changed where offer_id = 0)
        or (select count(*) from changed) > ${MOST_CHANGED} as is_lost
  )`;

export const CHANGES = `
  cast(pg_current_snapshot() as text) as snapshot, (select is_lost from lost) as "isLost",
  (select coalesce(json_agg(offer_id), '[]') from changed) as changed,
  (select coalesce(json_agg(${OFFERED}), '[]')
     from ${FROM_OFFERED} join changed on changed.offer_id = o.id
    where o.state = 'published' and not (select is_lost from lost)) as offers`;

/** Takes what a statement found changed into what is kept; what a later one has found already stays. */
export function takeChanges(one: Kept, { snapshot, changed, offers }: Changes): void {
  if (sawAsMuch(one.snapshot, snapshot)) return;
  one.snapshot = snapshot;
  if (changed.length === 0) return;
  one.said.clear();
  for (const id of changed) one.stock.remove(id);
  for (const offer of offers) one.stock.put(offer);
}
