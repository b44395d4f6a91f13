import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { TAB_COUNTS, type TabCounts } from '../my-space-tabs.ts';
import { WANTS_NEW_DATES } from '../new-sessions/choice.ts';

/** A public action by the name of its address; undefined where there is none. */
export async function findPublicAction(
  db: Knex,
  slug: string,
  now: Date,
): Promise<{ id: number; title: string } | undefined> {
  const rows = await query<{ id: number; title: string }[]>(
    db,
    `select a.id, a.title from actions a where a.slug = :slug and is_public(a, :now)`,
    { slug, now },
  );
  return rows[0];
}

/** Adds a favourite; one that is there stays as it was. */
export async function insertFavourite(db: Knex, userId: number, actionId: number, at: Date): Promise<void> {
  await db('favourites')
    .insert({ user_id: userId, action_id: actionId, added_at: at })
    .onConflict(['user_id', 'action_id'])
    .ignore();
}

export async function deleteFavourite(db: Knex, userId: number, slug: string): Promise<void> {
  await db('favourites')
    .where({ user_id: userId })
    .whereIn('action_id', db('actions').where({ slug }).select('id'))
    .delete();
}

/** One part of a person's favourites. */
export interface FavouriteIds {
  ids: number[];
  counts: TabCounts;
  /** The person is told of the new dates of what they follow. */
  wantsNewDates: boolean;
}

/** One part of a person's favourites that are still public, the latest added first, with the counts of the tabs. */
export async function findFavouriteIds(
  db: Knex,
  userId: number,
  { offset, limit, now }: { offset: number; limit: number; now: Date },
): Promise<FavouriteIds> {
  const rows = await query<[FavouriteIds]>(
    db,
    `select array(
              select f.action_id from favourites f join actions a on a.id = f.action_id
               where f.user_id = :userId and is_public(a, :now)
               order by f.added_at desc, f.action_id limit :limit offset :offset) as ids,
            ${TAB_COUNTS} as counts, ${WANTS_NEW_DATES} as "wantsNewDates"`,
    { userId, offset, limit, now },
  );
  return rows[0];
}
