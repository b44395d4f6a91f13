import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';

/** A structure whose membership a person may ask for, with the years that are settled or asked for already. */
export interface Candidate {
  id: number;
  name: string;
  siret: string;
  memberYears: number[];
  requestedYears: number[];
}

/** The open structures of which a person is référent; one of them when `structureId` is given. */
export async function findCandidates(
  db: Knex,
  userId: number,
  today: string,
  structureId?: number,
): Promise<Candidate[]> {
  return query<Candidate[]>(
    db,
    `select s.id, s.name, s.siret,
            coalesce((select json_agg(m.year order by m.year) from memberships m
                       where m.structure_id = s.id), '[]') as "memberYears",
            coalesce((select json_agg(q.year order by q.year) from membership_requests q
                       where q.structure_id = s.id and q.state = 'pending'), '[]') as "requestedYears"
       from affiliations a
       join affiliation_rights r on r.affiliation_id = a.id and r."right" = 'referent'
       join structures s on s.id = a.structure_id
      where a.user_id = ? and (s.closed_on is null or s.closed_on > cast(? as date))
        and s.id = coalesce(cast(? as int), s.id)
      order by s.name, s.id`,
    [userId, today, structureId ?? null],
  );
}

export async function insertRequest(
  trx: Knex.Transaction,
  request: { structureId: number; year: number; charterVersion: string; userId: number; at: Date },
): Promise<number> {
  const [row] = await trx('membership_requests').insert(
    {
      structure_id: request.structureId,
      year: request.year,
      charter_version: request.charterVersion,
      requested_by: request.userId,
      requested_at: request.at,
    },
    'id',
  );
  return row.id;
}

/** Records many memberships in one statement; those recorded already stay as they are. */
export async function recordMemberships(
  trx: Knex.Transaction,
  memberships: readonly { structureId: number; year: number }[],
  at: Date,
  userId: number,
): Promise<void> {
  await execute(
    trx,
    `insert into memberships (structure_id, year, recorded_at, recorded_by)
     select m.structure_id, m.year, :at, :userId
       from unnest(cast(:structures as int[]), cast(:years as int[])) as m (structure_id, year)
     on conflict do nothing`,
    { ...pairsOf(memberships), at, userId },
  );
}

/** The same as two lists, for a statement. */
export const pairsOf = (memberships: readonly { structureId: number; year: number }[]) => ({
  structures: memberships.map(({ structureId }) => structureId),
  years: memberships.map(({ year }) => year),
});

// Members of the year before, still open, that have neither renewed nor asked to.
const TO_REMIND = `
  exists (select from memberships m where m.structure_id = s.id and m.year = :year - 1)
  and not exists (select from memberships m where m.structure_id = s.id and m.year = :year)
  and not exists (select from membership_requests q
                   where q.structure_id = s.id and q.year = :year and q.state = 'pending')
  and not exists (select from membership_reminders w
                   where w.structure_id = s.id and w.year = :year and w.season = :season)
  and (s.closed_on is null or s.closed_on > cast(:today as date))`;

interface RenewalKey {
  year: number;
  season: string;
  today: string;
}

/** The structures to remind; one of them when `structureId` is given, for a second look under the lock. */
export async function findToRemind(
  db: Knex,
  key: RenewalKey,
  structureId?: number,
): Promise<{ id: number; name: string; siret: string }[]> {
  return query<{ id: number; name: string; siret: string }[]>(
    db,
    `select s.id, s.name, s.siret from structures s
      where s.id = coalesce(cast(:structureId as int), s.id) and ${TO_REMIND} order by s.id`,
    { ...key, structureId: structureId ?? null },
  );
}

export async function recordReminder(
  trx: Knex.Transaction,
  reminder: { structureId: number; year: number; season: string; at: Date },
): Promise<void> {
  await trx('membership_reminders').insert({
    structure_id: reminder.structureId,
    year: reminder.year,
    season: reminder.season,
    sent_at: reminder.at,
  });
}
