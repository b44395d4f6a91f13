import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { FilterLists } from '../repository.ts';

/** An action that is public, or will be, as a search filters and counts it. Moments are milliseconds. */
export interface OfferedAction {
  id: number;
  kindId: number;
  themeId: number;
  providerId: number;
  modality: 'in_person' | 'remote' | 'mixed';
  reserved: boolean;
  publishedAt: number;
  /** Of its title, then of its kind and theme: places in {@link Catalogue.words}. */
  titleWords: number[];
  labelWords: number[];
  /** Those that were not over {@link Catalogue.since}, in the order of time. */
  sessions: OfferedSession[];
}

/** A session that takes place. */
export interface OfferedSession {
  id: number;
  startsAt: number;
  endsAt: number;
  registrationClosesAt: number;
  /** Where it takes place, among {@link Catalogue.towns}. */
  town: number;
  /** No town, and no half-day in a room. */
  isRemote: boolean;
}

/** Where sessions take place; all null for what is followed from afar. */
export interface Town {
  city: string | null;
  /** The city as it is looked for. */
  key: string | null;
  department: string | null;
}

/** What every search asks of the catalogue, in memory: some megabytes for tens of thousands of actions. */
export interface Catalogue {
  /** As {@link VERSION} read it. */
  version: string;
  /** The moment from which on it is good: what was over before is not in it. */
  since: Date;
  /** In the order of their titles. */
  actions: OfferedAction[];
  /** In the order of their names, each once. */
  towns: Town[];
  /** Their places, by which actions name them. */
  words: ReadonlyMap<string, number>;
  themes: FilterLists['themes'];
  kinds: FilterLists['kinds'];
  /** What the database has said of words in this version, by the words: the last ones only. */
  said: Map<string, Said>;
}

/** Which actions answer the words of a search. */
export interface Said {
  /** How well each of {@link Catalogue.actions} holds the words, by its place among them; -1 where it does not. */
  exact: Float32Array;
  /** For each word, the words of the catalogue that resemble it, by how much; null where none does. */
  resembling: ([word: string, likeness: number][] | null)[];
}

/** Part of a statement: what it reads is of this version, which another one in memory is not good for. */
export const VERSION = '(select cast(changed_by as text) from catalogue_version)';

/** By the settings of a database, which its transactions share with it. */
const kept = new WeakMap<object, Catalogue>();
const reading = new WeakMap<object, Promise<Catalogue>>();

/** Who asks while the catalogue is read has looked at the clock before: it is read for them too. */
const SLACK_MS = 60_000;

/**
 * The catalogue as this process has it.
 * @param version at which the database was seen: the catalogue is read again where it is of another, so that it is of
 *   this version or of a later one
 */
export async function keptCatalogue(db: Knex, now: Date, version?: string): Promise<Catalogue> {
  const settings: object = db.client.config;
  const isGood = (one: Catalogue) => one.since <= now && (version ?? one.version) === one.version;
  const known = kept.get(settings);
  if (known && isGood(known)) return known;
  // Of a transaction that is undone, others would keep what never was. Nor does it wait for them: it holds a connection.
  if (db.isTransaction) return readCatalogue(db, now);
  const underWay = await reading.get(settings);
  if (underWay && isGood(underWay)) return underWay;
  // What is under way now was begun later than this version was seen.
  const begun = reading.get(settings) ?? readCatalogue(db, now).finally(() => reading.delete(settings));
  reading.set(settings, begun);
  const read = await begun;
  kept.set(settings, read);
  return read;
}

/** The version of the catalogue in the database, and with it what this process has of that version. */
export async function currentCatalogue(db: Knex, now: Date): Promise<Catalogue> {
  const [{ version }] = await query<[{ version: string }]>(db, `select ${VERSION} as version`);
  return keptCatalogue(db, now, version);
}

const milliseconds = (column: string) => `cast(extract(epoch from ${column}) * 1000 as float)`;

