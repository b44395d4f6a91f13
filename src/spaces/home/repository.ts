import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { type Tile, tileBindings, type Waiting, waitingSql } from '#platform/tiles.ts';

/** What « Accueil » reads of one person. */
export interface FoundHome {
  /** When the account was made: a new one is shown the first steps. */
  accountSince: Date;
  /** Under each tile, in their order. */
  waiting: Waiting[][];
}

export async function findHome(
  db: Knex,
  tiles: readonly Tile[],
  userId: number,
  now: Date,
): Promise<FoundHome | undefined> {
  const rows = await query<FoundHome[]>(
    db,
    `select u.created_at as "accountSince", ${waitingSql(tiles)} as waiting from users u where u.id = :userId`,
    tileBindings(tiles, userId, now),
  );
  return rows[0];
}
