import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay } from '#platform/french/time.ts';
import { type SearchForm, searchForm } from './form.ts';
import { ask } from './look/asking.ts';
import { type FoundOffer, readCards } from './look/cards.ts';
import { lookThrough } from './look/look.ts';
import { placeTest } from './look/meant.ts';
import { LEVEL } from './memory/offered.ts';
import { keptOffers } from './memory/reading.ts';
import type { SearchQuery } from './schemas.ts';
import { BODY_CHIP, dayNumber, PER_PAGE, type Search, understandSearch } from './understanding.ts';

/** A search carried out. */
export interface SearchOutcome extends Pick<Search, 'chips'> {
  total: number;
  /** The page really shown. */
  page: number;
  pages: number;
  offers: FoundOffer[];
  isApproximate: boolean;
  isCentreKnown: boolean;
  form: SearchForm;
}

/** Bodies that the filter offers. */
const OFFERED_BODIES = 40;

/** Looks for formations that are published, in two statements whatever is asked. */
export async function searchOffers(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  query: SearchQuery,
): Promise<SearchOutcome> {
  const now = clock.now();
  const day = parisDay(now).toString();
  const today = dayNumber(day);
  const before = await keptOffers(db, today);
  const asked = await ask(db, understandSearch(query, before).criteria, before, today);
  const { kept } = asked;
  // What changed meanwhile may have brought the domain that is asked for, or taken it away.
  const { chips, criteria } = understandSearch(query, kept);
  const place = placeTest(kept.stock, criteria, asked.place);
  const looked = lookThrough(kept.stock, criteria, { said: asked.said, place, now, today });
  const offered = offeredBodies(looked.counts.bodies, criteria.bodyId);
  const read = await readCards(db, looked.matches, { bodies: offered, now, today: day, level: LEVEL });
  const chosen = read.bodies.find(({ id }) => id === criteria.bodyId)?.name;
  return {
    chips: chips.map((chip) => (chip.label === BODY_CHIP && chosen ? { ...chip, label: chosen } : chip)),
    total: looked.total,
    page: looked.page,
    pages: Math.max(1, Math.ceil(looked.total / PER_PAGE)),
    offers: read.offers,
    isApproximate: looked.isApproximate,
    isCentreKnown: place.isCentreKnown,
    form: searchForm(query, kept, { counts: looked.counts, bodies: read.bodies }),
  };
}

/** Those with the most formations, and the one that was chosen. */
function offeredBodies(counts: Readonly<Record<string, number>>, chosen: number | undefined): number[] {
  const most = Object.entries(counts)
    .map(([id, count]) => ({ id: Number(id), count }))
    .sort((one, other) => other.count - one.count || one.id - other.id)
    .slice(0, OFFERED_BODIES)
    .map(({ id }) => id);
  return chosen === undefined || most.includes(chosen) ? most : [chosen, ...most];
}