/** An action as it is read, with its words as texts. */
type ReadAction = Omit<OfferedAction, 'titleWords' | 'labelWords'> &
  Record<'titleWords' | 'labelWords', string[]>;

/** What a statement answers in several rows: the catalogue but for its actions, then some of these in each. */
type Rows = [Pick<Catalogue, 'version' | 'towns' | 'themes' | 'kinds'>, ...{ actions: ReadAction[] }[]];

/** Actions in one row: whoever waits for another page meanwhile waits until it is read, some milliseconds. */
const ACTIONS_IN_A_ROW = 250;

/** All of one version, in one statement: of the tables, the narrow indexes are enough. */
async function readCatalogue(db: Knex, now: Date): Promise<Catalogue> {
  const since = new Date(now.getTime() - SLACK_MS);
  const [lists, ...rows] = await query<Rows>(
    db,
    `with coming as materialized (
       select s.id, s.action_id, s.starts_at, s.ends_at, s.registration_closes_at, s.city, s.city_key, s.department,
              dense_rank() over (order by s.city, s.department) - 1 as town,
              -- One look per session, on the index: written as a join, all slots of all time would be read. As of words below.
              s.city_key is null and coalesce((select false from slots sl
                where sl.session_id = s.id and sl.modality = 'in_person' limit 1), true) as is_remote
         from sessions s where s.ends_at > :since and s.cancelled_at is null
     ), sessions_of as materialized (
       select c.action_id,
              json_agg(json_build_object(
                'id', c.id, 'startsAt', ${milliseconds('c.starts_at')}, 'endsAt', ${milliseconds('c.ends_at')},
                'registrationClosesAt', ${milliseconds('c.registration_closes_at')},
                'town', c.town, 'isRemote', c.is_remote) order by c.starts_at, c.id) as list
         from coming c
        group by c.action_id
     ), offered as (
       select row_number() over (order by a.title, a.id) as place,
              json_build_object(
                'id', a.id, 'kindId', a.kind_id, 'themeId', a.theme_id, 'providerId', a.provider_id,
                'modality', a.modality, 'reserved', k.reserved, 'publishedAt', ${milliseconds('a.published_at')},
                'titleWords', w.title, 'labelWords', w.labels, 'sessions', coalesce(s.list, '[]')) as action
         from actions a join action_kinds k on k.id = a.kind_id left join sessions_of s on s.action_id = a.id
         left join lateral (select coalesce(json_agg(word) filter (where in_title), '[]') as title,
                                   coalesce(json_agg(word) filter (where not in_title), '[]') as labels
                              from action_words where action_id = a.id) w on true
        where a.archived_at is null and a.published_at is not null
     )
     select -1 as part, null as actions, ${VERSION} as version,
            (select coalesce(json_agg(json_build_object('city', city, 'key', city_key, 'department', department)
                                      order by town), '[]')
               from (select distinct town, city, city_key, department from coming) one) as towns,
            (select coalesce(json_agg(json_build_object('id', id, 'code', slug, 'label', label)
                                      order by position, id), '[]') from themes) as themes,
            (select coalesce(json_agg(json_build_object('id', id, 'code', code, 'label', label, 'reserved', reserved)
                                      order by position, id), '[]') from action_kinds) as kinds
     union all
     select place / ${ACTIONS_IN_A_ROW} as part, json_agg(action order by place), null, null, null, null
       from offered group by part
      order by part`,
    { since },
  );
  const places = new Map<string, number>();
  const placeOf = (word: string) => {
    const place = places.get(word) ?? places.size;
    places.set(word, place);
    return place;
  };
  const actions = rows.flatMap((row) =>
    row.actions.map((action) => ({
      ...action,
      titleWords: action.titleWords.map(placeOf),
      labelWords: action.labelWords.map(placeOf),
    })),
  );
  const { version, towns, themes, kinds } = lists;
  return { version, since, actions, towns, words: places, themes, kinds, said: new Map() };
}
