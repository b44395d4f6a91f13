import { parseCronItems, type TaskList } from 'graphile-worker';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Jobs, startJobs } from '#platform/jobs/runner.ts';
import { features } from '../../../src/features.ts';
import { scheduleOf } from '../../../src/jobs.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createAction, createSession, setAction } from '../../support/catalogue.ts';
import { DAY } from '../../support/database.ts';
import { addFavourite, saveSearch } from '../../support/finding.ts';
import { journalOf } from '../../support/journal.ts';
import { mailsIn } from '../../support/mails.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { until } from '../../support/process.ts';
import { createService, createSilence } from '../../support/sso.ts';

const schedule = scheduleOf(features);

/** What comes round by itself: once a day, also after a night with everything down; and nothing twice. */
let site: TestSite;
const running: Jobs[] = [];
beforeEach(async () => {
  site = await createTestSite({ now: '2026-11-10T09:00:00Z' });
});
afterEach(async () => {
  for (const jobs of running.splice(0)) await jobs.stop();
  await site.close();
});

const db = () => site.dependencies.db;
const DAILY = [
  'alert_saved_searches',
  'follow_inactive_accounts',
  'forget_offer_changes',
  'refresh_figures',
  'remind_membership_renewals',
  'tell_of_silent_services',
  'tend_badge_key',
  'tend_offer_catalogues',
];
const timesADay = ({ match }: (typeof schedule)[number]) => {
  let times = 0;
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    if (match({ min: minute % 60, hour: Math.floor(minute / 60), date: 1, month: 1, dow: 1 })) times += 1;
  }
  return times;
};

test('every daily task is made up for, and none that comes round more often', () => {
  expect(
    schedule
      .filter((item) => timesADay(item) === 1)
      .map(({ task }) => task)
      .sort(),
  ).toEqual(DAILY);
  for (const { task, options } of schedule) {
    expect([task, options.backfillPeriod]).toEqual([task, DAILY.includes(task) ? DAY : 0]);
  }
});

test('after days with everything down each daily task runs once, however many processes start', async () => {
  await db().raw(
    `insert into graphile_worker._private_known_crontabs (identifier, known_since, last_execution)
     select task, now() - interval '9 days', now() - interval '3 days' from unnest(cast(? as text[])) as task`,
    [[...DAILY, 'latest']],
  );
  const ran: string[] = [];
  const tasks: TaskList = Object.fromEntries(
    [...DAILY, 'latest'].map((name) => [name, async () => void ran.push(name)]),
  );
  // The last thing that a process makes up for: once it has run, all else has been looked at.
  const justNow = new Date(Date.now() - 60_000);
  const match = `${justNow.getUTCMinutes()} ${justNow.getUTCHours()} * * *`;
  const latest = parseCronItems([{ task: 'latest', match, options: { backfillPeriod: DAY } }]);
  const { pool, log } = site.dependencies;
  for (const cron of [schedule, [...schedule, ...latest]]) {
    const lanes = [{ name: 'work', concurrency: 1, tasks }];
    running.push(startJobs({ pool, databaseUrl: site.url, lanes, cron, log }));
  }
  await until(async () => ran.length === DAILY.length + 1);
  const { rows } = await db().raw(
    'select from graphile_worker.jobs where task_identifier = any(cast(? as text[]))',
    [DAILY],
  );
  expect(rows).toEqual([]);
  expect(ran.toSorted()).toEqual([...DAILY, 'latest'].toSorted());
});

test('a daily task that runs twice in a day changes and sends nothing the second time', async () => {
  const now = site.clock.now();
  const structureId = await createStructure(db(), { memberIn: [2026] });
  const referent = await createUser(db(), { affiliations: { [structureId]: ['referent'] } });
  const person = await createUser(db(), { affiliations: { [structureId]: [] } });
  await createUser(db(), { fields: { created_at: '2020-01-01', last_sign_in_at: '2024-11-20T09:00:00Z' } });
  await saveSearch(db(), referent.id, now, { query: 'q=compostage' });
  const providerId = await createStructure(db(), { isTrainingBody: true });
  const action = await createAction(db(), { providerId, title: 'Le compostage' });
  await addFavourite(db(), person.id, action.id, now);
  await createUser(db(), { isAgencyManager: true });
  await createSilence(db(), (await createService(db())).id, now);
  site.clock.advance(DAY);
  const nextDay = site.clock.now();
  await createSession(db(), { actionId: action.id, now: nextDay, fields: { added_at: nextDay } });
  await setAction(db(), action.id, { published_at: nextDay });

  const daily = async () => {
    for (const task of DAILY) {
      await db().raw('select graphile_worker.add_job(?)', [task]);
      // A try that fails on a busy machine is made again: what is told at the end is what counts.
      await until(async () => {
        await site.runJobs();
        return (await db()('graphile_worker.jobs').first('id')) === undefined;
      });
    }
    return {
      kinds: (await mailsIn(db())).map(({ kind }) => kind),
      journal: (await journalOf(db())).map(({ action }) => action),
      jobs: (await db()('graphile_worker.jobs')).length,
    };
  };
  const first = await daily();
  expect(new Set(first.kinds)).toEqual(
    new Set([
      'saved-search.news',
      'new-sessions',
      'account.inactivity-warning',
      'membership.renewal',
      'service.logouts-failing',
    ]),
  );
  expect(first.jobs).toBe(0);
  site.clock.advance(3 * 3_600_000);
  expect(await daily()).toEqual(first);
});
