import type { Knex } from 'knex';
import { PUBLIC_SLOTS } from '#enrolment/slots.ts';
import { query, whenRun } from '#platform/database/query.ts';
import { townsMeant } from '#platform/finding/towns.ts';
import { spellings, WORDS } from '#platform/finding/words.ts';
import { type FilterLists, SESSION_FIELDS } from '../repository.ts';
import { type Catalogue, keptCatalogue, type Said, VERSION } from './catalogue.ts';
import type { Criteria, FoundAction, FoundPage } from './criteria.ts';
import { type Answers, isLookedAt, lookThrough } from './look.ts';
import { offeredIn } from './offered.ts';

/** Providers that the filter offers. */
const OFFERED_PROVIDERS = 40;

/** One can ask for the session `s`, now or once its registration opens. */
const IS_OPEN = `(s.starts_at > :now and s.registration_closes_at > :now)`;

/**
 * What a card shows of the action `f.id`, where it is public, and of its session `f.session_id`, in the order of `f.position`.
 * @param more further arguments of json_build_object
 */
const cards = (more = '') => `
  coalesce((select json_agg(json_build_object(
              'id', a.id, 'slug', a.slug, 'title', a.title, 'kind', k.label, 'reserved', k.reserved,
              'theme', t.label, 'provider', p.name, 'modality', a.modality, 'durationDays', a.duration_days,
              'sessionCount', f.matching, 'publishedAt', a.published_at, ${more}
              'session', (select json_build_object(${SESSION_FIELDS}) from sessions s where s.id = f.session_id))
            order by f.position)
     from shown f join actions a on a.id = f.id and is_public(a, :now)
     join action_kinds k on k.id = a.kind_id join themes t on t.id = a.theme_id
     join structures p on p.id = a.provider_id), '[]')`;

/** Every session of the action `f.id` that answers the search. */
const DATES = `
  'dates', (select coalesce(json_agg(json_build_object('id', s.id, 'calendarSequence', s.calendar_sequence,
                                     'changedAt', coalesce(s.calendar_changed_at, s.added_at), 'slots', ${PUBLIC_SLOTS})
                                     order by s.starts_at, s.id), '[]')
              from sessions s where s.action_id = f.id and s.id = any(:answering::int[])),`;

/** How often a search is asked again as the catalogue has changed; one that changes all the time is as it was just read. */
const MOST_ROUNDS = 3;

/**
 * Looks through the catalogue in two statements: what only the database knows of a search, with the version of what is
 * in memory, and the cards of what {@link lookThrough} found there.
 * @param understand makes the search out with what the filters offer; again where that has changed meanwhile
 */
export async function searchActions<Search extends { criteria: Criteria }>(
  db: Knex,
  now: Date,
  understand: (lists: FilterLists) => Search,
): Promise<{ search: Search; lists: FilterLists; found: FoundPage }> {
  let catalogue = await keptCatalogue(db, now);
  for (let round = 1; ; round += 1) {
    const { lists } = offeredIn(catalogue, now);
    const search = understand(lists);
    const answers = await ask(db, search.criteria, catalogue, now);
    if (answers.version === catalogue.version || round === MOST_ROUNDS) {
      const looked = lookThrough(catalogue, search.criteria, answers, now);
      return { search, lists, found: await show(db, search.criteria, answers.isCentreKnown, looked, now) };
    }
    catalogue = await keptCatalogue(db, now, answers.version);
  }
}

interface Asked extends Answers {
  version: string;
  /** False where the place of the town is not known around which to search. */
  isCentreKnown: boolean;
}

/** Seen since the last look, and not there before the search was saved. */
const newsAmong = (table: string, at: string) =>
  `select id from ${table} where noticed_at > :noticedAfter and ${at} > :newsSince`;

/**
 * Texts of which a catalogue keeps what was said: the last ones, asked for again with other filters and pages. Each
 * takes four bytes per action, however many hold it.
 */
const MOST_SAID = 50;

