import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parisDay } from '#platform/french/time.ts';
import { findSelectableStructures } from '#structures/search/service.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure, nextSiret, setStructure } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';
import type { StructureRow } from '../../support/structures.ts';

let site: TestSite;
const ids: Record<string, number> = {};
const siret = nextSiret();

beforeAll(async () => {
  site = await createTestSite();
  const { db } = site.dependencies;
  const today = parisDay(site.clock.now());
  const make = async (
    key: string,
    options: Parameters<typeof createStructure>[1],
    more: Partial<StructureRow> = {},
  ) => {
    ids[key] = await createStructure(db, { ...options, fields: { kind: 'other', ...more } });
  };
  await make('medoc', { name: 'Mission locale du Médoc', acronym: 'MLM', city: 'Lesparre', siret });
  await make('gironde', { name: 'Mission locale des Hauts de Gironde', city: 'Blaye' });
  await make(
    'limoges',
    { name: 'Mission locale rurale', city: 'Limoges' },
    { department: '87', postcode: '87000' },
  );
  await make('afpa', { name: 'Agence pour la formation des adultes', acronym: 'AFPA', city: 'Bègles' });
  await make('afpa-like', { name: 'Afpa et compagnie', city: 'Pau' });
  await make('brand', { name: 'SARL Durand' }, { brand: 'Œuvre & Métiers' });
  await make('short', { name: 'Centre du Zéphyr', acronym: 'ZX' });
  await make('wild', { name: 'Formation 100% réussite_plus' });
  await make('closed', { name: 'Mission locale fermée' }, { closed_on: today.toString() });
  await make(
    'closing',
    { name: 'Zinguerie bientôt fermée' },
    { closed_on: today.add({ days: 1 }).toString() },
  );
  await make('branch', { name: 'Institut Aliénor' }, { is_head_office: false });
  await make('head', { name: 'Institut Aliénor' });
});
afterAll(() => site.close());

const found = async (q: string) =>
  (await findSelectableStructures(site.dependencies, q)).map((one) => one.id);

describe('what finds a structure', () => {
  test.each([
    ['its whole name', 'Mission locale du Médoc', 'medoc'],
    ['capitals without accents', 'MISSION LOCALE DU MEDOC', 'medoc'],
    ['words in another order', 'medoc locale mission', 'medoc'],
    ['a typo in a short word', 'misson local medoc', 'medoc'],
    ['letters exchanged', 'fromation adultes', 'afpa'],
    ['the beginning of a word', 'medo', 'medoc'],
    ['its sigle, before names that begin so', 'afpa', 'afpa'],
    ['its enseigne, with a ligature typed as two letters', 'oeuvre metiers', 'brand'],
    ['its SIRET', siret, 'medoc'],
    ['its SIRET with spaces', siret.replace(/^(...)(...)(...)/, '$1 $2\u00a0$3 '), 'medoc'],
    ['its SIRET as a letter writes it', `N° SIRET : ${siret}`, 'medoc'],
    ['its SIRET after its name', `Mission locale (SIRET ${siret})`, 'medoc'],
    ['its SIRET after « FR »', `FR ${siret}`, 'medoc'],
    ['a part of a word', 'ienor', 'head'],
    ['a part of a word beside a whole one', 'institut ienor', 'head'],
    ['two typos', 'mision locale medco', 'medoc'],
    ['a letter too many', 'missions locale medocc', 'medoc'],
    ['another letter', 'institut aliemor', 'head'],
    ['its enseigne before names that merely have the word', 'œuvre', 'brand'],
    ['its sigle of two letters', 'zx', 'short'],
    ['the beginning of its sigle', 'mlm', 'medoc'],
    ['its name and its postcode', 'mission locale 87000', 'limoges'],
    ['its name and the beginning of its postcode', 'mission locale 870', 'limoges'],
    ['its name and a city with a typo', 'mission locale limogse', 'limoges'],
    ['its name and its city', 'mission locale limoges', 'limoges'],
    ['its name and its département', 'mission locale haute-vienne', 'limoges'],
    ['the head office before the branch', 'institut alienor', 'head'],
  ])('%s', async (_what, q, expected) => {
    expect((await found(q))[0]).toBe(ids[expected]);
  });

  test('« mission locale gironde » gives those whose name or département says so, the name first', async () => {
    const results = await found('mission locale gironde');
    expect(results[0]).toBe(ids.gironde);
    expect(results).toContain(ids.medoc);
    expect(results).not.toContain(ids.limoges);
  });

  test('three digits of a SIRET are enough, two are not', async () => {
    expect(await found(siret.slice(0, 3))).toContain(ids.medoc);
    expect(await found('90')).toEqual([]);
  });

  test('any four digits or more of a SIRET, wherever they are', async () => {
    const { db } = site.dependencies;
    const id = await createStructure(db, { siret: '73282932000074' });
    for (const part of ['73282932000074', '732829', '829320', '2932 0000', '0074', '000074']) {
      expect(await found(part), part).toContain(id);
    }
    // Each four of them are in it, the eight are not.
    expect(await found('29328293')).toEqual([]);
  });

  test('a name and a place of spaces and signs alone, or very long, can be recorded', async () => {
    const { db } = site.dependencies;
    const make = (name: string, city: string, postcode: string) =>
      setStructure(db, ids['afpa-like'] as number, { name, city, postcode });
    await make('  -  ', '  ,  ', ' 33  000 ');
    await make("'\\&|!:*()<>", "L'Île-d’Ys’ (@)", '');
    await make('x'.repeat(300), 'y'.repeat(300), '33000');
    await make('Afpa et compagnie', 'Pau', '64000');
    expect(await found("'\\&|!:*()<>")).toEqual([]);
  });

  test('wildcards are ordinary characters', async () => {
    expect(await found('%')).toEqual([]);
    expect(await found('___')).toEqual([]);
    expect(await found('\\')).toEqual([]);
    expect((await found('100% réussite_plus'))[0]).toBe(ids.wild);
  });

  test.each(['', ' ', 'a', "'", '"; drop table structures; --', '\u0000', '🙂', '-'.repeat(500)])(
    'nothing to look for in %j',
    async (q) => expect(await found(q)).toEqual([]),
  );
});

