import { NEAR, VAGUELY } from '#platform/finding/words.ts';
import type { Criteria } from '../criteria.ts';
import type { Said } from '../memory/reading.ts';
import type { Stock } from '../memory/stock.ts';

/** How a formation answers the words, for the order: 0 to 3 as it holds them, or resembles them from 0 to 1. */
export interface Hit {
  /** 0 where it holds the words, 1 where it resembles them closely, 2 a little; -1 where it does not answer. */
  group: number;
  held: number;
  closeness: number;
}

/** Tells how each row answers the words of a search; the same object is filled in each time. */
export function hitsOf(stock: Stock, { words }: Criteria, { exact, resembling }: Said): (row: number) => Hit {
  const hit: Hit = { group: 0, held: 0, closeness: 0 };
  if (words === '') return () => hit;
  const likenessOf = resembling.map((near) => {
    const byWord = new Float64Array(stock.words.texts.length);
    for (const [word, likeness] of near ?? []) {
      const number = stock.words.find(word);
      if (number !== undefined) byWord[number] = likeness;
    }
    return byWord;
  });
  const { titleWords, labelWords } = stock.offers;
  return (row) => {
    hit.held = exact[row] ?? 0;
    hit.closeness = 0;
    // What holds the words is first by that alone.
    if (hit.held > 0) {
      hit.group = 0;
      return hit;
    }
    let [least, closeness] = likenessOf.length > 0 ? [1, 2] : [0, 0];
    for (const byWord of likenessOf) {
      const [title, label] = [best(titleWords, row, byWord), best(labelWords, row, byWord)];
      least = Math.min(least, Math.max(title, label));
      // A word of the title counts for more than one of its labels.
      closeness = Math.min(closeness, Math.max(2 * title, label));
      if (least === 0) break;
    }
    hit.group = least >= NEAR ? 1 : least >= VAGUELY ? 2 : -1;
    hit.closeness = closeness / 2;
    return hit;
  };
}

function best(lists: Stock['offers']['titleWords'], row: number, byWord: Float64Array): number {
  const { values } = lists;
  const end = lists.start(row + 1);
  let most = 0;
  for (let at = lists.start(row); at < end; at += 1) {
    const likeness = byWord[values[at] as number] as number;
    if (likeness > most) most = likeness;
  }
  return most;
}
