import type { Knex } from 'knex';
import { query } from './database/query.ts';
import { parisDay } from './french/time.ts';

/** Something that waits, as a home page shows it: how much of what, and the way there. */
export interface Tile {
  /**
   * `decisions` are a person's to take and `awaited` ones others', on « Accueil »; `agency`, on « Agence ». `space` is only
   * told beside the profile of its page, where one chooses among profiles.
   */
  home: 'decisions' | 'awaited' | 'agency' | 'space';
  /** After the number; one that is `awaited` stands without it. */
  label: readonly [one: string, many: string];
  href: string;
  /**
   * SQL of rows of {@link Waiting}. It binds `:userId` (who reads), `:now`, `:today` (the day in Paris, `YYYY-MM-DD`) and
   * what `bindings` adds; all tiles of a home are read in one statement.
   */
  sql: string;
  bindings?(now: Date): Readonly<Record<string, unknown>>;
}

declare module './dependencies.ts' {
  interface Feature {
    /** What waits for people because of it, on their home pages. */
    tiles?: readonly Tile[];
  }
}

/** How much waits under a tile: one row, or one for each structure whose profile opens the page. */
export interface Waiting {
  waiting: number;
  structureId?: number;
  /** Of these, how many wait for too long, and how many a machine could not do. */
  overdue?: number;
  failed?: number;
}

/** SQL of what waits under each tile: a JSON array, in their order, of arrays of {@link Waiting}. */
export const waitingSql = (tiles: readonly Pick<Tile, 'sql'>[]): string =>
  `json_build_array(${tiles.map(({ sql }) => `(select coalesce(json_agg(t), '[]') from (${sql}) t)`).join(', ')})`;

/** What {@link waitingSql} binds. */
export const tileBindings = (tiles: readonly Tile[], userId: number, now: Date): Record<string, unknown> =>
  Object.assign(
    { userId, now, today: parisDay(now).toString() },
    ...tiles.map(({ bindings }) => bindings?.(now)),
  );

/** What waits for a person under each tile, in their order; one statement. */
export async function findWaiting(
  db: Knex,
  tiles: readonly Tile[],
  userId: number,
  now: Date,
): Promise<Waiting[][]> {
  const sql = `select ${waitingSql(tiles)} as waiting`;
  const [row] = await query<[{ waiting: Waiting[][] }]>(db, sql, tileBindings(tiles, userId, now));
  return row.waiting;
}