async function ask(db: Knex, criteria: Criteria, catalogue: Catalogue, now: Date): Promise<Asked> {
  // As nothing that is asked of words minds capitals and spaces, they are one text.
  const words = criteria.words.trim().toLowerCase().replace(/\s+/g, ' ');
  const key = `${criteria.pastToo} ${words}`;
  const said = catalogue.said.get(key);
  const answers = await askWithout(said, db, { ...criteria, words }, catalogue, now);
  if (words !== '' && answers.version === catalogue.version) {
    // Written last, those that are asked for again stay.
    catalogue.said.delete(key);
    catalogue.said.set(key, { exact: answers.exact, resembling: answers.resembling });
    const [oldest] = catalogue.said.keys();
    if (catalogue.said.size > MOST_SAID) catalogue.said.delete(oldest as string);
  }
  return answers;
}

/** @param said what is known of the words already */
async function askWithout(
  said: Said | undefined,
  db: Knex,
  criteria: Criteria,
  catalogue: Catalogue,
  now: Date,
): Promise<Asked> {
  const { place, radius, news } = criteria;
  const words = said ? '' : criteria.words;
  const city = place?.kind === 'city' ? place.city : undefined;
  const list = (isAsked: unknown, rows: string) =>
    isAsked ? `(select coalesce(json_agg(one), '[]') from (${rows}) listed(one))` : `json '[]'`;
  const parts = [...(words ? [WORDS] : []), ...(city === undefined ? [] : [townsMeant(radius)])];
  const [answers] = await query<[Omit<Asked, 'exact'> & { exact: [id: number, relevance: number][] }]>(
    db,
    `${parts.length > 0 ? `with ${parts.join(', ')}` : ''}
     select ${VERSION} as version,
            ${list(words, 'select json_build_array(id, relevance) from q, matching_actions(q.words, :among::int[])')} as exact,
            ${list(
              words,
              `select (select json_agg(json_build_array(r.word, cast(r.likeness as float))) from resembling_words(term) r)
                 from q, unnest(q.terms) term`,
            )} as resembling,
            ${list(city, `select json_build_object('key', key, 'department', department) from towns`)} as towns,
            ${radius ? 'exists (select from communes where key = :city)' : 'true'} as "isCentreKnown",
            ${list(
              criteria.seatsOnly,
              'select id from sessions where ends_at > :now and cancelled_at is null and not has_place',
            )} as full,
            ${list(news, newsAmong('actions', 'published_at'))} as "newActions",
            ${list(news, newsAmong('sessions', 'added_at'))} as "newSessions"`,
    {
      now,
      ...spellings(words),
      // The driver’s own way of writing arrays takes milliseconds for thousands of numbers.
      among:
        words &&
        `{${catalogue.actions.filter((action) => isLookedAt(action, criteria)).map(({ id }) => id)}}`,
      city,
      radius,
      named: city === undefined ? undefined : offeredIn(catalogue, now).towns,
      noticedAfter: news?.noticedAfter,
      newsSince: news?.since,
    },
  );
  const held = new Map(answers.exact);
  return {
    ...answers,
    ...(said ?? { exact: Float32Array.from(catalogue.actions, ({ id }) => held.get(id) ?? -1) }),
  };
}

/** The page of what was found. */
async function show(
  db: Knex,
  criteria: Criteria,
  isCentreKnown: boolean,
  { matches, counts }: ReturnType<typeof lookThrough>,
  now: Date,
): Promise<FoundPage> {
  const { perPage, providerId } = criteria;
  const total = matches.length;
  const page = Math.min(criteria.page, Math.max(1, Math.ceil(total / perPage)));
  const shown = matches.slice((page - 1) * perPage, page * perPage);
  const rows = await query<
    [Pick<FoundPage, 'providerName' | 'actions'> & { providers: { id: number; name: string }[] }]
  >(
    db,
    `with shown as materialized (
       select * from unnest(:ids::int[], :sessions::int[], :matching::int[])
                       with ordinality one(id, session_id, matching, position)
     )
     select (select name from structures where id = :providerId::int and is_training_body) as "providerName",
            (select coalesce(json_agg(json_build_object('id', id, 'name', name) order by name, id), '[]')
               from structures where id = any(:providers::int[])) as providers,
            ${cards(criteria.withSlots ? DATES : '')} as actions`,
    {
      now,
      ids: shown.map(({ action }) => action.id),
      sessions: shown.map(({ session }) => session?.id ?? null),
      matching: shown.map(({ answering }) => answering.length),
      answering: shown.flatMap(({ answering }) => answering.map(({ id }) => id)),
      providerId: providerId ?? null,
      providers: offeredProviders(counts.providers, providerId),
    },
  );
  const [{ providerName, actions, providers }] = rows;
  return {
    ...{ total, page, isCentreKnown, providerName, actions },
    isApproximate: total > 0 && !matches.some(({ isExact }) => isExact),
    facets: {
      ...counts,
      providers: providers.map((one) => ({ ...one, count: counts.providers[one.id] ?? 0 })),
    },
  };
}

