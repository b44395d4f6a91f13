import type { Knex } from 'knex';
import { query, whenRun } from '#platform/database/query.ts';
import type { SessionFilter, SessionState, View } from './filter.ts';

/** A session of the body, with what waits in it. */
export interface ListedSession {
  id: number;
  startsAt: Date;
  endsAt: Date;
  city: string | null;
  cancelledAt: Date | null;
  capacity: number;
  seatsHeld: number;
  waiting: number;
  enrolled: number;
  /** Requests that wait for the body's decision, while it can still be taken. */
  toDecide: number;
  /** People whose presence is still to be noted, once the session has begun. */
  toNote: number;
  /** Seats whose holder has been asked to confirm, and has not yet. */
  unconfirmed: number;
}

/** An action of the body with the sessions that the filter leaves. */
export interface ListedAction {
  id: number;
  title: string;
  slug: string;
  kindLabel: string;
  /** How many there are; `sessions` holds the first of them. */
  count: number;
  sessions: ListedSession[];
}

/** One page of the actions of a body. */
export interface ProviderActions {
  actions: ListedAction[];
  total: number;
  /** Sessions in which something waits for the body, whatever the filter. */
  toTreat: number;
}

const VIEWS: Readonly<Record<View, string>> = {
  'a-venir': 'o.ends_at >= :now',
  'a-traiter': 'o.waits',
  passees: 'o.ends_at < :now',
  toutes: 'true',
};

const STATES: Readonly<Record<SessionState, string>> = {
  places: 'o.cancelled_at is null and o.has_place and o.starts_at > :now',
  completes: 'o.cancelled_at is null and o.seats_held >= o.capacity',
  attente: 'o.cancelled_at is null and o.waitlisted > 0',
  sureffectif: 'o.cancelled_at is null and o.seats_held > o.capacity',
  annulees: 'o.cancelled_at is not null',
};

// Every session of the body, with what waits in it.
const OWN = `
  select s.id, s.action_id, s.starts_at, s.ends_at, s.city, s.city_key, s.cancelled_at, s.capacity, s.seats_held,
         s.waitlisted, s.has_place, a.title, a.search_title, a.slug, a.kind_id,
         case when s.cancelled_at is null and s.starts_at > :now then c.to_do else 0 end as to_decide,
         case when s.cancelled_at is null and s.starts_at <= :now then c.to_do else 0 end as to_note,
         s.cancelled_at is null and c.to_do > 0 as waits
    from actions a
    -- Action by action, by its index: joined, the sessions of all bodies would be read for a large one.
    cross join lateral (select * from sessions where action_id = a.id offset 0) s
    -- Requests to decide until it begins, presences to note from then on.
    cross join lateral (
      select count(*) as to_do from enrolments e
       where e.session_id = s.id
         and e.state = case when s.starts_at > :now then 'preregistered' else 'enrolled' end) c
   where a.provider_id = ${whenRun('cast(:providerId as int)')} and a.published_at is not null`;

/**
 * The actions of a training body that the filter leaves, those in which something waits first; each with the first of
 * its sessions, in the order in which they are useful: the next one first, the latest first where all are over.
 * @param most sessions shown of each action
 */
export async function findProviderActions(
  db: Knex,
  providerId: number,
  { now, most }: { now: Date; most: number },
  filter: SessionFilter,
  page: { offset: number; limit: number },
): Promise<ProviderActions> {
  const conditions = [VIEWS[filter.view], filter.state ? STATES[filter.state] : 'true'];
  const inOrder =
    filter.view === 'passees'
      ? 'm.starts_at desc, m.id desc'
      : `m.waits desc, m.ends_at >= :now desc, case when m.ends_at >= :now then m.starts_at end, m.starts_at desc, m.id`;
  const rows = await query<ProviderActions[]>(
    db,
    `with own as materialized (${OWN}), matching as materialized (
       select o.* from own o
        where ${conditions.join(' and ')}
          and (cast(:search as text) = ''
               or (o.search_title || ' ' || coalesce(o.city_key || ' ' || plain_words(o.city), '')) like all (word_patterns(:search)))
          and (cast(:actionId as int) is null or o.action_id = :actionId)
          and (cast(:from as timestamptz) is null or o.ends_at >= :from)
          and (cast(:until as timestamptz) is null or o.starts_at < :until)
     ), grouped as (
       select action_id, count(*) as count, bool_or(waits) as waits,
              min(starts_at) filter (where ends_at >= :now) as next, max(starts_at) as latest
         from matching group by action_id
     ), listed as (
       select g.*, row_number() over (order by g.waits desc, g.next nulls last, g.latest desc, g.action_id) as place
         from grouped g order by place offset :offset limit :limit
     )
     select (select count(*) from grouped) as total, (select count(*) from own where waits) as "toTreat",
            coalesce((
              select json_agg(json_build_object(
                       'id', a.id, 'title', a.title, 'slug', a.slug, 'kindLabel', k.label, 'count', l.count,
                       'sessions', shown.sessions) order by l.place)
                from listed l
                join actions a on a.id = l.action_id
                join action_kinds k on k.id = a.kind_id
                cross join lateral (
                  select json_agg(json_build_object(
                           'id', m.id, 'startsAt', m.starts_at, 'endsAt', m.ends_at, 'city', m.city,
                           'cancelledAt', m.cancelled_at, 'capacity', m.capacity, 'seatsHeld', m.seats_held,
                           'waiting', m.waitlisted, 'toDecide', m.to_decide, 'toNote', m.to_note,
                           'enrolled', (select count(*) from enrolments e
                                         where e.session_id = m.id and is_confirmed(e.state)),
                           'unconfirmed', (select count(*) from enrolments e
                                            where e.session_id = m.id and is_expected(e.state)
                                              and e.confirmation_asked_at is not null and e.confirmed_at is null
                                              and m.cancelled_at is null and m.starts_at > :now))
                         order by ${inOrder}) as sessions
                    from (select m.* from matching m where m.action_id = l.action_id
                           order by ${inOrder} limit :most) m) shown), '[]') as actions`,
    {
      providerId,
      now,
      most,
      search: filter.search,
      actionId: filter.actionId,
      from: filter.from,
      until: filter.until,
      ...page,
    },
  );
  const [found] = rows as [ProviderActions];
  for (const session of found.actions.flatMap(({ sessions }) => sessions)) {
    session.startsAt = new Date(session.startsAt);
    session.endsAt = new Date(session.endsAt);
    session.cancelledAt = session.cancelledAt && new Date(session.cancelledAt);
  }
  return found;
}
