import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCsv } from '#platform/csv/csv-reader.ts';
import { wordsOf } from '#platform/french/text.ts';
import { findSelectableStructures, rankStructures } from '#structures/search/service.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure } from '../../support/people.ts';

/** Index and query cut words alike: whatever stands in or around a name, any of its words finds it. */
let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());

const find = async (typed: string) =>
  (await findSelectableStructures(site.dependencies, typed)).map(({ id }) => id);
const rank = async (typed: string) =>
  (await rankStructures(site.dependencies, typed, {}, { limit: 50, offset: 0 }))?.ids ?? [];

describe.each([
  ['=Égalité+, coopérative d’intérêt', ['egalite', '=Égalité+', 'cooperative', 'd’intérêt', 'interet']],
  ['«Accueil» des Marmottes', ['accueil marmottes', '« Accueil » marmottes', '«accueil', 'marmottes']],
  ['Cap#avenir Xylo', ['avenir xylo', 'cap#avenir', 'cap avenir xylo', '#avenir xylo']],
  ['Crèche N°1 Quokka', ['n°1 quokka', 'N° 1 quokka', 'creche quokka', 'Crèche N°1']],
  ['E=MC2 Wapiti', ['mc2', 'e=mc2', 'E = MC2', 'mc2 wapiti']],
  ['S.D.I.S. de Zanzibar', ['sdis zanzibar', 'S.D.I.S.', 's.d.i.s', 's d i s', 'S. D. I. S.', 'zanzibar']],
  ['C C A S de Zembla', ['ccas', 'C C A S', 'c.c.a.s.', 'C.C.A.S zembla', 'zembla ccas']],
  ['L’A.D.M.R. de Ouistiti', ['admr', 'A.D.M.R.', 'l’admr', 'l’A.D.M.R.', 'ouistiti']],
  ['Foyer R&D…Ornithorynque', ['r&d', 'rd ornithorynque', 'ornithorynque', 'foyer r & d']],
  ['École—maison·numérique|Tapir', ['maison tapir', 'numerique tapir', 'école—maison', 'tapir']],
  ['100% Réussite!?Numbat', ['100% numbat', 'reussite numbat', 'réussite!?', 'numbat']],
  ['Œuvre_des\u00a0Pangolins', ['oeuvre pangolins', 'œuvre_des', 'pangolins']],
  ['Theatre{du}[Cœur]~Okapi^', ['coeur okapi', 'okapi', 'theatre{du}', '[cœur] okapi']],
  [
    'Langage C à distance Axolotl',
    ['langage c à distance', 'Langage C', 'langage c a distance', 'axolotl c'],
  ],
  ['Langage C du Nandou', ['langage c à nandou', 'nandou : c à langage']],
  ['C.G.T. du Dugong', ['c g t', 'cgt dugong', 'C G T dugong', 'C.G.T. à dugong', 'C. G. T. dugong', 'cgt']],
  ['P&O du Tatou', ['p&o', 'P & O', 'po tatou', 'p & o tatou']],
  ['S N C F à Potto', ['sncf', 'S N C F', 'S.N.C.F. à Potto', 's n c f à potto', 's.n.c.f', 'sncf potto']],
  ['C E des Dikdiks', ['C E', 'ce', 'ce dikdiks', 'c e dikdiks', 'C.E. dikdiks', 'c.e.']],
  ['CE des Suricates', ['C E suricates', 'ce suricates', 'c.e. suricates']],
  ['2 Rives et \\Fossa/', ['fossa', '\\fossa', '2 rives', 'rives fossa']],
])('%s', (name, searches) => {
  let id: number;
  beforeAll(async () => {
    id = await createStructure(site.dependencies.db, { name });
  });

  test.each(searches)('is found by %s', async (typed) => {
    expect(await find(typed)).toContain(id);
    expect(await rank(typed)).toContain(id);
  });
});

/** The words of each. */
const CUT: Readonly<Record<string, string>> = {
  'langage c à distance': 'langage c a distance',
  'vitamine C et D': 'vitamine c et d',
  'plan B y compris': 'plan b y compris',
  'C E': 'c e',
  'C.E.': 'ce',
  'C G T': 'cgt',
  'C.G.T. à Pau': 'cgt a pau',
  'S N C F à Pau': 'sncf a pau',
  'S. D. I. S. de Pau': 'sdis de pau',
  'S. D. I. S': 'sdis',
  'I.U.T. B': 'iut b',
  'P&O': 'po',
  'R & D': 'rd',
  'l’A.D.M.R.': 'l admr',
};

