import type { Knex } from 'knex';
import { LIVE_STATES, type State } from '../../parcourspro/enrolment/states.ts';
import { type Paged, paged, type Slice } from '../../portal/paged.ts';

/** A place or a rank held in the name of a structure that the person has left, or cannot act for any more. */
export interface KeptPlace {
  id: number;
  state: State;
  personName: string;
  email: string;
  structureName: string;
  /** The person belongs to the structure still, but their account is closed. */
  isClosed: boolean;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
}

/** Places kept by people who left the structure or whose account is closed, the next session first; sessions that have begun are left out. */
export async function findKeptPlaces(db: Knex, now: Date, page: Slice): Promise<Paged<KeptPlace>> {
  const { rows } = await db.raw<{ rows: (KeptPlace & { total: number })[] }>(
    `${KEPT_PLACE}
      order by s.starts_at, e.id
      limit :limit offset :offset`,
    { live: [...LIVE_STATES], now, ...page } as unknown as Record<string, Knex.RawBinding>,
  );
  return paged(rows);
}

/** @returns undefined for an enrolment that is not one of them, or no longer */
export async function findKeptPlace(db: Knex, now: Date, id: number): Promise<KeptPlace | undefined> {
  const { rows } = await db.raw<{ rows: KeptPlace[] }>(`${KEPT_PLACE} and e.id = :id`, {
    live: [...LIVE_STATES],
    now,
    id,
  } as unknown as Record<string, Knex.RawBinding>);
  return rows[0];
}

const KEPT_PLACE = `
     select e.id, e.state, u.first_name || ' ' || u.last_name as "personName", u.email,
            st.name as "structureName", u.closed_at is not null as "isClosed", a.title as "actionTitle",
            s.starts_at as "startsAt", s.ends_at as "endsAt",
            count(*) over () as total
       from enrolments e
       join users u on u.id = e.user_id
       join structures st on st.id = e.structure_id
       join sessions s on s.id = e.session_id
       join actions a on a.id = e.action_id
      where e.state = any(cast(:live as text[])) and s.starts_at > :now
        and (u.closed_at is not null
             or not exists (select from affiliations af
                             where af.user_id = e.user_id and af.structure_id = e.structure_id))`;
