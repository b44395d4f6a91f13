import type { Knex } from 'knex';
import { PUBLIC_SLOTS } from '#enrolment/slots.ts';
import { query } from '#platform/database/query.ts';
import { SESSION_FIELDS } from '../repository.ts';
import type { Criteria, Facets, FoundAction, FoundPage } from './criteria.ts';
import { HITS, RELEVANCE, RESEMBLES_ENOUGH, spellings } from './words.ts';

/** Providers that the filter offers. */
const OFFERED_PROVIDERS = 40;

/** One can ask for the session `s`, now or once its registration opens. */
const IS_OPEN = `(s.starts_at > :now and s.registration_closes_at > :now)`;

/**
 * What a card shows of the action `f.id` and of its session `f.session_id`, in the order of `f.position`.
 * @param more further arguments of json_build_object
 */
const cards = (more = '') => `
  coalesce((select json_agg(json_build_object(
              'id', a.id, 'slug', a.slug, 'title', a.title, 'kind', k.label, 'reserved', k.reserved,
              'theme', t.label, 'provider', p.name, 'modality', a.modality, 'durationDays', a.duration_days,
              'sessionCount', f.matching, 'publishedAt', a.published_at, ${more}
              'session', (select json_build_object(${SESSION_FIELDS}) from sessions s where s.id = f.session_id))
            order by f.position)
     from shown f join actions a on a.id = f.id join action_kinds k on k.id = a.kind_id
     join themes t on t.id = a.theme_id join structures p on p.id = a.provider_id), '[]')`;

/** Seen since the last look, and not there before the search was saved. */
const isNews = (at: string, noticedAt: string) => `(${noticedAt} > :noticedAfter and ${at} > :newsSince)`;

/** Every session of the action `f.id` that answers the search, among `coming`. */
const DATES = `
  'dates', (select coalesce(json_agg(json_build_object('id', s.id, 'calendarSequence', s.calendar_sequence,
                                     'changedAt', coalesce(s.calendar_changed_at, s.added_at), 'slots', ${PUBLIC_SLOTS})
                                     order by s.starts_at, s.id), '[]')
              from sessions s
             where s.action_id = f.id and s.id in (select c.id from coming c where c.is_there)),`;

/**
 * Looks through the catalogue: filters, counts (in all and per value of each filter), sorts and cuts out one page, in
 * one statement. Only narrow indexes are read until the page is known; see `migrations/12_catalogue.ts`.
 */
export async function searchActions(db: Knex, criteria: Criteria, now: Date): Promise<FoundPage> {
  const { words, place, sort, startsFrom, startsBefore } = criteria;
  const wishes = [
    ...(startsFrom ? ['s.starts_at >= :startsFrom'] : []),
    ...(startsBefore ? ['s.starts_at < :startsBefore'] : []),
    ...(criteria.seatsOnly ? [IS_OPEN, 's.has_place'] : []),
  ];
  // A session-level wish is about sessions to come: an action without one cannot fulfil it.
  const withoutSessionToo = criteria.pastToo && !place && wishes.length === 0;
  const filters = Object.entries({
    themes: criteria.themeId !== undefined && 'a.theme_id = :themeId',
    kinds: criteria.kindId !== undefined && 'a.kind_id = :kindId',
    modalities: criteria.modality !== undefined && 'a.modality = :modality',
    reserved: criteria.reserved !== undefined && 'k.reserved = :reserved',
    providers: criteria.providerId !== undefined && 'a.provider_id = :providerId',
    departments: place !== undefined && 'o.is_there',
  }).flatMap(([name, test]) => (test ? [`case when not (${test}) then '${name}' end`] : []));
  const order = [
    ...(sort === 'published' ? ['published_at desc', 'id desc'] : []),
    ...(sort === 'relevance' && words !== '' ? ['is_exact desc', 'relevance desc', 'closeness desc'] : []),
    // What one can no longer ask for comes last.
    'is_open desc nulls last',
    'starts_at',
    'title',
    'id',
  ].join(', ');

  const rows = await query<[FoundPage]>(
    db,
    `with ${words === '' ? '' : HITS} ${townsOf(criteria)}
     coming as materialized (
       select s.id, s.action_id, s.starts_at, s.department, ${IS_OPEN} as is_open, ${placeTest(criteria)} as is_there
              ${criteria.news ? `, ${isNews('s.added_at', 's.noticed_at')} as is_new` : ''}
         from sessions s
        where s.ends_at > :now and s.cancelled_at is null ${wishes.map((wish) => `and ${wish}`).join(' ')}
     ), offers as (
       select distinct on (action_id) action_id, id as session_id, starts_at, is_open, is_there,
              (count(*) filter (where is_there) over (partition by action_id))::int as matching
              ${criteria.news ? ', bool_or(is_new) filter (where is_there) over (partition by action_id) as has_new' : ''}
         from coming order by action_id, is_there desc, is_open desc, starts_at, id
     ), looked_at as (
       select a.id, a.title, ${sort === 'published' ? 'a.published_at, ' : ''}a.kind_id, a.theme_id, a.modality, a.provider_id, k.reserved,
              o.session_id, o.starts_at, o.is_open, coalesce(o.matching, 0) as matching,
              ${words === '' ? 'true as is_exact, 0 as likeness, 0 as closeness' : 'h.is_exact, h.likeness, h.closeness'},
              -- The filters that the action does not fulfil: with one alone it counts among that filter's own values.
              array_remove(array[${filters.join(', ')}]::text[], null) as missed
         from actions a
         join action_kinds k on k.id = a.kind_id
         ${withoutSessionToo ? 'left join' : 'join'} offers o on o.action_id = a.id
         ${words === '' ? '' : 'join hits h on h.id = a.id'}
        where is_public(a, :now) ${criteria.news ? `and (${isNews('a.published_at', 'a.noticed_at')} or o.has_new)` : ''}
     ), base as materialized (
       select * from looked_at where cardinality(missed) < 2
     ), matching as materialized (
       select * from base ${words === '' ? '' : `where ${RESEMBLES_ENOUGH}`}
     ), total as (
       select count(*)::int as count from matching where missed = '{}'
     ), page as (
       select least(:page::int, greatest(1, ceil(count / :perPage::numeric)::int)) as number from total
     ), ranked as (
       select m.*${sort === 'relevance' && words !== '' ? `, ${RELEVANCE} as relevance` : ''}
         from matching m ${words === '' ? '' : 'cross join q'} where m.missed = '{}'
     ), shown as (
       select id, session_id, matching, row_number() over (order by ${order}) as position from ranked
        order by ${order}
        limit :perPage::int offset ((select number from page) - 1) * :perPage::int
     )
     select total.count as total, page.number as page,
            total.count > 0 and not (select bool_or(is_exact) from matching where missed = '{}') as "isApproximate",
            :radius::float is null or exists (select from communes where key = :city) as "isCentreKnown",
            (select name from structures where id = :providerId::int and is_training_body) as "providerName",
            ${cards(criteria.withSlots ? DATES : '')} as actions, ${FACETS} as facets
       from total, page`,
    {
      now,
      ...spellings(words),
      themeId: criteria.themeId ?? null,
      kindId: criteria.kindId ?? null,
      modality: criteria.modality ?? null,
      reserved: criteria.reserved ?? null,
      providerId: criteria.providerId ?? null,
      startsFrom: startsFrom ?? null,
      startsBefore: startsBefore ?? null,
      noticedAfter: criteria.news?.noticedAfter ?? null,
      newsSince: criteria.news?.since ?? null,
      page: criteria.page,
      perPage: criteria.perPage,
      department: place?.kind === 'department' ? place.code : null,
      city: place?.kind === 'city' ? place.city : null,
      radius: criteria.radius ?? null,
    },
  );
  return rows[0];
}

