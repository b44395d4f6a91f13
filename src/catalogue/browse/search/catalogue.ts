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
  /** Those that were not over when the catalogue was read, in the order of time. */
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
  readAt: Date;
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
  /** Those that hold the words, by number, with how well. */
  exact: ReadonlyMap<number, number>;
  /** For each word, the words of the catalogue that resemble it, by how much; null where none does. */
  resembling: ([word: string, likeness: number][] | null)[];
}

/** Part of a statement: what it reads is of this version, which another one in memory is not good for. */
export const VERSION = '(select cast(changed_by as text) from catalogue_version)';

/** By the settings of a database, which its transactions share with it. */
const kept = new WeakMap<object, Catalogue>();
const reading = new WeakMap<object, Promise<Catalogue>>();

/**
 * The catalogue as this process has it.
 * @param version at which the database was seen: the catalogue is read again where it is of another
 */
export async function keptCatalogue(db: Knex, now: Date, version?: string): Promise<Catalogue> {
  const settings: object = db.client.config;
  const one = kept.get(settings);
  if (one && one.readAt <= now && (version ?? one.version) === one.version) return one;
  const begun = reading.get(settings) ?? readCatalogue(db, now).finally(() => reading.delete(settings));
  reading.set(settings, begun);
  const read = await begun;
  kept.set(settings, read);
  return read;
}

/** What the filters offer at this moment. */
export async function readFilterLists(db: Knex, now: Date): Promise<FilterLists> {
  const [{ version }] = await query<[{ version: string }]>(db, `select ${VERSION} as version`);
  return filterLists(await keptCatalogue(db, now, version), now);
}

/** Towns that the box « Localisation » proposes. */
const SUGGESTED_CITIES = 60;

/** What the filters offer; the towns of most sessions to come. */
export function filterLists(catalogue: Catalogue, now: Date): FilterLists {
  const used = townsInUse(catalogue, now);
  const byCity = new Map<string, number>();
  for (const { city, sessions } of used) if (city) byCity.set(city, (byCity.get(city) ?? 0) + sessions);
  // Sorting leaves those of as many sessions in the order of their names.
  const cities = [...byCity].sort(([, one], [, other]) => other - one).slice(0, SUGGESTED_CITIES);
  return {
    themes: catalogue.themes,
    kinds: catalogue.kinds,
    cities: cities.map(([city]) => city),
    departments: [...new Set(used.flatMap(({ department }) => department ?? []))],
  };
}

/** The towns where sessions are to come, with how many. */
export function townsInUse({ actions, towns }: Catalogue, now: Date): (Town & { sessions: number })[] {
  const moment = now.getTime();
  const used = towns.map((town) => ({ ...town, sessions: 0 }));
  for (const { sessions } of actions) {
    for (const { town, endsAt } of sessions) {
      const one = used[town];
      if (one && endsAt > moment) one.sessions += 1;
    }
  }
  return used.filter(({ sessions }) => sessions > 0);
}

const milliseconds = (column: string) => `cast(extract(epoch from ${column}) * 1000 as float)`;

/** An action as it is read, with its words as texts. */
type ReadAction = Omit<OfferedAction, 'titleWords' | 'labelWords'> &
  Record<'titleWords' | 'labelWords', string[]>;

/** All of one version, in one statement: of the tables, the narrow indexes are enough. */
async function readCatalogue(db: Knex, now: Date): Promise<Catalogue> {
  const [{ actions, ...read }] = await query<
    [Omit<Catalogue, 'readAt' | 'words' | 'actions' | 'said'> & { actions: ReadAction[] }]
  >(
    db,
    `with coming as materialized (
       select s.id, s.action_id, s.starts_at, s.ends_at, s.registration_closes_at, s.city, s.city_key, s.department,
              dense_rank() over (order by s.city, s.department) - 1 as town,
              -- One look per session, on the index: written as a join, all slots of all time would be read. As of words below.
              s.city_key is null and coalesce((select false from slots sl
                where sl.session_id = s.id and sl.modality = 'in_person' limit 1), true) as is_remote
         from sessions s where s.ends_at > :now and s.cancelled_at is null
     ), sessions_of as materialized (
       select c.action_id,
              json_agg(json_build_object(
                'id', c.id, 'startsAt', ${milliseconds('c.starts_at')}, 'endsAt', ${milliseconds('c.ends_at')},
                'registrationClosesAt', ${milliseconds('c.registration_closes_at')},
                'town', c.town, 'isRemote', c.is_remote) order by c.starts_at, c.id) as list
         from coming c
        group by c.action_id
     )
     select ${VERSION} as version,
            (select coalesce(json_agg(json_build_object(
                       'id', a.id, 'kindId', a.kind_id, 'themeId', a.theme_id, 'providerId', a.provider_id,
                       'modality', a.modality, 'reserved', k.reserved, 'publishedAt', ${milliseconds('a.published_at')},
                       'titleWords', w.title, 'labelWords', w.labels,
                       'sessions', coalesce(s.list, '[]')) order by a.title, a.id), '[]')
               from actions a join action_kinds k on k.id = a.kind_id left join sessions_of s on s.action_id = a.id
               left join lateral (select coalesce(json_agg(word) filter (where in_title), '[]') as title,
                                         coalesce(json_agg(word) filter (where not in_title), '[]') as labels
                                    from action_words where action_id = a.id) w on true
              where a.archived_at is null and a.published_at is not null) as actions,
            (select coalesce(json_agg(json_build_object('city', city, 'key', city_key, 'department', department)
                                      order by town), '[]')
               from (select distinct town, city, city_key, department from coming) one) as towns,
            (select coalesce(json_agg(json_build_object('id', id, 'code', slug, 'label', label)
                                      order by position, id), '[]') from themes) as themes,
            (select coalesce(json_agg(json_build_object('id', id, 'code', code, 'label', label, 'reserved', reserved)
                                      order by position, id), '[]') from action_kinds) as kinds`,
    { now },
  );
  const places = new Map<string, number>();
  const placeOf = (word: string) => {
    const place = places.get(word) ?? places.size;
    places.set(word, place);
    return place;
  };
  const offered = actions.map((action) => ({
    ...action,
    titleWords: action.titleWords.map(placeOf),
    labelWords: action.labelWords.map(placeOf),
  }));
  return { ...read, readAt: now, actions: offered, words: places, said: new Map() };
}
