import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSearch } from '#rafael/search/schemas.ts';
import { searchOffers } from '#rafael/search/service.ts';
import { forgetChanges } from '#rafael/search/upkeep/changes.ts';
import { renewDocuments, writeDocumentsLater, writeDueDocuments } from '#rafael/search/upkeep/documents.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createFormacodes, createOffer, type OfferOptions } from '../../support/offers.ts';
import { createStructure, setStructure } from '../../support/people.ts';

const NOW = new Date('2027-02-10T09:00:00Z');

let database: TestDatabase;
let structureId: number;
beforeAll(async () => {
  database = await createTestDatabase({ now: NOW });
  const { db } = database.dependencies;
  structureId = await createStructure(db, {
    name: 'Institut des Landes',
    acronym: 'IDL',
    isTrainingBody: true,
  });
  await createFormacodes(db, [['31795', 'Chaudronnerie', 'Métallerie']]);
  await db('certifications').insert({ kind: 'RNCP', code: '5907', label: 'Soudeur industriel', level: 3 });
});
afterAll(() => database.drop());

const make = (options: Omit<OfferOptions, 'structureId'>) =>
  createOffer(database.dependencies.db, NOW, { structureId, ...options });
const search = (fields: Record<string, string>) => searchOffers(database.dependencies, readSearch(fields));
const found = async (q: string) => (await search({ q })).offers.map(({ id }) => id);

test('words are found in the title first, then in labels, then in the rest', async () => {
  const content = await make({ title: 'Métiers du fer', content: 'On y apprend la chaudronnerie.' });
  const label = await make({ title: 'Tôlerie fine', formacodes: ['31795'] });
  const title = await make({ title: 'Initiation à la chaudronnerie' });
  expect(await found('chaudronnerie')).toEqual([title, label, content]);
  // In the singular and the plural, without accents, whatever the case.
  expect(await found('METIER DU FER')).toEqual([content]);
  expect(await found('tôleries')).toEqual([label]);
});

test('certifications, domains and bodies are words too', async () => {
  const offer = await make({ title: 'Assemblage', rncp: ['5907'], formacodes: ['31795'] });
  expect(await found('soudeur')).toEqual([offer]);
  expect(await found('métallerie assemblage')).toEqual([offer]);
  expect(await found('assemblage landes')).toEqual([offer]);
  await setStructure(database.dependencies.db, structureId, { name: 'Institut des Pyrénées' });
  expect(await found('assemblage landes')).toEqual([]);
  expect(await found('assemblage pyrenees')).toEqual([offer]);
});

test('what is mistyped finds what resembles it, and says so', async () => {
  const offer = await make({ title: 'Plomberie sanitaire' });
  const right = await search({ q: 'plomberie' });
  expect([right.isApproximate, right.offers.map(({ id }) => id)]).toEqual([false, [offer]]);
  const wrong = await search({ q: 'plonberie' });
  expect([wrong.isApproximate, wrong.offers.map(({ id }) => id)]).toEqual([true, [offer]]);
  expect(await found('xyzzyx')).toEqual([]);
  // Taken to the letter: what is excluded does not come back under another spelling.
  expect(await found('plomberie -sanitaire')).toEqual([]);
  expect(await found('"plomberie sanitaire"')).toEqual([offer]);
  expect(await found('"sanitaire plomberie"')).toEqual([]);
});

test.each([
  "l'",
  '"',
  '-',
  '- - - - -',
  '&|!()<>:*',
  '\\',
  '%',
  "'; drop table offers; --",
  '<script>alert(1)</script>',
  '-'.repeat(300),
  'a'.repeat(5_000),
  '𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
  '\u0000',
  'a & b',
  '!!!',
  ':*',
])('any words are a search: %j', async (q) => {
  const { total, isApproximate } = await search({
    q,
    lieu: q,
    domaine: q,
    programme: q,
    du: q,
    organisme: q,
  });
  expect(total).toBeGreaterThanOrEqual(0);
  expect(isApproximate === total > 0 || q.trim() === '' || total >= 0).toBe(true);
});

test('a change is found by the next search', async () => {
  const { db } = database.dependencies;
  expect(await found('ébénisterie')).toEqual([]);
  const offer = await make({ title: 'Ébénisterie d’art', actions: [{ sessions: [{ capacity: 4 }] }] });
  expect(await found('ébénisterie')).toEqual([offer]);
  const [session] = await db('offer_sessions').where({ offer_id: offer });
  const withPlaces = () => search({ q: 'ébénisterie', places: '1' }).then(({ total }) => total);
  expect(await withPlaces()).toBe(1);
  await db('offer_sessions').where({ id: session.id }).update({ seats_held: 4 });
  expect(await withPlaces()).toBe(0);
  await db('offer_sessions').where({ id: session.id }).update({ seats_held: 3 });
  expect(await withPlaces()).toBe(1);
  await db('offers').where({ id: offer }).update({ title: 'Marqueterie' });
  expect(await found('ébénisterie')).toEqual([]);
  expect(await found('marqueterie')).toEqual([offer]);
  await db('offer_actions').where({ offer_id: offer }).update({ department: '87', place_city: 'Limoges' });
  expect((await search({ q: 'marqueterie', lieu: 'limoges' })).total).toBe(1);
  await db('offers').where({ id: offer }).update({ state: 'draft' });
  expect(await found('marqueterie')).toEqual([]);
  await db('offers').where({ id: offer }).update({ state: 'published' });
  expect(await found('marqueterie')).toEqual([offer]);
  await db('offers').where({ id: offer }).delete();
  expect(await found('marqueterie')).toEqual([]);
});

