import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emailOf, fillCatalogue } from '../../../bench/catalogue/fill.ts';
import { cataloguePages } from '../../../bench/catalogue/pages.ts';
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

  test('no page of the catalogue reads a large table through, nor runs more than four statements', async () => {
    const faults: string[] = [];
    for (const { name, path, person } of cataloguePages(slug)) {
      const visitor = person ? signedIn : site.visitor();
      const sent = await recordSent(async () => {
        expect((await visitor.get(path)).status).toBe(200);
      });
      if (sent.length > 4) faults.push(`${name}: ${sent.length} statements`);
      for (const one of sent) {
        const tables = await tablesReadThrough(site.dependencies.db, one);
        if (tables.length > 0) faults.push(`${name}: ${tables}`);
      }
    }
    expect(faults).toEqual([]);
  }, 120_000);
});
