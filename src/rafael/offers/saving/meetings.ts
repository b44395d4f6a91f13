import type { Knex } from 'knex';
import { execute } from '#platform/database/query.ts';
import { projectMeetings } from '../project/meetings.ts';
import type { KeptSession } from './sessions.ts';

/**
 * Writes the information meetings of sessions, found again by their kind and moment. Those that LHÉO named before, and no longer
 * does, go where nobody is expected.
 */
export async function keepMeetings(trx: Knex.Transaction, sessions: readonly KeptSession[]): Promise<void> {
  const ids = sessions.filter(({ isNew }) => !isNew).map(({ id }) => id);
  const rows = sessions.flatMap(({ id, session }) =>
    projectMeetings(session).map((meeting) => ({ ...meeting, sessionId: id })),
  );
  if (ids.length > 0)
    await execute(
      trx,
      `delete from information_meetings m
      where m.session_id = any (cast(:ids as int[])) and m.origin = 'lheo' and m.taken = 0
        and not exists (select from jsonb_to_recordset(cast(:rows as jsonb))
                          as r ("sessionId" int, kind text, "startsAt" timestamptz)
                         where r."sessionId" = m.session_id and r.kind = m.kind and r."startsAt" = m.starts_at)`,
      { ids, rows: JSON.stringify(rows) },
    );
  if (rows.length === 0) return;
  await execute(
    trx,
    `insert into information_meetings as m (session_id, kind, starts_at, ends_at, remote, place, url, places, comment,
            origin)
     select "sessionId", kind, "startsAt", "endsAt", remote, place, url, places, comment, 'lheo'
       from jsonb_to_recordset(cast(:rows as jsonb)) as r ("sessionId" int, kind text, "startsAt" timestamptz,
            "endsAt" timestamptz, remote bool, place text, url text, places int, comment text)
     on conflict (session_id, kind, starts_at) do update set
            ends_at = excluded.ends_at, remote = excluded.remote, place = excluded.place, url = excluded.url,
            places = case when excluded.places < m.taken then m.places else excluded.places end,
            comment = excluded.comment`,
    { rows: JSON.stringify(rows) },
  );
}
