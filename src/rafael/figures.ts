import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { parisDay } from '#platform/french/time.ts';
import { waitingSql } from '#platform/tiles.ts';
import type { RafaelFigure } from './entry.ts';

/** The numbers of the home, in the order of the figures; one statement, and none where nothing is counted. */
export async function countFigures(
  db: Knex,
  figures: readonly Pick<RafaelFigure, 'sql'>[],
  bindings: { structureId: number | null; userId: number; now: Date },
): Promise<number[]> {
  if (figures.length === 0) return [];
  const [row] = await query<[{ counts: { waiting: number }[][] }]>(
    db,
    `select ${waitingSql(figures)} as counts`,
    { ...bindings, today: parisDay(bindings.now).toString() },
  );
  return row.counts.map(([first]) => first?.waiting ?? 0);
}