describe('the address', () => {
  test('gives JSON with exactly the promised fields, ten at most', async () => {
    const response = await site
      .visitor()
      .get(`/structures/recherche?q=${siret}`)
      .set('Accept', 'application/json');
    expect(response.body).toEqual([
      {
        id: ids.medoc,
        siret,
        name: 'Mission locale du Médoc',
        acronym: 'MLM',
        postcode: '33600',
        city: 'Lesparre',
      },
    ]);
    expect(response.headers.vary).toContain('Accept');
  });

  test('gives a page, where a closed structure is shown last and cannot be chosen', async () => {
    const { status, text } = await site.visitor().get('/structures/recherche?q=mission+locale');
    expect(status).toBe(200);
    expect(text).toContain(`/account-requests/add?structure=${ids.medoc}"`);
    expect(text).toContain('Mission locale fermée');
    expect(text).not.toContain(`structure=${ids.closed}"`);
    expect(text.indexOf('Mission locale fermée')).toBeGreaterThan(text.indexOf('Mission locale rurale'));
    expect(await found('mission locale fermée')).not.toContain(ids.closed);
    expect(await found('zinguerie')).toEqual([ids.closing]);
  });

  test.each([
    ['bytes that are not UTF-8', 'q=%FF'],
    ['NUL', 'q=%00'],
    ['a long text', `q=${'a'.repeat(10_000)}`],
    ['a repeated field', 'q=a&q=b'],
    ['a field of another name', 'q[]=x'],
    ['no field', ''],
    ['a script', 'q=<script>alert(1)</script>'],
  ])('bears %s', async (_what, query) => {
    const { status, text } = await site.visitor().get(`/structures/recherche?${query}`);
    expect(status).toBe(200);
    expect(text).not.toContain('<script>alert');
  });
});