test('a sigle is found as it is typed, with dots or without, whichever way it was written', async () => {
  const { db } = site.dependencies;
  const dotted = await createStructure(db, { name: 'Secours du Kamtchatka', acronym: 'S.D.K.' });
  const plain = await createStructure(db, { name: 'Secours de Vanuatu', acronym: 'SDV' });
  for (const typed of ['sdk', 'S.D.K.', 's d k']) expect((await find(typed))[0], typed).toBe(dotted);
  for (const typed of ['sdv', 'S.D.V.', 's d v']) expect((await find(typed))[0], typed).toBe(plain);
});

test('letters apart are joined by dots or « & », or where there are three', async () => {
  const { rows } = await site.dependencies.db.raw(
    'select typed, plain_words(typed) as words from unnest(cast(? as text[])) with ordinality one (typed, at) order by at',
    [Object.keys(CUT)],
  );
  expect(
    Object.fromEntries(rows.map((row: { typed: string; words: string }) => [row.typed, row.words])),
  ).toEqual(CUT);
  // The help, which has no database, cuts the same words.
  for (const [typed, words] of Object.entries(CUT)) expect(wordsOf(typed), typed).toEqual(wordsOf(words));
});

test('any name is found by any of its words, whatever stands between them', async () => {
  const { db } = site.dependencies;
  const word = fc.constantFrom(
    ...[
      'Égalité',
      'ŒUVRE',
      'naïve',
      'sdis',
      'S.D.I.S.',
      'C C A S',
      'C G T',
      'C.G.T.',
      'S N C F',
      'P&O',
      'mc2',
      '3D',
      'forêt',
      'Ça',
      'été24',
      'IME',
    ],
  );
  // Signs that stand between words; a space alone, « & » and an apostrophe say something between letters apart.
  const between = fc.constantFrom(
    ...[', ', '…', ' – ', '#', '=', '+', '°', ' : ', '/', '« ', '» ', '(', '|', '•', ' ; ', '"', '*', '!'],
  );
  const name = fc.tuple(between, fc.array(fc.tuple(word, between), { minLength: 2, maxLength: 5 }));
  let number = 0;
  await fc.assert(
    fc.asyncProperty(name, async ([first, parts]) => {
      number += 1;
      // A word of its own keeps the other names of this test out of the ten first.
      const own = `zq${[...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('')}x`;
      const id = await createStructure(db, {
        name: `${first}${parts.map(([one, sign]) => one + sign).join('')} ${own}`,
      });
      for (const [one, sign] of parts) {
        expect(await find(`${one} ${own}`), one).toContain(id);
        expect(await find(`${sign}${one}${sign} ${own}`), `${sign}${one}${sign}`).toContain(id);
        expect(await rank(`${one}, ${own}`), one).toContain(id);
      }
    }),
    { numRuns: 60 },
  );
});

const FILE = new URL('../../../../shared/data/organismes-formation-datadock.csv', import.meta.url);
const file = await readFile(FILE, 'utf8').catch(() => undefined);
if (file === undefined) {
  console.warn('Absent: ../shared/data/organismes-formation-datadock.csv. Its names are not looked for.');
}

test.skipIf(file === undefined)(
  'the names of real training bodies (shared/data) are found by each of their words',
  async () => {
    const names: string[] = [];
    for await (const rows of readCsv(one(file as string))) {
      for (const { cells } of rows) if (cells[4] && cells[4] !== 'RAISON_SOCIALE') names.push(cells[4]);
    }
    expect(names.length).toBeGreaterThan(4_000);
    const distinct = [...new Set(names)];
    const { rows } = await site.dependencies.db.raw(
      // As people cut a name: at its spaces, with whatever signs stick to a word.
      `select name, typed from unnest(cast(? as text[])) name, unnest(string_to_array(name, ' ')) typed
        where typed ~ '[[:alnum:]]'
          and not structure_words_of(name, '', '', '') @@ (
                select coalesce(cast(string_agg('''' || word || '''', '&') as tsquery), '')
                  from structure_terms(typed, '{}') s, unnest(s.words) word)
          -- A letter of a sigle written apart is no word by itself.
          and length(plain_words(typed)) > 1`,
      [distinct],
    );
    expect(rows).toEqual([]);
  },
);

async function* one(text: string): AsyncGenerator<string> {
  yield text;
}
