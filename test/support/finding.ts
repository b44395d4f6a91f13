import type { Knex } from 'knex';

export async function addFavourite(db: Knex, userId: number, actionId: number, at: Date): Promise<void> {
  await db('favourites').insert({ user_id: userId, action_id: actionId, added_at: at });
}

/** A saved search as the database has it. */
export interface SavedSearchRow {
  id: number;
  user_id: number;
  name: string;
  query: string;
  has_alert: boolean;
}

/** Saves a search that alerts from this moment on. */
export async function saveSearch(
  db: Knex,
  userId: number,
  at: Date,
  fields: Partial<SavedSearchRow> = {},
): Promise<void> {
  await db('saved_searches').insert({
    user_id: userId,
    name: 'Veille',
    query: '',
    has_alert: true,
    created_at: at,
    looked_until: at,
    ...fields,
  });
}

/** All saved searches, or those of somebody, of a name…; oldest first. */
export const savedSearches = (db: Knex, of: Partial<SavedSearchRow> = {}): PromiseLike<SavedSearchRow[]> =>
  db('saved_searches').where(of).orderBy('id');

export async function forgetSearches(db: Knex, of: Partial<SavedSearchRow> = {}): Promise<void> {
  await db('saved_searches').where(of).delete();
}

/** Lets alerts of all saved searches of somebody go out again. */
export async function alertAgain(db: Knex, userId: number): Promise<void> {
  await db('saved_searches').where({ user_id: userId }).update({ has_alert: true });
}

/** Asks to be told when a place of a session gets free. */
export async function watchSeats(db: Knex, sessionId: number, userId: number, at: Date): Promise<void> {
  await db('seat_watches').insert({ session_id: sessionId, user_id: userId, asked_at: at });
}

/** Who asked to be told of places of a session. */
export const watchersOf = (db: Knex, sessionId: number): PromiseLike<number[]> =>
  db('seat_watches').where({ session_id: sessionId }).pluck('user_id');

/** Who is still to be told of which new session. */
export const newSessionNotices = (db: Knex): PromiseLike<unknown[]> => db('new_session_notices');
