import type { Knex } from 'knex';
import type { State } from '#enrolment/states.ts';
import { query } from '#platform/database/query.ts';
import { type EnrolmentFilter, isState } from './filter.ts';

/** A request for a place, as the agency sees it. */
export interface ListedEnrolment {
  id: number;
  state: State;
  personName: string;
  structureName: string;
  actionTitle: string;
  sessionId: number;
  startsAt: Date;
  endsAt: Date;
  requestedAt: Date;
  /** Nobody else can decide (domain.md §7: « with no other validator, the agency decides »). */
  needsAgency: boolean;
  /** The validators have let the reminders pass (domain.md §7). */
  isOverdue: boolean;
}

/**
 * Common tables ending with `of_agency`: the requests that nobody else can decide, in sessions where there is still
 * something to decide. They wait for an employer who has no validator today but, perhaps, the person who asks or whoever
 * stands in for them; or for a training body with nobody but, perhaps, that person. Those who decide are read once:
 * looked up for each request, they would be read tens of thousands of times. Binds `:now`.
 */
const OF_AGENCY = `
  validators as materialized (
    select v.structure_id, v.user_id, v.for_user_id from acting_validators v
     where cast(cast(:now as timestamptz) at time zone 'Europe/Paris' as date) between v.from_day and v.until_day
  ), trainers as materialized (
    select af.structure_id, af.user_id
      from affiliation_rights r join affiliations af on af.id = r.affiliation_id where r."right" = 'provider'
  ), of_agency as materialized (
    select e.id
      from (select e.id, e.session_id from enrolments e
             where e.state = 'requested' and not exists (
                     select from validators v where v.structure_id = e.structure_id and v.user_id <> e.user_id
                                                and v.for_user_id is distinct from e.user_id)
            union all
            select e.id, e.session_id from enrolments e join actions a on a.id = e.action_id
             where e.state = 'preregistered' and not exists (
                     select from trainers t where t.structure_id = a.provider_id and t.user_id <> e.user_id)) e
      join sessions s on s.id = e.session_id
     where s.starts_at > :now and s.cancelled_at is null
  )`;

/** How many requests only the agency can decide, in sessions where there is still something to decide. Binds `:now`. */
export const COUNT_FOR_AGENCY = `with ${OF_AGENCY} select count(*) as waiting from of_agency`;

/** The most requests that a list goes through: beyond, a search finds sooner. */
export const FOUND_AT_MOST = 2_000;
/** The most people, and the most actions, that a search means. */
const MOST_MEANT = 300;

/** One page of what a filter leaves, and how many there are: {@link FOUND_AT_MOST} at most, one more says so. */
export interface FoundEnrolments {
  total: number;
  rows: ListedEnrolment[];
}

/**
 * The requests that a filter leaves: what waits, from the oldest, first what only the agency can decide; else the
 * latest first. Whatever narrows most is looked up first, by its index.
 * @param structureIds those that the search means
 * @param overdueBefore requests sent before are overdue
 * @param now sessions that have begun are left out of what waits: nothing can be decided there any more
 */
export async function findEnrolments(
  db: Knex,
  filter: EnrolmentFilter & { structureIds: readonly number[] },
  { now, overdueBefore }: { now: Date; overdueBefore: Date },
  page: { offset: number; limit: number },
): Promise<FoundEnrolments> {
  const { view, search, action, sessionId, structureIds } = filter;
  const waits = view === 'pending' || view === 'agency' || view === 'overdue';
  const conditions = [
    ...(waits ? [WAITS[view], 's.starts_at > :now and s.cancelled_at is null'] : []),
    ...(isState(view) ? ['e.state = :view'] : []),
    ...(sessionId === undefined ? [] : ['e.session_id = :sessionId']),
  ];
  const order = waits ? '(o.id is not null) desc, e.requested_at, e.id' : 'e.requested_at desc, e.id desc';
  const rows = await query<[FoundEnrolments]>(
    db,
    `with ${search === '' ? '' : MEANT} ${action === '' ? '' : TITLED} ${waits ? `${OF_AGENCY},` : ''}
     found as materialized (
       select e.id, row_number() over (order by ${order}) as place,
              ${waits ? 'o.id is not null' : 'false'} as needs_agency
         from ${search !== '' ? 'meant' : action !== '' ? OF_TITLED : 'enrolments'} e
         ${search !== '' && action !== '' ? 'join titled on titled.id = e.action_id' : ''}
         ${waits ? `${view === 'agency' ? '' : 'left'} join of_agency o on o.id = e.id join sessions s on s.id = e.session_id` : ''}
        ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
        -- Not by « place »: the server would number them all first.
        order by ${order} limit :most)
     select (select count(*) from found) as total,
            coalesce((select json_agg(json_build_object(
              'id', e.id, 'state', e.state, 'personName', full_name(u),
              'structureName', st.name, 'actionTitle', a.title, 'sessionId', s.id, 'startsAt', s.starts_at,
              'endsAt', s.ends_at, 'requestedAt', e.requested_at, 'needsAgency', one.needs_agency,
              'isOverdue', e.state = 'requested' and e.requested_at < :overdueBefore
                and s.starts_at > :now and s.cancelled_at is null) order by one.place)
            from (select * from found order by place offset :offset limit :limit) one
            join enrolments e on e.id = one.id
            join users u on u.id = e.user_id
            join structures st on st.id = e.structure_id
            join sessions s on s.id = e.session_id
            join actions a on a.id = e.action_id), '[]') as rows`,
    {
      now,
      overdueBefore,
      view,
      sessionId: sessionId ?? null,
      words: search,
      title: action,
      structureIds: [...structureIds],
      most: FOUND_AT_MOST + 1,
      ...page,
    },
  );
  const [{ total, rows: found }] = rows;
  return {
    total,
    rows: found.map((one) => ({
      ...one,
      startsAt: new Date(one.startsAt),
      endsAt: new Date(one.endsAt),
      requestedAt: new Date(one.requestedAt),
    })),
  };
}

const WAITS = {
  pending: `e.state in ('requested', 'preregistered') and (e.state = 'requested' or o.id is not null)`,
  agency: `e.state in ('requested', 'preregistered')`,
  overdue: `e.state = 'requested' and e.requested_at < :overdueBefore`,
};

// Looked up one by one on their index, however many the server thinks they are.
const FEW = (condition: string) => `
  cross join lateral (select e.* from enrolments e where ${condition} limit ${FOUND_AT_MOST + 1}) e`;

const MEANT = `
  people as materialized (
    select u.id from users u
     where person_words(u.first_name, u.last_name, u.email) like words_pattern(:words) limit ${MOST_MEANT}
  ), meant as materialized (
    select e.* from people p ${FEW('e.user_id = p.id')}
    union
    select e.* from unnest(cast(:structureIds as int[])) st (id) ${FEW('e.structure_id = st.id')}
  ),`;
const TITLED = `
  titled as materialized (
    select a.id from actions a where a.search_title like words_pattern(:title)
     limit ${MOST_MEANT}
  ),`;
const OF_TITLED = `(select e.* from titled t ${FEW('e.action_id = t.id')})`;
