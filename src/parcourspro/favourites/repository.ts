import type { Knex } from 'knex';
import { IS_PUBLIC } from '../catalogue/service.ts';

/** A public action by the name of its address; undefined where there is none. */
export async function findPublicAction(
  db: Knex,
  slug: string,
  now: Date,
): Promise<{ id: number; title: string } | undefined> {
  const { rows } = await db.raw<{ rows: { id: number; title: string }[] }>(
    `select a.id, a.title from actions a where a.slug = :slug and ${IS_PUBLIC}`,
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

/** One part of a person's favourites that are still public, the latest added first. */
export async function findFavouriteIds(
  db: Knex,
  userId: number,
  { offset, limit, now }: { offset: number; limit: number; now: Date },
): Promise<{ total: number; ids: number[] }> {
  const { rows } = await db.raw<{ rows: [{ total: number; ids: number[] }] }>(
    `with mine as materialized (
       select f.action_id, f.added_at from favourites f join actions a on a.id = f.action_id
        where f.user_id = :userId and ${IS_PUBLIC})
     select (select count(*)::int from mine) as total,
            array(select action_id from mine order by added_at desc, action_id limit :limit offset :offset) as ids`,
    { userId, offset, limit, now },
  );
  return rows[0];
}
