import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';
import { execute, query } from '#platform/database/query.ts';
import { TAB_COUNTS, type TabCounts } from '../my-space-tabs.ts';

/** A search that somebody keeps. */
export interface SavedSearch {
  id: number;
  name: string;
  /** As in the address, without the page. */
  query: string;
  hasAlert: boolean;
  createdAt: Date;
}

const columns = {
  id: 'id',
  name: 'name',
  query: 'query',
  hasAlert: 'has_alert',
  createdAt: 'created_at',
};

/** A person's searches, by name, with the counts of the tabs of « Mon espace personnel ». */
export async function findSavedSearches(
  db: Knex,
  userId: number,
  now: Date,
): Promise<{ searches: SavedSearch[]; counts: TabCounts }> {
  const rows = await query<[{ searches: SavedSearch[]; counts: TabCounts }]>(
    db,
    `select coalesce((
              select json_agg(json_build_object('id', q.id, 'name', q.name, 'query', q.query, 'hasAlert', q.has_alert,
                                                'createdAt', q.created_at) order by q.name, q.id)
                from saved_searches q where q.user_id = :userId), '[]') as searches,
            ${TAB_COUNTS} as counts`,
    { userId, now },
  );
  for (const one of rows[0].searches) one.createdAt = new Date(one.createdAt);
  return rows[0];
}

/** How many searches other than this one a person keeps, once nobody else can add one for them. */
export async function countOthersLocked(
  trx: Knex.Transaction,
  userId: number,
  query: string,
): Promise<number> {
  await lock(trx, { people: [userId] });
  const row = await trx('saved_searches')
    .where({ user_id: userId })
    .whereNot({ query })
    .count({ count: '*' })
    .first();
  return Number(row?.count ?? 0);
}

/** Keeps a search; the same search again changes its name and alert. */
export async function upsertSearch(
  trx: Knex.Transaction,
  userId: number,
  search: { name: string; query: string; hasAlert: boolean },
  at: Date,
): Promise<void> {
  const { name, query, hasAlert } = search;
  await execute(
    trx,
    `insert into saved_searches (user_id, name, query, has_alert, created_at, looked_until)
     values (:userId, :name, :query, :hasAlert, :at, :at)
         on conflict (user_id, query) do update
        set name = excluded.name, has_alert = excluded.has_alert,
            looked_until = case when saved_searches.has_alert then saved_searches.looked_until else excluded.looked_until end,
            alert_since = case when saved_searches.has_alert then saved_searches.alert_since else excluded.looked_until end`,
    { userId, name, query, hasAlert, at },
  );
}

/** @returns whether the person has a search of this id */
export async function updateAlert(
  db: Knex,
  userId: number,
  id: number,
  hasAlert: boolean,
  at: Date,
): Promise<boolean> {
  // What was published while the alert was off is not news any more.
  const rowCount = await execute(
    db,
    `update saved_searches
        set looked_until = case when has_alert then looked_until else :at end,
            alert_since = case when has_alert then alert_since else :at end, has_alert = :hasAlert
      where id = :id and user_id = :userId`,
    { id, userId, hasAlert, at },
  );
  return rowCount > 0;
}

/** @returns whether the person had a search of this id */
export async function deleteSearch(db: Knex, userId: number, id: number): Promise<boolean> {
  return (await db('saved_searches').where({ id, user_id: userId }).delete()) > 0;
}

export async function endAlerts(db: Knex, userId: number): Promise<void> {
  await db('saved_searches').where({ user_id: userId, has_alert: true }).update({ has_alert: false });
}

/** The people with an open account whose searches have something new to look at: an action or a session noticed. */
export async function findPeopleToAlert(db: Knex): Promise<number[]> {
  const rows = await query<{ user_id: number }[]>(
    db,
    `select distinct s.user_id from saved_searches s join users u on u.id = s.user_id and u.closed_at is null
      where s.has_alert and s.looked_until < greatest((select max(noticed_at) from actions), (select max(noticed_at) from sessions))
      order by s.user_id`,
  );
  return rows.map(({ user_id }) => user_id);
}

/** A search with an alert. */
export interface WatchedSearch extends SavedSearch {
  /** The moment of the last look. */
  lookedUntil: Date;
  /** Since when there is an alert: what was there before is no news. */
  alertSince: Date;
}

/** Somebody's searches with an alert, for the transaction alone until its end. */
export async function lockAlerts(
  trx: Knex.Transaction,
  userId: number,
): Promise<{ email: string; name: string; searches: WatchedSearch[] }> {
  const person = await trx('users')
    .where({ id: userId })
    .whereNull('closed_at')
    .first('email', trx.raw(`full_name(users) as name`));
  const searches = person
    ? await trx('saved_searches')
        .where({ user_id: userId, has_alert: true })
        .orderBy(['name', 'id'])
        .forUpdate()
        .select({
          ...columns,
          lookedUntil: 'looked_until',
          alertSince: trx.raw('coalesce(alert_since, created_at)'),
        })
    : [];
  return { email: person?.email ?? '', name: person?.name ?? '', searches };
}

export async function markLooked(trx: Knex.Transaction, ids: number[], until: Date): Promise<void> {
  // Never back, should two looks cross.
  await trx('saved_searches')
    .whereIn('id', ids)
    .where('looked_until', '<', until)
    .update({ looked_until: until });
}
