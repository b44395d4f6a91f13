import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { townsMeant } from '#platform/finding/towns.ts';
import { spellings, WORDS } from '#platform/finding/words.ts';
import type { Criteria } from '../criteria.ts';
import {
  CHANGED,
  CHANGES,
  type Changes,
  dayOf,
  type Kept,
  readAnew,
  type Said,
  takeChanges,
} from '../memory/reading.ts';
import type { PlaceAnswer } from './meant.ts';

/** What the database says of a search, and what is kept of the offer when it says so. */
export interface Answered {
  kept: Kept;
  said: Said;
  place: PlaceAnswer;
}

/** What a statement answers about words: the numbers of the formations that hold them, each list within the one before. */
interface SaidInNumbers {
  document: number[];
  head: number[];
  title: number[];
  resembling: Said['resembling'];
}

/** Texts of which is kept what was said: the last ones, asked for again with other filters and pages. */
const MOST_SAID = 50;
const NOTHING_SAID: Said = Object.freeze({ exact: new Uint8Array(), resembling: [] });

/** How often a search is asked again as the offer has changed; where it changes all the time, it is as it was just read. */
const MOST_ROUNDS = 3;

/**
 * Asks in one statement what only the database knows of a search, with what has changed of the offer since it was read;
 * once more where all of that has to be read anew.
 * @param today days since 1970
 */
export async function ask(
  db: Knex,
  criteria: Criteria,
  kept: Kept,
  today: number,
  round = 1,
): Promise<Answered> {
  // As nothing that is asked of words minds capitals and spaces, they are one text.
  const words = criteria.words.trim().toLowerCase().replace(/\s+/g, ' ');
  const known = words === '' ? NOTHING_SAID : kept.said.get(words);
  const answer = await askFor(db, { ...criteria, words: known ? '' : words }, kept, today);
  const { towns, centre } = answer;
  const again = (read: Kept) => ask(db, criteria, read, today, round + 1);
  if (answer.isLost && round < MOST_ROUNDS) return again(await readAnew(db, today, answer.snapshot));
  takeChanges(kept, answer);
  // With the first change what was said of words is forgotten: they are asked about again.
  if (known && words !== '' && !kept.said.has(words)) return again(kept);
  const said = known ?? sayOf(kept, answer);
  if (words !== '') {
    // Written last, those that are asked for again stay.
    kept.said.delete(words);
    kept.said.set(words, said);
    const [oldest] = kept.said.keys();
    if (kept.said.size > MOST_SAID) kept.said.delete(oldest as string);
  }
  return { kept, said, place: { towns, centre } };
}

/** How well each row holds the words. */
function sayOf({ stock }: Kept, { document, head, title, resembling }: SaidInNumbers): Said {
  const exact = new Uint8Array(stock.length);
  for (const [held, ids] of [document, head, title].entries()) {
    for (const id of ids) {
      const row = stock.rowOf(id);
      if (row >= 0) exact[row] = held + 1;
    }
  }
  return { exact, resembling };
}

async function askFor(
  db: Knex,
  { words, place }: Criteria,
  { stock, snapshot }: Kept,
  today: number,
): Promise<Changes & PlaceAnswer & SaidInNumbers> {
  const city = place?.kind === 'city' ? place.city : undefined;
  const list = (isAsked: unknown, rows: string) =>
    isAsked ? `(select coalesce(json_agg(one), '[]') from (${rows}) listed(one))` : `json '[]'`;
  const holding = (column: string) =>
    list(words, `select matching_offers('${column}', (select words from q))`);
  const parts = [CHANGED, ...(words ? [WORDS] : []), ...(city === undefined ? [] : [townsMeant(undefined)])];
  const [answer] = await query<[Changes & PlaceAnswer & SaidInNumbers]>(
    db,
    `with ${parts.join(', ')}
     select ${CHANGES},
            ${holding('document')} as document, ${holding('head')} as head, ${holding('title')} as title,
            ${list(
              words,
              `select (select json_agg(json_build_array(r.word, cast(r.likeness as float))) from resembling_offer_words(term) r)
                 from q, unnest(q.terms) term`,
            )} as resembling,
            ${list(city, `select json_build_object('key', key, 'department', department) from towns`)} as towns,
            ${
              city === undefined
                ? 'cast(null as json)'
                : `(select json_build_object('latitude', latitude, 'longitude', longitude) from communes
                     where key = :city order by department limit 1)`
            } as centre`,
    {
      snapshot,
      today: dayOf(today),
      ...(words ? spellings(words) : {}),
      ...(city === undefined ? {} : { city, named: townsOf(stock) }),
    },
  );
  return answer;
}

const namedBy = new WeakMap<object, { count: number; json: string }>();

/** The towns of the stock, as the database is told of them: written once, until there is another one. */
function townsOf({ towns }: Kept['stock']): string {
  const known = namedBy.get(towns);
  if (known?.count === towns.length) return known.json;
  const json = JSON.stringify(towns.map(({ key, department }) => ({ key, department })));
  namedBy.set(towns, { count: towns.length, json });
  return json;
}
