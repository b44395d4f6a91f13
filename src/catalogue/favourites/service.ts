import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import type { PageRequest, Pagination } from '#platform/web/forms/pages.ts';
import { type ActionCard, getCards } from '../browse/service.ts';
import type { TabCounts } from '../my-space-tabs.ts';
import { deleteFavourite, findFavouriteIds, findPublicAction, insertFavourite } from './repository.ts';

/**
 * Keeps an action among a person's favourites.
 * @returns the action's title
 * @throws NotFound for an action that is unknown or not public
 */
export async function addFavourite(
  { db, clock }: Dependencies,
  userId: number,
  slug: string,
): Promise<string> {
  const now = clock.now();
  const action = await findPublicAction(db, slug, now);
  if (!action) throw new NotFound();
  await insertFavourite(db, userId, action.id, now);
  return action.title;
}

/** Takes an action out of a person's favourites; one that was not among them changes nothing. */
export async function removeFavourite({ db }: Dependencies, userId: number, slug: string): Promise<void> {
  await deleteFavourite(db, userId, slug);
}

/** A person's favourites on one page, for « Mes favoris »; actions that are no longer public are left out. */
export async function listFavourites(
  { db, clock }: Dependencies,
  userId: number,
  page: PageRequest,
): Promise<{ cards: ActionCard[]; pagination: Pagination; counts: TabCounts; wantsNewDates: boolean }> {
  const now = clock.now();
  const { ids, counts, wantsNewDates } = await findFavouriteIds(db, userId, {
    offset: page.offset,
    limit: page.limit,
    now,
  });
  return {
    cards: await getCards({ db, clock }, ids),
    pagination: page.of(counts.favourites),
    counts,
    wantsNewDates,
  };
}
