import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict, NotFound } from '#platform/errors.ts';
import { describeSearch, normaliseSearch } from '../browse/service.ts';
import type { TabCounts } from '../my-space-tabs.ts';
import {
  countOthersLocked,
  deleteSearch,
  endAlerts,
  findSavedSearches,
  type SavedSearch,
  updateAlert,
  upsertSearch,
} from './repository.ts';

/** More than anybody needs; a limit so that nobody fills the table. */
const MOST_SEARCHES = 30;

/** A saved search as « Résultat du moteur de recherche » shows it. */
export interface SavedSearchView extends SavedSearch {
  href: string;
  /** « VAE, Gironde (33), Places disponibles »: what it looks for. */
  criteria: string;
}

/** A person's saved searches, by name, and the counts of the tabs among which they are shown. */
export async function listSavedSearches(
  deps: Dependencies,
  userId: number,
): Promise<{ searches: SavedSearchView[]; counts: TabCounts }> {
  const { searches, counts } = await findSavedSearches(deps.db, userId, deps.clock.now());
  const described = await describeSearch(
    deps,
    searches.map(({ query }) => query),
  );
  const views = searches.map((search, index) => ({
    ...search,
    href: `/parcourspro/actions${search.query ? `?${search.query}` : ''}`,
    criteria: described[index] ?? '',
  }));
  return { searches: views, counts };
}

/**
 * Keeps a search for a person. The same search saved again changes its name and alert.
 * @param search `query` as the address of the search has it; what it does not understand is left out
 * @throws Conflict where the person keeps as many as one may
 */
export async function saveSearch(
  { db, clock }: Dependencies,
  userId: number,
  search: { name: string; query: string; hasAlert: boolean },
): Promise<void> {
  const query = normaliseSearch(search.query);
  await db.transaction(async (trx) => {
    if ((await countOthersLocked(trx, userId, query)) >= MOST_SEARCHES) {
      throw new Conflict(
        `Vous gardez déjà ${MOST_SEARCHES} recherches : supprimez-en une dans « Résultat du moteur de recherche », dans « Mon espace personnel ».`,
        'Trop de recherches enregistrées',
      );
    }
    await upsertSearch(trx, userId, { ...search, query }, clock.now());
  });
}

/** Turns the alert of a search on or off. @throws NotFound for somebody else's */
export async function setAlert(
  { db, clock }: Dependencies,
  userId: number,
  id: number,
  hasAlert: boolean,
): Promise<void> {
  if (!(await updateAlert(db, userId, id, hasAlert, clock.now()))) throw new NotFound();
}

/** Forgets a search. @throws NotFound for somebody else's */
export async function removeSearch({ db }: Dependencies, userId: number, id: number): Promise<void> {
  if (!(await deleteSearch(db, userId, id))) throw new NotFound();
}

/** Turns off every alert of a person. */
export async function stopAlerts({ db }: Dependencies, userId: number): Promise<void> {
  await endAlerts(db, userId);
}
