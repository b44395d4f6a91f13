import type { Knex } from 'knex';
import { lockName } from '#platform/database/locks.ts';
import { execute, query } from '#platform/database/query.ts';
import type { Cell } from './rules.ts';

const local = `s.starts_at at time zone 'Europe/Paris'`;
const PARTS = `extract(year from ${local})::int as year, extract(month from ${local})::int as month,
               a.kind_id, a.theme_id`;

/**
 * Counts enrolments and the seats of sessions; one row per set of the grouping.
 * @param facts and `offers`: which enrolments and which sessions, as the end of a statement; no offers, no capacity
 */
const counting = (facts: string, offers: string | null, grouping: string, offersGrouping: string): string => `
  with facts as (
    select ${PARTS}, st.department, e.user_id, e.state from ${facts}
  ), counted as (
    select year, month, kind_id, theme_id, department, count(*) as requests,
           count(*) filter (where state = 'refused_by_hr') as refused_by_hr,
           count(*) filter (where state = 'refused_by_provider') as refused_by_provider,
           count(*) filter (where holds_seat(state)) as seats,
           cast(null as bigint) as capacity,
           count(*) filter (where state = 'attended') as present,
           count(*) filter (where state = 'absent') as absent,
           count(distinct user_id) filter (where state = 'attended') as people
      from facts group by ${grouping}
    ${
      offers
        ? `union all
    select year, month, kind_id, theme_id, null, 0, 0, 0, 0, sum(capacity), 0, 0, 0
      from (select ${PARTS}, s.capacity from ${offers}) offered group by ${offersGrouping}`
        : ''
    }
  )
  select year, month, kind_id, theme_id, department, sum(requests)::int as requests,
         sum(refused_by_hr)::int as refused_by_hr, sum(refused_by_provider)::int as refused_by_provider,
         sum(seats)::int as seats, sum(capacity)::int as capacity, sum(present)::int as present,
         sum(absent)::int as absent, sum(people)::int as people
    from counted where year is not null group by 1, 2, 3, 4, 5`;

const CELL = `month, kind_id as "kindId", theme_id as "themeId", department, requests, refused_by_hr as "refusedByHr",
  refused_by_provider as "refusedByProvider", seats, capacity, present, absent, people`;

const ENROLMENTS = `enrolments e join sessions s on s.id = e.session_id join actions a on a.id = e.action_id
  join structures st on st.id = e.structure_id`;
const SESSIONS = `sessions s join actions a on a.id = s.action_id`;
const OFFERED = 's.cancelled_at is null and a.published_at is not null';

/** How long a count may take: half a minute at a million requests, on two busy processors. */
const COUNT_LIMIT = '10min';

/**
 * Counts the whole region again; two at once do it one after the other. It has a time limit of its own, far beyond
 * that of a page.
 * @param since the first moment of the first year to count; null for all years
 */
export async function refresh(
  trx: Knex.Transaction,
  now: Date,
  since: { year: number; from: Date } | null,
): Promise<void> {
  await execute(
    trx,
    `select set_config('statement_timeout', :limit, true), set_config('lock_timeout', :limit, true)`,
    { limit: COUNT_LIMIT },
  );
  await lockName(trx, 'figures');
  await trx('figures')
    .where('year', '>=', since?.year ?? 0)
    .delete();
  await execute(
    trx,
    `insert into figures (year, month, kind_id, theme_id, department, requests, refused_by_hr,
                          refused_by_provider, seats, capacity, present, absent, people)
     ${counting(
       since ? `${ENROLMENTS} where s.starts_at >= :from` : ENROLMENTS,
       `${SESSIONS} where ${OFFERED} ${since ? 'and s.starts_at >= :from' : ''}`,
       'year, cube (department, kind_id, theme_id, month)',
       'year, cube (kind_id, theme_id, month)',
     )}`,
    since ? { from: since.from } : {},
  );
  await execute(
    trx,
    `insert into figures_refresh (refreshed_at) values (?)
     on conflict (id) do update set refreshed_at = excluded.refreshed_at`,
    [now],
  );
}

