import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tendCatalogues } from '#rafael/offers/freshness/service.ts';
import { saveFormation } from '#rafael/offers/saving/save.ts';
import { formationAt } from '../../../bench/rafael/formations.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { DAY } from '../../support/database.ts';
import { lastEntry } from '../../support/journal.ts';
import { createStructure, createUser, type TestUser } from '../../support/people.ts';

const CATALOGUE = '/rafaelpro/catalogue';
let site: TestSite;
let body: number;
let keeper: TestUser;
let general: TestUser;
let serial = 0;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-01T09:00:00Z' });
  body = await createStructure(db(), { name: 'Institut Essai', isTrainingBody: true });
  keeper = await createUser(db(), { affiliations: { [body]: ['of_catalogue'] } });
  general = await createUser(db(), { affiliations: { [body]: ['of_general'] } });
  await createUser(db(), { affiliations: { [body]: ['of_preregistration', 'referent'] } });
});
afterAll(() => site.close());
beforeEach(async () => {
  await db()('offers').delete();
  await db()('rafael_settings').update({ unpublishes_unconfirmed: false });
  await site.runJobs();
  site.mailbox.clear();
});

const db = () => site.dependencies.db;
const ago = (days: number) => new Date(site.clock.now().getTime() - days * DAY);
/** A published formation that was confirmed so many days ago. */
async function offered(days: number, columns: object = {}): Promise<number> {
  serial += 1;
  const { offerId } = await db().transaction((trx) =>
    saveFormation(
      trx,
      { structureId: body, tree: formationAt(serial, '32922456200234', 2027) },
      { source: 'import', userId: null, now: ago(days), publish: true },
    ),
  );
  if (Object.keys(columns).length > 0) await db()('offers').where({ id: offerId }).update(columns);
  return offerId;
}
const stateOf = async (id: number) => (await db()('offers').where({ id }).first()).state;
async function mailsOf(person: TestUser) {
  await site.runJobs();
  return site.mailbox.to(person.email);
}

describe('a formation that nobody has confirmed for 150 days', () => {
  test('is told once to whoever keeps the catalogue, and to nobody else', async () => {
    await offered(149);
    const stale = await offered(151);
    const { title } = await db()('offers').where({ id: stale }).first();
    expect(await tendCatalogues(site.dependencies)).toBe(1);
    expect(await tendCatalogues(site.dependencies)).toBe(0);
    const [mail, ...others] = await mailsOf(keeper);
    expect(others).toEqual([]);
    expect(mail?.text).toContain('Votre catalogue compte 1\u00a0formation à confirmer');
    expect(mail?.text).toContain(title);
    expect(mail?.text).not.toContain('redevient un brouillon');
    expect(await mailsOf(general)).toHaveLength(1);
    expect(site.mailbox.mails).toHaveLength(2);
  });

  test('is told again when it was confirmed since, and 150 days went by', async () => {
    const id = await offered(400, { reminded_at: ago(200), confirmed_at: ago(151) });
    expect(await tendCatalogues(site.dependencies)).toBe(1);
    expect((await db()('offers').where({ id }).first()).reminded_at).toEqual(site.clock.now());
  });

  test('is no matter of a draft, nor of an archived one', async () => {
    await offered(300, { state: 'draft' });
    await offered(300, { state: 'archived', archived_at: ago(1) });
    expect(await tendCatalogues(site.dependencies)).toBe(0);
  });

  test('waits for somebody to tell', async () => {
    const nobody = await createStructure(db(), { isTrainingBody: true });
    const id = await offered(151, { structure_id: nobody });
    expect(await tendCatalogues(site.dependencies)).toBe(0);
    expect((await db()('offers').where({ id }).first()).reminded_at).toBeNull();
  });
});

test('a session that is over and still open is told once', async () => {
  const id = await offered(1);
  const [past] = await db()('offer_sessions').where({ offer_id: id }).orderBy('id').select('id');
  await db()('offer_sessions').where({ id: past.id }).update({ ends_on: '2026-11-30', recruiting: 1 });
  expect(await tendCatalogues(site.dependencies)).toBe(1);
  expect(await tendCatalogues(site.dependencies)).toBe(0);
  const [mail] = await mailsOf(keeper);
  expect(mail?.subject).toContain('sessions terminées encore ouvertes');
  expect(mail?.text).toContain('finie le 30\u00a0nov. 2026');
});

describe('after 210 days without an answer', () => {
  const silent = () => ({ reminded_at: ago(40) });

  test('nothing leaves until the agency has set it so', async () => {
    const id = await offered(211, silent());
    expect(await tendCatalogues(site.dependencies)).toBe(0);
    expect(await stateOf(id)).toBe('published');
  });

  test('a formation is a draft again, its body is told, and the journal says so', async () => {
    await db()('rafael_settings').update({ unpublishes_unconfirmed: true });
    const [id, early, recent, held] = [
      await offered(211, silent()),
      await offered(209, silent()),
      await offered(400, { reminded_at: ago(29) }),
      await offered(400, silent()),
    ];
    await db()('offer_sessions').where({ offer_id: held }).update({ seats_held: 1, capacity: 4 });
    expect(await tendCatalogues(site.dependencies)).toBe(1);
    expect(await Promise.all([id, early, recent, held].map(stateOf))).toEqual([
      'draft',
      'published',
      'published',
      'published',
    ]);
    expect(await lastEntry(db())).toMatchObject({
      action: 'offers.lapsed',
      way: 'system',
      structure_id: body,
      details: { formations: 1 },
    });
    const mails = await mailsOf(keeper);
    expect(mails.map(({ subject }) => subject)).toEqual([
      'Votre catalogue RafaelPro\u00a0: des formations ne sont plus publiées',
    ]);
    expect(await tendCatalogues(site.dependencies)).toBe(0);
  });
});

test('confirmed by its button, a formation is asked about no more', async () => {
  const id = await offered(151);
  const browser = await site.signedIn(keeper.email);
  await browser.submit(`${CATALOGUE}/confirmer`, { formation: String(id) }, CATALOGUE);
  expect(await tendCatalogues(site.dependencies)).toBe(0);
});