/** Those with the most actions, and the one that was chosen. */
function offeredProviders(counts: Readonly<Record<string, number>>, chosen: number | undefined): number[] {
  return Object.entries(counts)
    .map(([id, count]) => ({
      id: Number(id),
      count: Number(id) === chosen ? Number.POSITIVE_INFINITY : count,
    }))
    .sort((one, other) => (one.count === other.count ? one.id - other.id : other.count - one.count))
    .slice(0, OFFERED_PROVIDERS)
    .map(({ id }) => id);
}

/** The actions that come next and can be asked for, then those that no longer can: « Prochainement ». */
export async function findNextActions(db: Knex, count: number, now: Date): Promise<FoundAction[]> {
  // The first dates of the catalogue: enough to fill the cards even where one action has many of them.
  const first = (isOpen: boolean, condition: string, column = 'starts_at') => `
    (select s.id, s.action_id, s.starts_at, ${isOpen} as is_open
       from sessions s join actions a on a.id = s.action_id
      where ${condition} and s.cancelled_at is null and is_public(a, :now)
      order by s.${column}, s.id limit ${count * 40})`;
  const rows = await query<[{ actions: FoundAction[] }]>(
    db,
    `with open as materialized (
       ${first(true, 's.starts_at > :now and s.registration_closes_at > :now')}
     ), first as materialized (
       select * from open
       -- Looked for only where those do not fill the cards: registration closes for whatever comes soon.
       union all ${first(false, `s.starts_at > :now and s.registration_closes_at <= :now and ${TOO_FEW}`)}
       -- By their end: those that began would be looked for among all that ever began.
       union all ${first(false, `s.starts_at <= :now and s.ends_at > :now and ${TOO_FEW}`, 'ends_at')}
     ), best as (
       select distinct on (action_id) action_id, id as session_id, starts_at, is_open
         from first order by action_id, is_open desc, starts_at, id
     ), next as (
       select action_id as id, session_id, row_number() over (order by is_open desc, starts_at, action_id) as position
         from best order by position limit :count
     ), shown as materialized (
       select n.*, (select count(*)::int from sessions s
                     where s.action_id = n.id and s.ends_at > :now and s.cancelled_at is null) as matching
         from next n
     ) select ${cards()} as actions`,
    { now, count },
  );
  return rows[0].actions;
}

/** Part of {@link findNextActions}: those that can be asked for are fewer than the cards. */
const TOO_FEW = '(select count(distinct action_id) from open) < :count';

/** Actions of a list in its order, each with its next session; those no longer public are left out. */
export async function findCards(db: Knex, actionIds: readonly number[], now: Date): Promise<FoundAction[]> {
  const rows = await query<[{ actions: FoundAction[] }]>(
    db,
    `with shown as materialized (
       select a.id, one.position, o.session_id, coalesce(o.matching, 0) as matching
         from unnest(${whenRun('cast(:actionIds as int[])')}) with ordinality one(id, position)
         join actions a on a.id = one.id and is_public(a, :now)
         left join lateral (
           select s.id as session_id, (count(*) over ())::int as matching from sessions s
            where s.action_id = a.id and s.ends_at > :now and s.cancelled_at is null
            order by ${IS_OPEN} desc, s.starts_at, s.id limit 1) o on true
     ) select ${cards()} as actions`,
    { now, actionIds: [...actionIds] },
  );
  return rows[0].actions;
}
