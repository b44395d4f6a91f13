import type { Knex } from 'knex';
import { normaliseSearch } from '#catalogue/browse/service.ts';
import type { Person } from './people.ts';

const HOUR = 3_600_000;

const FAVOURITES = [
  'accompagner-le-financement-des-parcours-individuels',
  'decouvrir-le-lab-studio',
  'conduire-un-entretien-d-accueil-et-de-diagnostic',
];
const SEARCHES = [
  { name: 'L’apprentissage en Gironde', query: 'q=apprentissage&lieu=33', has_alert: true },
  { name: 'À distance, avec des places', query: 'modalite=distanciel&places=1', has_alert: false },
];

/** What the bénéficiaire of the demo keeps of the catalogue: favourites, and searches with and without an alert. */
export async function insertKept(trx: Knex.Transaction, people: readonly Person[], now: Date): Promise<void> {
  const keeper = people.find((one) => one.login === 'beneficiaire');
  if (!keeper) throw new Error('nobody to keep favourites');
  const at = (position: number) => new Date(now.getTime() - (position + 1) * 30 * HOUR);
  const actions: { id: number; slug: string }[] = await trx('actions').whereIn('slug', FAVOURITES);
  if (actions.length < FAVOURITES.length) throw new Error('a favourite of the demo is no action');
  await trx('favourites').insert(
    actions.map(({ id, slug }) => ({
      user_id: keeper.id,
      action_id: id,
      added_at: at(FAVOURITES.indexOf(slug)),
    })),
  );
  await trx('saved_searches').insert(
    SEARCHES.map(({ query, ...search }, position) => ({
      ...search,
      query: normaliseSearch(query),
      user_id: keeper.id,
      created_at: at(position),
      looked_until: now,
      // What is in the demo from the start is no news.
      alert_since: now,
    })),
  );
}
