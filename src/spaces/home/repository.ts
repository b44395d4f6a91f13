import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { parisYear } from '#platform/french/time.ts';
import { type Tile, tileBindings, type Waiting, waitingSql } from '#platform/tiles.ts';
import { PERSON_AND_SERVICES, type Person, type Service } from '#sso/services/service.ts';

/** What « Accueil » reads of one person. */
export interface FoundHome {
  /** When the account was made: a new one is shown the first steps. */
  accountSince: Date;
  /** Under each tile, in their order. */
  waiting: Waiting[][];
  /** The person as single sign-on sees them, and every service of the registry. */
  person: Person;
  services: Service[];
}

export async function findHome(
  db: Knex,
  tiles: readonly Tile[],
  userId: number,
  now: Date,
): Promise<FoundHome | undefined> {
  const rows = await query<FoundHome[]>(
    db,
    `select u.created_at as "accountSince", ${waitingSql(tiles)} as waiting, ${PERSON_AND_SERVICES}
       from users u where u.id = :userId`,
    { ...tileBindings(tiles, userId, now), year: parisYear(now) },
  );
  return rows[0];
}