describe('the dictionary of words', () => {
  test('learns a new name, and a changed one, which a typo then finds', async () => {
    const { db } = site.dependencies;
    const id = await createStructure(db, { name: 'Atelier Quetzalcoatl', city: 'Xaintrailles' });
    expect(await found('quetzalcaotl')).toEqual([id]);
    expect(await found('zalcoa')).toEqual([id]);
    expect(await found('atelier xaintrialles')).toEqual([id]);
    await setStructure(db, id, { name: 'Atelier Popocatepetl' });
    expect(await found('quetzalcoatl')).toEqual([]);
    expect(await found('popocatepelt')).toEqual([id]);
  });

  test('two people who add the same new words at once do not stop each other', async () => {
    const { db } = site.dependencies;
    const add = (name: string) =>
      db.transaction(async (trx) => {
        await createStructure(trx, { name });
        await trx.raw('select pg_sleep(0.1)');
      });
    await Promise.all([add('Zeugma Yttrium'), add('Yttrium Zeugma'), add('Yttrium Zeugma Xylophone')]);
    expect(await found('yttriun zeugmaa')).toHaveLength(3);
  });

  test('knows the words of a name and of a place by whatever stands between them', async () => {
    const words = async (name: string, city: string) =>
      (
        await site.dependencies.db.raw(
          `select tsvector_to_array(structure_words_of(?, ?, '33000', '33')) as words`,
          [name, city],
        )
      ).rows[0].words.toSorted();
    expect(
      await words(`Éa-bb'cc.dd,ee&ff/gg(hh)ii:jj;kk"ll+mm_nn*oo@pp`, "Saint-Médard d'Œ, en@Jalles"),
    ).toEqual(
      ['@33000', '@=33', '@d', '@en', '@jalles', '@medard', '@oe', '@saint', 'ea']
        .concat([...'bcdefghijklmnop'].map((letter) => letter.repeat(2)))
        .toSorted(),
    );
  });

  test('counted all at once, it says what it had learnt one by one', async () => {
    const { db } = site.dependencies;
    const all = () => db('structure_words').select('word', 'uses').orderBy('word');
    await site.owner.raw('select count_structure_words()');
    const counted = await all();
    const { rows } = await db.raw(
      `select word, cast(count(*) as integer) as uses
         from (select ltrim(unnest(tsvector_to_array(search_words)), '@') collate "C" as word from structures) words
        where word ~ '^[a-z]{2,40}$' group by word order by word`,
    );
    expect(counted).toEqual(rows);
    expect(counted.length).toBeGreaterThan(20);
  });

  test('counts words again when many come at once, and only then', async () => {
    const { db } = site.dependencies;
    const uses = async () => (await db('structure_words').where({ word: 'zeugma' }).first('uses'))?.uses;
    await createStructure(db, { name: 'Zeugma encore' });
    const before = await uses();
    await db.raw(
      `insert into structures (siret, name, kind, postcode, city, department, created_at)
       select lpad(cast(70000000000000 + i as text), 14, '0'), 'Zeugma ' || i, 'other', '', '', '', now()
         from generate_series(1, 1000) i`,
    );
    expect(await uses()).toBe(before + 1000);
  });
});

test('among many rows, in one statement, which never reads them all', async () => {
  const { db } = site.dependencies;
  await db.raw(
    `insert into structures (siret, name, acronym, kind, postcode, city, department, created_at)
     select lpad(cast(80000000000000 + i as text), 14, '0'),
            'Organisme ' || md5(cast(i as text)) || ' de ' || md5(cast(i + 1 as text)), 'S' || i, 'company', '16000',
            'Ville ' || i % 200, '16', now()
       from generate_series(1, 30000) i`,
  );
  await db.raw('analyze structures');
  const readWhole = async () => {
    // What a connection did is told with a delay, unless asked for.
    await db.raw('select pg_stat_force_next_flush()');
    const { rows } = await db.raw(`select seq_scan from pg_stat_user_tables where relname = 'structures'`);
    return rows[0].seq_scan as number;
  };
  const before = await readWhole();
  for (const q of [
    'mission locale gironde',
    siret,
    siret.slice(3, 9),
    'misson local medoc',
    'organisme',
    'qqq',
    'mlm',
  ]) {
    expect(await recordStatements(() => found(q))).toHaveLength(1);
  }
  expect(await found('misson local medoc')).toEqual([ids.medoc]);
  expect(await found('organisme')).toHaveLength(10);
  expect(await readWhole()).toBe(before);
});

test('without a script, the list to choose from says when it is not whole', async () => {
  const { db } = site.dependencies;
  const list = async () => (await site.visitor().get('/account-requests/add?q=ytterbium')).text;
  const many = 'Les 10 premières&nbsp;: précisez le nom ou le SIRET.';
  for (let number = 1; number <= 10; number += 1) await createStructure(db, { name: `Ytterbium ${number}` });
  const whole = await list();
  expect(whole.match(/name="structure_id"/g)).toHaveLength(10);
  expect(whole).not.toContain(many);
  await createStructure(db, { name: 'Ytterbium onze' });
  const cut = await list();
  expect(cut.match(/name="structure_id"/g)).toHaveLength(10);
  expect(cut).toContain(many);
  expect(
    (await site.visitor().get('/structures/recherche?q=ytterbium').set('Accept', 'application/json')).body,
  ).toHaveLength(10);
});
