import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowsers } from '../../../bench/catalogue/browse.ts';
import { emailOf } from '../../../bench/catalogue/fill.ts';
import { measuredPages, mySpacePages } from '../../../bench/catalogue/pages.ts';
import { recordAsked, tablesReadThrough } from '../../../bench/catalogue/plans.ts';
import type { TestSite } from '../../support/app.ts';
import { AT_SIZE, createSiteAtSize } from '../../support/at-size.ts';
import { TEST_PASSWORD } from '../../support/people.ts';

let site: TestSite;

beforeAll(async () => {
  site = await createSiteAtSize();
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
    expect(rows[0]).toMatchObject({ enrolments: AT_SIZE.enrolments, oversold: expect.any(Number) });
    expect(rows[0].coming).toBeGreaterThan(AT_SIZE.sessions / 12);
    expect(rows[0].queued).toBeGreaterThan(0);
  });

  test('no page reads a large table through, nor runs more than four statements', async () => {
    const { db } = site.dependencies;
    const browsers = createBrowsers(site.app, db, TEST_PASSWORD);
    const faults: string[] = [];
    for (const page of await measuredPages(db, site.clock.now())) {
      const open = await browsers.prepare(page);
      const sent = await recordAsked(async () => {
        const status = await open();
        if (status !== 200) faults.push(`${page.name}: ${status}`);
      });
      if (sent.length > 4) faults.push(`${page.name}: ${sent.length} statements`);
      for (const one of sent) {
        const tables = await tablesReadThrough(db, one);
        if (tables.length > 0 && !page.onlyAtSize) faults.push(`${page.name}: ${tables}`);
      }
    }
    expect(faults).toEqual([]);
  }, 120_000);

  test('nor does « Mon espace personnel » of somebody with 2,000 requests, nor their calendar', async () => {
    const { db } = site.dependencies;
    await db.raw(
      `insert into enrolments (user_id, structure_id, action_id, session_id, state, motivation, requested_at)
       select 8, 8, action_id, id, case when ends_at < :now then 'attended' else 'withdrawn' end, 'm', starts_at - interval '20 days'
         from sessions order by id limit 2000`,
      { now: site.clock.now() },
    );
    await db.raw('insert into favourites select 8, id, now() from actions order by id limit 50');
    await site.owner.raw('analyze enrolments, favourites');
    const visitor = await site.signedIn(emailOf(8));
    const { id } = await db('enrolments').where({ user_id: 8 }).first('id');
    const { text } = await visitor.submit('/parcourspro/mon-espace/agenda');
    const feed = /\/parcourspro\/agenda\/[\w-]+\.ics/.exec(text)?.[0] as string;
    const faults: string[] = [];
    for (const path of [...mySpacePages(id), feed]) {
      const sent = await recordAsked(async () => {
        expect((await visitor.get(path)).status).toBe(200);
      });
      if (sent.length > 4) faults.push(`${path}: ${sent.length} statements`);
      for (const one of sent) {
        const tables = await tablesReadThrough(db, one);
        if (tables.length > 0) faults.push(`${path}: ${tables}`);
      }
    }
    expect(faults).toEqual([]);
  }, 120_000);
});
