import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { searchQuery } from '../../../src/portal/structure-search/repository.ts';
import { findSelectableStructures } from '../../../src/portal/structure-search/service.ts';
import { literal, parseSearch } from '../../../src/portal/structure-search/terms.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure, nextSiret } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';

let site: TestSite;
const ids: Record<string, number> = {};
const siret = nextSiret();

beforeAll(async () => {
  site = await createTestSite();
  const { db } = site.dependencies;
  const make = async (key: string, options: Parameters<typeof createStructure>[1], more: object = {}) => {
    ids[key] = await createStructure(db, options);
    await db('structures')
      .where({ id: ids[key] })
      .update({ kind: 'other', ...more });
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
  await make('wild', { name: 'Formation 100% réussite_plus' });
  await make('closed', { name: 'Mission locale fermée' }, { closed_on: '2020-01-01' });
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

  test('wildcards are ordinary characters', async () => {
    expect(await found('%')).toEqual([]);
    expect(await found('___')).toEqual([]);
    expect(await found('\\')).toEqual([]);
    expect((await found('100% réussite_plus'))[0]).toBe(ids.wild);
    expect(literal('100%_\\')).toBe('100\\%\\_\\\\');
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

test('many rows are found through the indexes, in one statement', async () => {
  const { db } = site.dependencies;
  await db.raw(
    `insert into structures (siret, name, acronym, kind, postcode, city, department, created_at)
     select lpad(cast(80000000000000 + i as text), 14, '0'),
            'Organisme ' || md5(cast(i as text)) || ' de ' || md5(cast(i + 1 as text)), 'S' || i, 'company', '16000',
            'Ville ' || i % 200, '16', now()
       from generate_series(1, 30000) i`,
  );
  await db.raw('analyze structures');
  const plan = async (q: string) =>
    db.transaction(async (trx) => {
      await trx.raw('set local pg_trgm.word_similarity_threshold = 0.45');
      const { sql, bindings } = searchQuery(parseSearch(q), {
        today: '2026-11-01',
        includeClosed: false,
        limit: 10,
      });
      const { rows } = await trx.raw(`explain ${sql}`, bindings as never);
      return rows.map((row: Record<string, string>) => row['QUERY PLAN']).join('\n') as string;
    });
  const byName = await plan('mission locale gironde');
  expect(byName).toContain('structures_search');
  expect(byName).toContain('structures_acronym');
  expect(byName).not.toContain('Seq Scan on structures');
  const bySiret = await plan(siret);
  expect(bySiret).toContain('structures_siret_prefix');
  expect(bySiret).not.toContain('Seq Scan on structures');
  const statements = await recordStatements(() => found('mission locale gironde'));
  expect(statements).toHaveLength(1);
});
