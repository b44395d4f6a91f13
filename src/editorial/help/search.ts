import { wordsOf } from '#platform/french/text.ts';

/** A text that can be found, by what it says and where it says it. */
export interface Searchable {
  title: string;
  keywords: string;
  headings: { text: string }[];
  summary: string;
  text: string;
}

/** A piece of an excerpt; `isHit` where the reader's word is. */
export interface Piece {
  text: string;
  isHit: boolean;
}

export interface Found<T> {
  article: T;
  excerpt: Piece[];
}

/** Beyond that, more words do not make a question clearer. */
const MOST_WORDS = 10;
const EXCERPT_LENGTH = 180;
const EMPTY_WORDS = new Set(
  'a au aux avec ce ces comment d dans de des du en est et il j je l la le les ma me mes mon n ne on ou par pas pour puis qu quand que qui s sa se si sur un une vous'.split(
    ' ',
  ),
);
// A word in the title says more of an article than a word in its text.
const WEIGHTS = { title: 10, keywords: 6, headings: 4, summary: 3, text: 1 } as const;

/**
 * The articles that hold every word of a question, best first; without accents nor case, and by the beginnings of
 * words. A question made only of « comment », « je », « le »… looks for those.
 */
export function searchArticles<T extends Searchable>(articles: readonly T[], typed: string): Found<T>[] {
  const all = [...new Set(wordsOf(typed))];
  const telling = all.filter((word) => !EMPTY_WORDS.has(word));
  const words = (telling.length > 0 ? telling : all).slice(0, MOST_WORDS);
  if (words.length === 0) return [];
  return articles
    .map((article, index) => ({ article, index, score: scoreOf(article, words) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || one.index - other.index)
    .map(({ article }) => ({ article, excerpt: excerptOf(article, words) }));
}

// Zero as soon as one word is nowhere.
function scoreOf(article: Searchable, words: string[]): number {
  const fields = {
    title: wordsOf(article.title),
    keywords: wordsOf(article.keywords),
    headings: article.headings.flatMap(({ text }) => wordsOf(text)),
    summary: wordsOf(article.summary),
    text: wordsOf(article.text),
  };
  let total = 0;
  for (const word of words) {
    let best = 0;
    for (const [name, weight] of Object.entries(WEIGHTS)) {
      for (const one of fields[name as keyof typeof fields]) {
        if (one === word) best = Math.max(best, weight);
        else if (one.startsWith(word)) best = Math.max(best, weight / 2);
      }
    }
    if (best === 0) return 0;
    total += best;
  }
  return total;
}

/** A piece of the text around the first word found, cut between words; the summary where the text has none of them. */
export function excerptOf({ text, summary }: Searchable, words: string[]): Piece[] {
  const hits = (part: string) => words.some((word) => (wordsOf(part)[0] ?? '').startsWith(word));
  const source = text.split(/(?<=[^\p{L}\p{N}])|(?=[^\p{L}\p{N}])/u);
  const first = source.findIndex(hits);
  if (first < 0) return markHits(summary, words);
  let start = first;
  for (let length = 0; start > 0 && length < EXCERPT_LENGTH / 3; start -= 1) {
    length += (source[start - 1] ?? '').length;
  }
  let end = first;
  for (let length = 0; end < source.length && length < EXCERPT_LENGTH; end += 1) {
    length += (source[end] ?? '').length;
  }
  const cut = source.slice(start, end).join('').trim();
  return markHits(`${start > 0 ? '… ' : ''}${cut}${end < source.length ? ' …' : ''}`, words);
}

function markHits(text: string, words: string[]): Piece[] {
  const pieces: Piece[] = [];
  for (const part of text.split(/([\p{L}\p{N}]+)/u)) {
    if (part === '') continue;
    const word = wordsOf(part)[0] ?? '';
    const isHit = word !== '' && words.some((one) => word.startsWith(one));
    const last = pieces.at(-1);
    if (last && last.isHit === isHit && !isHit) last.text += part;
    else pieces.push({ text: part, isHit });
  }
  return pieces;
}
