import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { LheoElement } from '../../lheo/tree.ts';
import { projectSession } from '../project/session.ts';
import { numberOf } from '../project/split.ts';
import type { KeptAction } from './actions.ts';

/** A session that is kept, as LHÉO has it. */
export interface KeptSession {
  id: number;
  /** Of a formation that was not there before. */
  isNew: boolean;
  session: LheoElement;
}

/**
 * Writes the sessions of actions, found again by their numbers; the others of these actions are archived where nobody has or
 * waits for a seat. Fewer places than are held are not taken; what was cancelled stays so.
 */
export async function keepSessions(
  trx: Knex.Transaction,
  actions: readonly KeptAction[],
): Promise<KeptSession[]> {
  const asked = actions.flatMap(({ id, isNew, sessions }) =>
    sessions.map((session, position) => ({
      actionId: id,
      isNew,
      number: numberOf(session),
      position,
      session,
    })),
  );
  const rows = asked.map(({ session, isNew: _, ...place }) => ({
    ...projectSession(session),
    ...place,
    lheo: session,
  }));
  const kept = await query<{ id: number; actionId: number; number: string }[]>(
    trx,
    `insert into offer_sessions as s (action_id, offer_id, structure_id, external_number, position, lheo, starts_raw,
            ends_raw, starts_on, ends_on, date_precision, enrol_from, enrol_to, recruiting, capacity, department,
            conventioned)
     select a.id, o.id, o.structure_id, r.number, r.position, r.lheo, "startsRaw", "endsRaw", "startsOn", "endsOn",
            "datePrecision", "enrolFrom", "enrolTo", r.recruiting, r.capacity, a.department, a.conventioned
       from json_to_recordset(cast(:rows as json)) as r ("actionId" int, number text, position int, lheo jsonb,
            "startsRaw" text, "endsRaw" text, "startsOn" date, "endsOn" date, "datePrecision" text, "enrolFrom" date,
            "enrolTo" date, recruiting smallint, capacity int)
       join offer_actions a on a.id = r."actionId" join offers o on o.id = a.offer_id
     on conflict (action_id, external_number) do update set
            position = excluded.position, lheo = excluded.lheo, starts_raw = excluded.starts_raw,
            ends_raw = excluded.ends_raw, starts_on = excluded.starts_on, ends_on = excluded.ends_on,
            date_precision = excluded.date_precision, enrol_from = excluded.enrol_from, enrol_to = excluded.enrol_to,
            recruiting = excluded.recruiting, department = excluded.department, conventioned = excluded.conventioned,
            capacity = case when excluded.capacity < s.seats_held then s.capacity else excluded.capacity end,
            state = case when s.state = 'archived' then 'open' else s.state end
     returning s.id, s.action_id as "actionId", s.external_number as number`,
    { rows: JSON.stringify(rows) },
  );
  const known = actions.filter(({ isNew }) => !isNew).map(({ id }) => id);
  if (known.length > 0)
    await execute(
      trx,
      `update offer_sessions set state = 'archived'
        where action_id = any (cast(:known as int[])) and id <> all (cast(:kept as int[])) and state = 'open'
          and seats_held = 0 and waiting = 0`,
      { known, kept: kept.map(({ id }) => id) },
    );
  const ids = new Map(kept.map(({ id, actionId, number }) => [`${actionId} ${number}`, id]));
  return asked.map(({ actionId, isNew, number, session }) => ({
    id: ids.get(`${actionId} ${number}`) as number,
    isNew,
    session,
  }));
}
