import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Match } from '../criteria.ts';

/** What a card shows of a formation, with the session that answers best. */
export interface FoundOffer {
  id: number;
  title: string;
  body: string;
  certifying: boolean;
  level: number;
  /** Null where nothing is to come. */
  session: FoundSession | null;
  /** Where it takes place: of the session, else of its first action. */
  city: string;
  department: string | null;
  remote: boolean;
  mode: number | null;
  conventioned: boolean;
  programme: string | null;
  /** The next information meeting of its sessions to come. */
  nextMeeting: string | null;
  answering: number;
  /** In kilometres; NaN where it is not known. */
  distance: number;
}

/** A session on a card. */
export interface FoundSession {
  startsOn: string | null;
  endsOn: string | null;
  precision: 'day' | 'month' | 'year' | 'unknown';
  isPermanent: boolean;
  recruiting: number;
  capacity: number | null;
  seatsHeld: number;
}

/** Bodies that the filter offers, by their number. */
export interface BodyNames {
  id: number;
  name: string;
}

/**
 * The cards of what was found, in its order, and the names of bodies; what is published no longer is left out.
 * @param level SQL of the level of the formation `o`
 */
export async function readCards(
  db: Knex,
  matches: readonly Match[],
  { bodies, now, today, level }: { bodies: readonly number[]; now: Date; today: string; level: string },
): Promise<{ offers: FoundOffer[]; bodies: BodyNames[] }> {
  const [{ cards, names }] = await query<
    [{ cards: Omit<FoundOffer, 'answering' | 'distance'>[]; names: BodyNames[] }]
  >(
    db,
    `with shown as materialized (
       select * from unnest(cast(:ids as int[]), cast(:sessions as int[])) with ordinality one (id, session_id, position)
     )
     select (select coalesce(json_agg(json_build_object('id', id, 'name', name) order by name, id), '[]')
               from structures where id = any (cast(:bodies as int[]))) as names,
            (select coalesce(json_agg(json_build_object(
                      'id', o.id, 'title', o.title, 'body', b.name, 'certifying', o.certifying, 'level', ${level},
                      'city', a.place_city, 'department', a.department, 'remote', a.remote, 'mode', a.teaching_mode,
                      'conventioned', a.conventioned, 'programme', p.label,
                      'session', case when s.id is not null then json_build_object(
                        'startsOn', s.starts_on, 'endsOn', s.ends_on, 'precision', s.date_precision,
                        'isPermanent', coalesce(a.entry_mode = 1, false), 'recruiting', s.recruiting,
                        'capacity', s.capacity, 'seatsHeld', s.seats_held) end,
                      'nextMeeting', (select min(m.starts_at) from offer_sessions other
                                        join information_meetings m on m.session_id = other.id
                                       where other.offer_id = o.id and other.state = 'open'
                                         and coalesce(other.ends_on >= cast(:today as date), true)
                                         and m.cancelled_at is null and m.starts_at > :now))
                    order by f.position), '[]')
               from shown f join offers o on o.id = f.id and o.state = 'published'
               join structures b on b.id = o.structure_id
               left join offer_sessions s on s.id = f.session_id
               left join lateral (select * from offer_actions one
                                   where one.offer_id = o.id and one.archived_at is null
                                   order by one.id is distinct from s.action_id, one.position, one.id limit 1) a on true
               left join programmes p on p.id = a.programme_id) as cards`,
    {
      now,
      today,
      ids: matches.map(({ offerId }) => offerId),
      sessions: matches.map(({ sessionId }) => sessionId || null),
      bodies: [...bodies],
    },
  );
  const byId = new Map(matches.map((match) => [match.offerId, match]));
  const offers = cards.map((card): FoundOffer => {
    const { answering = 0, distance = Number.NaN } = byId.get(card.id) ?? {};
    return { ...card, answering, distance };
  });
  return { offers, bodies: names };
}