const counts = (name: keyof Facets, column: string) => `
  '${name}', (select coalesce(json_object_agg(value, count), '{}')
    from (select ${column} as value, count(*)::int as count from matching where missed <@ '{${name}}' group by 1) one)`;

const FACETS = `json_build_object(
  ${counts('themes', 'theme_id')}, ${counts('kinds', 'kind_id')}, ${counts('modalities', 'modality')},
  ${counts('reserved', 'reserved')},
  'departments', (select coalesce(json_object_agg(department, count), '{}')
    from (select c.department, count(distinct c.action_id)::int as count
            from coming c join matching m on m.id = c.action_id
           where m.missed <@ '{departments}' and c.department is not null group by 1) one),
  'providers', (select coalesce(json_agg(json_build_object('id', p.id, 'name', p.name, 'count', one.count)
                                order by p.name, p.id), '[]')
    from (select provider_id, count(*)::int as count from matching where missed <@ '{providers}' group by 1
           order by provider_id = :providerId::int desc nulls last, count desc, 1 limit ${OFFERED_PROVIDERS}) one
    join structures p on p.id = one.provider_id))`;

/**
 * The towns meant by a city, where one was typed: of that very name, else of a name that resembles; and within the
 * radius of the town of that name.
 */
function townsOf({ place, radius }: Criteria): string {
  if (place?.kind !== 'city') return '';
  const around = `
    select c.department, c.key
      from (select * from communes where key = :city order by department limit 1) centre
      join communes c on c.latitude between centre.latitude - :radius::float / 111
                                        and centre.latitude + :radius::float / 111
       and c.longitude between centre.longitude - :radius::float / (111 * cosd(centre.latitude))
                           and centre.longitude + :radius::float / (111 * cosd(centre.latitude))
     where kilometres(centre.latitude, centre.longitude, c.latitude, c.longitude) <= :radius::float`;
  return `
    named as materialized (
      select distinct s.department, s.city_key as key from sessions s
       where s.ends_at > :now and s.cancelled_at is null and s.city_key is not null
    ), towns as materialized (
      select department, key from named where key = :city
      union all
      select department, key from named
       where not exists (select from named where key = :city) and not exists (select from communes where key = :city)
         and (' ' || key like '% ' || :city || '%' or similarity(key, :city) > 0.5)
      ${radius === undefined ? '' : `union ${around}`}
    ),`;
}

function placeTest({ place }: Criteria): string {
  if (!place) return 'true';
  if (place.kind === 'department') return 's.department is not distinct from :department';
  if (place.kind === 'city') {
    return `(s.city_key is not null and (s.city_key, coalesce(s.department, '')) in (
              select key, coalesce(department, '') from towns))`;
  }
  // One look per session, on the index: written as a join, all slots of all time would be read.
  return `(s.city_key is null
           and coalesce((select false from slots sl where sl.session_id = s.id and sl.modality = 'in_person' limit 1), true))`;
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
         from unnest(:actionIds::int[]) with ordinality one(id, position)
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