/** To which part of a year figures are limited. */
export interface Limits {
  year: number;
  kindId?: number;
  themeId?: number;
  department?: string;
}

const bindingsOf = ({ year, kindId, themeId, department }: Limits) => ({
  year,
  kindId: kindId ?? null,
  themeId: themeId ?? null,
  department: department ?? null,
});

/** The region's, as last counted. */
export async function findRegionCells(db: Knex, limits: Limits): Promise<(Cell & { refreshedAt: Date })[]> {
  return query<(Cell & { refreshedAt: Date })[]>(
    db,
    `select ${CELL}, r.refreshed_at as "refreshedAt" from figures_refresh r, figures
      where year = :year
        and (cast(:kindId as int) is null or kind_id = :kindId)
        and (cast(:themeId as int) is null or theme_id = :themeId)
        and (cast(:department as text) is null or department = :department)
        and num_nonnulls(month, case when cast(:kindId as int) is null then kind_id end,
                         case when cast(:themeId as int) is null then theme_id end,
                         case when cast(:department as text) is null then department end) <= 1`,
    bindingsOf(limits),
  );
}

/** Whose own figures are wanted: a training body's sessions, or the requests of a structure's people. */
export type Owner = { providerId: number } | { structureId: number };

/** One owner's, as they are now: few enough to be counted at once. */
export async function findOwnCells(
  db: Knex,
  owner: Owner,
  limits: Limits,
  bounds: { from: Date; until: Date },
): Promise<Cell[]> {
  const isProvider = 'providerId' in owner;
  const within = `s.starts_at >= :from and s.starts_at < :until
      and (cast(:kindId as int) is null or a.kind_id = :kindId)
      and (cast(:themeId as int) is null or a.theme_id = :themeId)`;
  const own = isProvider ? 'a.provider_id = :ownerId' : 'e.structure_id = :ownerId';
  // Seats are offered to everybody: to nobody’s people nor to one département alone.
  const hasOffers = isProvider && limits.department === undefined;
  return query<Cell[]>(
    db,
    `select ${CELL} from (${counting(
      `${ENROLMENTS} where ${own} and ${within}
         and (cast(:department as text) is null or st.department = :department)`,
      hasOffers ? `${SESSIONS} where ${OFFERED} and ${own} and ${within}` : null,
      'grouping sets ((year), (year, month), (year, kind_id), (year, theme_id), (year, department))',
      'grouping sets ((year), (year, month), (year, kind_id), (year, theme_id))',
    )}) cells`,
    {
      ...bindingsOf(limits),
      ...bounds,
      ownerId: isProvider ? owner.providerId : owner.structureId,
    },
  );
}

/** What figures can be limited to, by number and name. */
export interface Choices {
  kinds: { id: number; label: string }[];
  themes: { id: number; label: string }[];
  providers: { id: number; label: string }[];
}

/** @param mostProviders training bodies with an action, by name; none where 0 */
export async function findChoices(db: Knex, mostProviders: number): Promise<Choices> {
  const rows = await query<Choices[]>(
    db,
    `select (select json_agg(json_build_object('id', id, 'label', label) order by position, id)
               from action_kinds) as kinds,
            (select json_agg(json_build_object('id', id, 'label', label) order by position, id)
               from themes) as themes,
            coalesce((select json_agg(json_build_object('id', p.id, 'label', p.name) order by p.name, p.id)
               from (with recursive bodies as (
                       (select provider_id from actions order by provider_id limit 1)
                       union all
                       select (select a.provider_id from actions a where a.provider_id > b.provider_id
                                order by a.provider_id limit 1) from bodies b where b.provider_id is not null)
                     select s.id, s.name from bodies b join structures s on s.id = b.provider_id
                      order by s.name limit :mostProviders) p), '[]') as providers`,
    { mostProviders },
  );
  return rows[0] as Choices;
}
