import type { Knex } from 'knex';

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

/** A person's searches, by name. */
export function findSavedSearches(db: Knex, userId: number): Promise<SavedSearch[]> {
  return db('saved_searches').where({ user_id: userId }).orderBy(['name', 'id']).select(columns);
}

/** How many searches other than this one a person keeps, once nobody else can add one for them. */
export async function countOthersLocked(
  trx: Knex.Transaction,
  userId: number,
  query: string,
): Promise<number> {
  await trx.raw('select id from users where id = ? for no key update', [userId]);
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
  await trx.raw(
    `insert into saved_searches (user_id, name, query, has_alert, created_at, looked_until)
     values (:userId, :name, :query, :hasAlert, :at, :at)
         on conflict (user_id, query) do update
        set name = excluded.name, has_alert = excluded.has_alert,
            looked_until = case when saved_searches.has_alert then saved_searches.looked_until else excluded.looked_until end`,
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
  const { rowCount } = await db.raw(
    `update saved_searches
        set looked_until = case when has_alert then looked_until else :at end, has_alert = :hasAlert
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

/** The people with an open account whose searches have something new to look at: an action published, or a session added. */
export async function findPeopleToAlert(db: Knex, now: Date): Promise<number[]> {
  const { rows } = await db.raw<{ rows: { user_id: number }[] }>(
    `select distinct s.user_id from saved_searches s join users u on u.id = s.user_id and u.closed_at is null
      where s.has_alert and s.looked_until < greatest((select max(published_at) from actions where published_at <= :now),
                                                   (select max(added_at) from sessions where added_at <= :now))
      order by s.user_id`,
    { now },
  );
  return rows.map(({ user_id }) => user_id);
}

/** Somebody's searches with an alert, for the transaction alone until its end. */
export async function lockAlerts(
  trx: Knex.Transaction,
  userId: number,
): Promise<{ email: string; name: string; searches: (SavedSearch & { lookedUntil: Date })[] }> {
  const person = await trx('users')
    .where({ id: userId })
    .whereNull('closed_at')
    .first('email', trx.raw(`first_name || ' ' || last_name as name`));
  const searches = person
    ? await trx('saved_searches')
        .where({ user_id: userId, has_alert: true })
        .orderBy(['name', 'id'])
        .forUpdate()
        .select({ ...columns, lookedUntil: 'looked_until' })
    : [];
  return { email: person?.email ?? '', name: person?.name ?? '', searches };
}

export async function markLooked(trx: Knex.Transaction, ids: number[], until: Date): Promise<void> {
  await trx('saved_searches').whereIn('id', ids).update({ looked_until: until });
}