test('a change that ends late is found as well, although later ones were', async () => {
  const { db } = database.dependencies;
  const trx = await db.transaction();
  // Both bring the same new word: neither waits for the other.
  const late = await createOffer(trx, NOW, { structureId, title: 'Vannerie lente' });
  const early = await make({ title: 'Vannerie rapide' });
  expect(await found('vannerie')).toEqual([early]);
  await trx.commit();
  expect((await found('vannerie')).sort()).toEqual([late, early].sort());
  expect(await found('vannrie')).toContain(late);
  // What was undone never was.
  const undone = await db.transaction();
  await createOffer(undone, NOW, { structureId, title: 'Vannerie défaite' });
  expect(await found('vannerie')).toHaveLength(2);
  await undone.rollback();
  expect(await found('vannerie')).toHaveLength(2);
});

test('many searches at once, while the offer changes, find what there is', async () => {
  const { db } = database.dependencies;
  const offers = await Promise.all(Array.from({ length: 12 }, (_, n) => make({ title: `Horlogerie ${n}` })));
  const seen = await Promise.all(
    offers.map(async (id, n) => {
      await db('offers')
        .where({ id })
        .update({ title: `Lutherie ${n}` });
      return found('lutherie');
    }),
  );
  for (const [n, ids] of seen.entries()) expect(ids).toContain(offers[n]);
  expect((await found('lutherie')).length).toBe(12);
  expect(await found('horlogerie')).toEqual([]);
});

test('what was forgotten of the changes has everything read again', async () => {
  const { db } = database.dependencies;
  await found('');
  const offer = await make({ title: 'Apiculture' });
  // Twice: what was noted since the last time is kept.
  await forgetChanges(database.dependencies);
  expect(await db('offer_changes').count()).not.toEqual([{ count: '0' }]);
  await forgetChanges(database.dependencies);
  await db('offers').where({ id: offer }).update({ title: 'Aquaculture' });
  // A transaction that is still open, in any database of the server, keeps what came after it.
  const left = async () => {
    await forgetChanges(database.dependencies);
    return (await db('offer_changes').count())[0]?.count;
  };
  await expect.poll(left, { timeout: 60_000 }).toBe(0);
  expect(await found('aquaculture')).toEqual([offer]);
});

test('changes of a database from which this one was restored are none', async () => {
  const { db } = database.dependencies;
  await db('offer_changes').insert({ changed_in: '99999999999', offer_id: 0 });
  await db('offer_changes_kept').update({ next_since: '99999999999', since: '99999999999' });
  const offer = await make({ title: 'Sylviculture' });
  expect(await found('sylviculture')).toEqual([offer]);
  await forgetChanges(database.dependencies);
  await forgetChanges(database.dependencies);
  expect((await db('offer_changes').where('changed_in', '>', '9999999999').count())[0]?.count).toBe(0);
  expect((await db('offer_changes_kept').first()).since).not.toBe('99999999999');
});

test('words may be written afterwards; filters find the formation meanwhile', async () => {
  const { db } = database.dependencies;
  const offer = await db.transaction(async (trx) => {
    await writeDocumentsLater(trx);
    return createOffer(trx, NOW, { structureId, title: 'Maréchalerie', level: 18 });
  });
  expect(await found('maréchalerie')).toEqual([]);
  expect((await search({ niveau: '8' })).offers.map(({ id }) => id)).toEqual([offer]);
  await Promise.all([writeDueDocuments({ db }), writeDueDocuments({ db })]);
  expect(await found('maréchalerie')).toEqual([offer]);
  expect((await db('offer_documents_due').count())[0]?.count).toBe(0);
});

test('a label that changes is found under its new words once they are written', async () => {
  const { db } = database.dependencies;
  const offer = await make({ title: 'Fonderie', formacodes: ['23054'] });
  await createFormacodes(db, [['23054', 'Moulage', 'Métallerie']]);
  await db.transaction((trx) => renewDocuments(trx, { formacodes: ['23054'] }));
  await writeDueDocuments({ db });
  expect(await found('moulage')).toEqual([offer]);
  // The domain of the code, which is read anew.
  expect((await search({ q: 'fonderie', domaine: 'Métallerie' })).total).toBe(1);
});
