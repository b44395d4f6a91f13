import { type Made, randomNumbers } from './structures.ts';

/** A kind of search, with what people type of that kind. */
export interface QueryKind {
  name: string;
  queries: string[];
}

/**
 * A realistic mixture: half of it is names as they are being typed, letter after letter; the rest are the other ways
 * to look for an establishment, the hard ones too.
 * @param sample establishments that are in the list at every size
 * @param each how many queries of a kind (four times as many of names being typed)
 */
export function queryMixture(sample: readonly Made[], each: number, seed: number): QueryKind[] {
  const random = randomNumbers(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const one = (has: (made: Made) => boolean = () => true): Made => {
    for (;;) {
      const made = sample[below(sample.length)] as Made;
      if (has(made) && !made.closedOn) return made;
    }
  };
  const wordsOf = ({ name }: Made) => name.split(/[\s’-]+/).filter((word) => word.length > 3);
  const longWord = () => {
    const words = wordsOf(one((made) => wordsOf(made).some((word) => word.length > 6)));
    return words.filter((word) => word.length > 6)[0] as string;
  };
  const pick = <T>(list: readonly T[]) => list[below(list.length)] as T;
  const kinds: Record<string, () => string> = {
    'whole name': () => one().name,
    'name without accents': () => plain(one(({ name }) => plain(name) !== name.toLowerCase()).name),
    'word of the middle': () => wordsOf(one((made) => wordsOf(made).length > 1)).at(-1) as string,
    'several words, any order': () =>
      wordsOf(one((made) => wordsOf(made).length > 1))
        .reverse()
        .join(' ')
        .toLowerCase(),
    'name and town': () => {
      const made = one();
      return `${wordsOf(made)[0] ?? made.name} ${made.city}`.toLowerCase();
    },
    'part of a word': () => longWord().slice(2, 7).toLowerCase(),
    sigle: () => one(({ acronym }) => acronym !== '').acronym,
    enseigne: () => one(({ brand }) => brand !== '').brand,
    SIRET: () => one().siret,
    'SIRET with spaces': () => one().siret.replace(/^(...)(...)(...)/, '$1 $2 $3 '),
    'beginning of a SIRET': () => one().siret.slice(0, 4 + below(8)),
    'middle of a SIRET': () => one().siret.slice(3, 9 + below(4)),
    'typo in one word': () => misspelt(longWord().toLowerCase(), random),
    'typo among several words': () => {
      const words = wordsOf(
        one((made) => wordsOf(made).length > 1 && wordsOf(made).some((w) => w.length > 5)),
      );
      const at = words.findIndex((word) => word.length > 5);
      return words
        .map((word, index) => (index === at ? misspelt(word, random) : word))
        .join(' ')
        .toLowerCase();
    },
    'nothing to find': () =>
      pick(['xyzzyx', 'kwkwkwkw', 'zzz qqq', 'formatxqz wyvern', 'hjkl', 'brrrrt']) + below(99),
    'very common word': () =>
      pick(['mairie', 'centre', 'association', 'formation', 'sarl', 'commune', 'saint', 'bordeaux']),
    'two very common words': () =>
      pick([
        'centre formation',
        'saint association',
        'mairie pharmacie',
        'association bordeaux',
        'saint sarl',
        'école centre',
      ]),
    'two or three letters': () => plain(one().name).slice(0, 2 + below(2)),
  };
  const typing: string[] = [];
  while (typing.length < 4 * each) {
    const name = plain(one().name);
    const most = Math.min(name.length, 25);
    for (let length = 2; length <= most && typing.length < 4 * each; length += 1 + below(3)) {
      typing.push(name.slice(0, length));
    }
  }
  return [
    { name: 'name being typed', queries: typing },
    ...Object.entries(kinds).map(([name, make]) => ({ name, queries: Array.from({ length: each }, make) })),
  ];
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function misspelt(word: string, random: () => number): string {
  const at = 1 + Math.floor(random() * (word.length - 2));
  const [before, letter, after] = [word.slice(0, at), word[at] as string, word.slice(at + 1)];
  return [
    before + after,
    before + letter + letter + after,
    `${before}${after[0]}${letter}${after.slice(1)}`,
    `${before}${letter === 'e' ? 'a' : 'e'}${after}`,
  ][Math.floor(random() * 4)] as string;
}
