import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emailOf, fillCatalogue } from '../../../bench/catalogue/fill.ts';
import { cataloguePages, type MeasuredPage, mySpacePages } from '../../../bench/catalogue/pages.ts';
import { recordSent, tablesReadThrough } from '../../../bench/catalogue/plans.ts';
import { hashPassword } from '../../../src/platform/security/passwords.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { TEST_PASSWORD } from '../../support/people.ts';

// A tenth of the size at which the application must hold: large enough for the server to prefer its indexes.
const SIZES = { actions: 2000, sessions: 6000, people: 10_000, enrolments: 60_000 };

let site: TestSite;
let signedIn: Visitor;
let slug: string;

beforeAll(async () => {
  site = await createTestSite();
  await fillCatalogue(site.url, SIZES, site.clock.now(), await hashPassword(TEST_PASSWORD));
  signedIn = await site.signedIn(emailOf(7));
  const one = await site.dependencies
    .db('actions')
    .join('sessions', 'sessions.action_id', 'actions.id')
    .where('starts_at', '>', site.clock.now())
    .where('published_at', '<', site.clock.now())
    .whereNull('archived_at')
    .first('slug');
  slug = one.slug;
}, 120_000);
afterAll(() => site.close());

describe('at size', () => {
  test('the catalogue is as one is in life: much of it over, something of everything to come', async () => {
    const { rows } = await site.dependencies.db.raw(
      `select (select count(*) from enrolments) as enrolments,
              (select count(*) from sessions where starts_at > now() and cancelled_at is null) as coming,
              (select count(*) from sessions where seats_held > capacity) as oversold,
              (select count(*) from sessions where waitlisted > 0) as queued`,
    );
    expect(rows[0]).toMatchObject({ enrolments: SIZES.enrolments, oversold: expect.any(Number) });
    expect(rows[0].coming).toBeGreaterThan(SIZES.sessions / 12);
    expect(rows[0].queued).toBeGreaterThan(0);
  });

  async function faultsOf(pages: readonly MeasuredPage[], visitorOf: (page: MeasuredPage) => Visitor) {
    const faults: string[] = [];
    for (const page of pages) {
      const { name, path } = page;
      const visitor = visitorOf(page);
      const sent = await recordSent(async () => {
        expect((await visitor.get(path)).status).toBe(200);
      });
      if (sent.length > 4) faults.push(`${name}: ${sent.length} statements`);
      for (const one of sent) {
        const tables = await tablesReadThrough(site.dependencies.db, one);
        if (tables.length > 0) faults.push(`${name}: ${tables}`);
      }
    }
    return faults;
  }

  test('no page of the catalogue reads a large table through, nor runs more than four statements', async () => {
    const faults = await faultsOf(cataloguePages(slug), ({ person }) => (person ? signedIn : site.visitor()));
    expect(faults).toEqual([]);
  }, 120_000);

  test('nor does « Mon espace personnel », of somebody with few requests as of somebody with 2,000', async () => {
    const { db } = site.dependencies;
    await db.raw(
      `insert into enrolments (user_id, structure_id, action_id, session_id, state, motivation, requested_at)
       select 8, 8, action_id, id, case when ends_at < :now then 'attended' else 'withdrawn' end, 'm', starts_at - interval '20 days'
         from sessions order by id limit 2000`,
      { now: site.clock.now() },
    );
    await db.raw('insert into favourites select 8, id, now() from actions order by id limit 50');
    await site.owner.raw('analyze enrolments, favourites');
    for (const person of [7, 8]) {
      const visitor = await site.signedIn(emailOf(person));
      const { id } = await db('enrolments').where({ user_id: person }).first('id');
      const feed = /\/parcourspro\/agenda\/[\w-]+\.ics/.exec(
        (await visitor.submit('/parcourspro/mon-espace/agenda')).text,
      )?.[0] as string;
      const pages = [...mySpacePages(person, id), { name: `calendar of ${person}`, path: feed }];
      expect(await faultsOf(pages, () => visitor)).toEqual([]);
    }
  }, 120_000);
});
