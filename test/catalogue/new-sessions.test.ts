import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { noticeNews, tellOfNewSessions } from '#catalogue/new-sessions/service.ts';
import { alertSavedSearches } from '#catalogue/saved-searches/alerts.ts';
import { changeState } from '#training/actions/service.ts';
import { addSession } from '#training/sessions/service.ts';
import { features } from '../../src/features.ts';
import { scheduleOf } from '../../src/jobs.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { createAction, createSession, setAction, setSession } from '../support/catalogue.ts';
import { countWaiting, DAY, HOUR } from '../support/database.ts';
import { createEnrolment } from '../support/enrolments.ts';
import {
  addFavourite,
  forgetSearches,
  newSessionNotices,
  saveSearch,
  watchSeats,
} from '../support/finding.ts';
import { closeAccount, createStructure, createUser, type TestUser } from '../support/people.ts';
import { until } from '../support/process.ts';

const schedule = scheduleOf(features);

/** A session added to an action that is there already: those who wait for dates hear of it once. */
let site: TestSite;
let providerId: number;
let memberId: number;
let person: TestUser;
let action: { id: number; slug: string };

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-02T10:00:00Z' });
  const { db } = site.dependencies;
  providerId = await createStructure(db, { isTrainingBody: true });
  memberId = await createStructure(db, { memberIn: [2026, 2027] });
});
afterAll(() => site.close());
beforeEach(async () => {
  await forgetSearches(db());
  person = await createUser(db(), { affiliations: { [memberId]: [] } });
  action = await createAction(db(), { providerId, title: 'Le compostage <b>avancé</b>' });
  site.clock.advance(DAY);
  await morning();
  site.mailbox.clear();
});

const db = () => site.dependencies.db;
/** The daily job, as it runs. */
const morning = async () => {
  const now = site.clock.now();
  const told = [
    await alertSavedSearches(site.dependencies, now),
    await tellOfNewSessions(site.dependencies, now),
  ];
  await site.runJobs();
  return told;
};
const add = (inDays = 40, more: { city?: string; closesInDays?: number } = {}, deps = site.dependencies) => {
  const at = (days: number) => new Date(site.clock.now().getTime() + days * DAY);
  const slot = { startsAt: at(inDays), endsAt: new Date(at(inDays).getTime() + 3 * HOUR), isRemote: false };
  const { city = 'Pessac', closesInDays = inDays - 1 } = more;
  return addSession(deps, action.id, {
    slots: [slot],
    place: { place: '', address: '', postcode: city === 'Pessac' ? '33600' : '87000', city, link: '' },
    department: city === 'Pessac' ? '33' : '87',
    capacity: 10,
    waitingCapacity: 0,
    opensAt: site.clock.now(),
    closesAt: at(closesInDays),
    reference: null,
  });
};
const favourite = (userId = person.id) => addFavourite(db(), userId, action.id, site.clock.now());
const save = (query: string) => saveSearch(db(), person.id, site.clock.now(), { name: 'Compost', query });
const mails = (user = person) => site.mailbox.to(user.email);

test('they are told though the saved searches fail; the job is tried again', async () => {
  await favourite();
  site.clock.advance(HOUR);
  await add(40);
  site.clock.advance(HOUR);
  await site.owner.raw('alter table saved_searches rename to lost');
  try {
    await db().raw(`select graphile_worker.add_job('alert_saved_searches', max_attempts := 2)`);
    await site.runJobs();
    expect(mails()).toHaveLength(1);
    const left = await db().raw(
      `select from graphile_worker.jobs where task_identifier = 'alert_saved_searches'`,
    );
    expect(left.rows).toHaveLength(1);
  } finally {
    await site.owner.raw('alter table lost rename to saved_searches');
    await site.owner.raw(`delete from graphile_worker._private_jobs`);
  }
});

describe('favourites', () => {
  test('one e-mail with all the new dates, once', async () => {
    await favourite();
    site.clock.advance(HOUR);
    await add(40);
    await add(60, { city: 'Limoges' });
    site.clock.advance(HOUR);
    expect(await morning()).toEqual([0, 1]);
    expect(mails()).toHaveLength(1);
    expect(mails()[0]?.subject).toBe('De nouvelles dates\u00a0: Le compostage <b>avancé</b>');
    expect(mails()[0]?.text).toContain('Limoges');
    expect(mails()[0]?.text).toContain(`/parcourspro/actions/${action.slug}#session-`);
    expect(mails()[0]?.html).not.toContain('<b>avancé');
    site.clock.advance(DAY);
    expect(await morning()).toEqual([0, 0]);
  });

  test('a file of many sessions is one e-mail, and a job that stops halfway is taken up where it stopped', async () => {
    await favourite();
    const other = await createUser(db(), { affiliations: { [memberId]: [] } });
    await favourite(other.id);
    site.clock.advance(HOUR);
    for (let day = 0; day < 120; day += 1) await add(40 + day);
    await noticeNews(db(), site.clock.now());
    const { mail } = site.dependencies;
    let left = 1;
    const failing = {
      ...site.dependencies,
      mail: {
        ...mail,
        enqueue: async (...args: Parameters<typeof mail.enqueue>) => {
          if (left === 0) throw new Error('the queue is gone');
          left -= 1;
          return mail.enqueue(...args);
        },
      },
    };
    await expect(tellOfNewSessions(failing)).rejects.toThrow('the queue is gone');
    expect(await tellOfNewSessions(site.dependencies)).toBe(1);
    expect(await tellOfNewSessions(site.dependencies)).toBe(0);
    await site.runJobs();
    for (const user of [person, other]) {
      expect(mails(user)).toHaveLength(1);
      expect(mails(user)[0]?.text).toContain('112\u00a0sessions');
    }
    expect(await newSessionNotices(db())).toEqual([]);
  });

  test('two jobs at once tell once', async () => {
    await favourite();
    site.clock.advance(HOUR);
    await add();
    await noticeNews(db(), site.clock.now());
    const told = await Promise.all([1, 2].map(() => tellOfNewSessions(site.dependencies)));
    expect(told.toSorted()).toEqual([0, 1]);
  });

  test('of two jobs the second waits for the first, and does not tell again once all is announced and forgotten', async () => {
    await favourite();
    site.clock.advance(HOUR);
    await add();
    await noticeNews(db(), site.clock.now());
    // The first is at its e-mail when the second arrives, and is over before the second goes on.
    const [asked, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const first = db().transaction((trx) =>
      tellOfNewSessions({
        ...site.dependencies,
        db: trx,
        mail: {
          ...site.dependencies.mail,
          enqueue: async (...args) => {
            asked.resolve();
            await goOn.promise;
            return site.dependencies.mail.enqueue(...args);
          },
        },
      }),
    );
    await asked.promise;
    const second = tellOfNewSessions(site.dependencies);
    await until(async () => (await countWaiting(db())) > 0);
    goOn.resolve();
    expect(await Promise.all([first, second])).toEqual([1, 0]);
    await site.runJobs();
    expect(mails()).toHaveLength(1);
  });

  test.each<[string, () => Promise<unknown>]>([
    [
      'a session that is cancelled since',
      async () => setSession(db(), await add(), { cancelled_at: site.clock.now() }),
    ],
    ['a session that takes no more requests', () => add(40, { closesInDays: 0.001 })],
    [
      'an action taken off the catalogue',
      async () => {
        await add();
        await setAction(db(), action.id, { published_at: null });
      },
    ],
    [
      'an account that is closed',
      async () => {
        await add();
        await closeAccount(db(), person.id, site.clock.now());
      },
    ],
    [
      'somebody who has a request for the action',
      async () => {
        const sessionId = await add();
        await createEnrolment(db(), { sessionId, userId: person.id, structureId: memberId });
      },
    ],
    [
      'a session of an earlier day, of which nobody knows when it was added',
      () => createSession(db(), { actionId: action.id, now: site.clock.now() }),
    ],
  ])('nothing is said of %s', async (_what, make) => {
    await favourite();
    site.clock.advance(HOUR);
    await make();
    site.clock.advance(HOUR);
    expect(await morning()).toEqual([0, 0]);
    expect(mails()).toEqual([]);
  });

  test('whoever took the action among their favourites afterwards has seen the session', async () => {
    await add();
    site.clock.advance(HOUR);
    await favourite();
    expect(await morning()).toEqual([0, 0]);
  });
});

describe('whoever wants no such e-mail', () => {
  const LINK = /\/parcourspro\/nouvelles-dates\/arreter\/\d+\.[\w-]+/;
  const newDates = async () => {
    site.clock.advance(HOUR);
    await add();
    site.clock.advance(HOUR);
    site.mailbox.clear();
    return morning();
  };

  test('ends them by the link of the e-mail, in one click of the mailbox too; others go on being told', async () => {
    const other = await createUser(db(), { affiliations: { [memberId]: [] } });
    await favourite();
    await favourite(other.id);
    expect(await newDates()).toEqual([0, 2]);
    const [mail] = mails();
    const path = LINK.exec(mail?.text ?? '')?.[0] ?? '';
    expect(mail?.headers['list-unsubscribe']).toBe(`<http://localhost:3000${path}>`);
    expect(mail?.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');

    // Opened, as a mail filter does, it changes nothing.
    expect((await site.visitor().get(path)).text).toContain('Ne plus recevoir ces e-mails');
    expect(await newDates()).toEqual([0, 2]);
    const click = await site.visitor().agent.post(path).type('form').send('List-Unsubscribe=One-Click');
    expect(click.status).toBe(200);
    expect(await newDates()).toEqual([0, 1]);
    expect(mails()).toEqual([]);
    expect(mails(other)).toHaveLength(1);
    const done = await site.visitor().submit(path);
    expect(done.text).toContain('E-mails des nouvelles dates arrêtés');
    expect(done.text).toContain('href="/parcourspro/favoris"');
  });

  test('ends and takes them up again in « Mes favoris », which says how it is', async () => {
    await favourite();
    const mine = await site.signedIn(person.email);
    const page = '/parcourspro/favoris';
    const choose = (recevoir: string) => mine.submit(`${page}/nouvelles-dates`, { recevoir }, page);
    expect((await mine.get(page)).text).toContain('une fois par jour au plus');
    expect((await choose('0')).headers.location).toBe(page);
    await choose('0');
    expect((await mine.get(page)).text).toContain('Vous avez arrêté les e-mails');
    expect(await newDates()).toEqual([0, 0]);
    await choose('1');
    expect((await mine.get(page)).text).not.toContain('Vous avez arrêté');
    // What was added meanwhile is not told afterwards.
    expect(await morning()).toEqual([0, 0]);
    expect(await newDates()).toEqual([0, 1]);
  });
});

test('whoever waits for a place in another session of the action hears of a new one', async () => {
  const full = await createSession(db(), {
    actionId: action.id,
    now: site.clock.now(),
    capacity: 0,
    waitingCapacity: 0,
  });
  await watchSeats(db(), full, person.id, site.clock.now());
  await favourite();
  site.clock.advance(HOUR);
  await add();
  site.clock.advance(HOUR);
  expect(await morning()).toEqual([0, 1]);
  expect(mails()).toHaveLength(1);
});

describe('saved searches', () => {
  test('an old action is news again with new dates, once, and not twice for whoever keeps it too', async () => {
    await createSession(db(), { actionId: action.id, now: site.clock.now() });
    await save('q=compostage');
    await favourite();
    site.clock.advance(HOUR);
    await add();
    site.clock.advance(HOUR);
    expect(await morning()).toEqual([1, 0]);
    expect(mails()).toHaveLength(1);
    expect(mails()[0]?.subject).toContain('1\u00a0nouveauté pour « Compost »');
    expect(mails()[0]?.text).toContain('Le compostage <b>avancé</b>');
    site.clock.advance(DAY);
    expect(await morning()).toEqual([0, 0]);
    expect(await newSessionNotices(db())).toEqual([]);
  });

  test('dates elsewhere than where the search looks are no news', async () => {
    await createSession(db(), { actionId: action.id, now: site.clock.now() });
    await save('q=compostage&lieu=Pessac');
    site.clock.advance(HOUR);
    await add(40, { city: 'Limoges' });
    site.clock.advance(HOUR);
    expect(await morning()).toEqual([0, 0]);
    site.clock.advance(HOUR);
    await add(50);
    site.clock.advance(HOUR);
    expect(await morning()).toEqual([1, 0]);
  });
});

describe('what is committed only after the look of the day, with a moment before it', () => {
  test.each([
    ['a favourite', () => favourite(), [0, 1]],
    ['a saved search', () => save('q=compostage'), [1, 0]],
  ])('a session is news of the next day, once: %s', async (_what, wish, told) => {
    await createSession(db(), { actionId: action.id, now: site.clock.now() });
    await wish();
    site.clock.advance(HOUR);
    // Others are noticed that day, so that the look passes the moment of this one.
    const other = await createAction(db(), { providerId, title: 'Le tri' });
    await db().transaction(async (trx) => {
      await add(40, {}, { ...site.dependencies, db: trx });
      site.clock.advance(HOUR);
      await setAction(db(), other.id, { published_at: site.clock.now() });
      expect(await morning()).toEqual([0, 0]);
    });
    site.clock.advance(DAY);
    expect(await morning()).toEqual(told);
    site.clock.advance(DAY);
    expect(await morning()).toEqual([0, 0]);
  });

  test('an action that is published is news of the next day, once; published again, it is news again', async () => {
    await createSession(db(), { actionId: action.id, now: site.clock.now() });
    await setAction(db(), action.id, { objectives: 'Composter' });
    await changeState(site.dependencies, action.id, 'retirer');
    await save('q=compostage');
    site.clock.advance(HOUR);
    await db().transaction(async (trx) => {
      await changeState({ ...site.dependencies, db: trx }, action.id, 'publier');
      site.clock.advance(HOUR);
      await createAction(db(), { providerId, title: 'Le tri' });
      expect(await morning()).toEqual([0, 0]);
    });
    site.clock.advance(DAY);
    expect(await morning()).toEqual([1, 0]);
    site.clock.advance(DAY);
    expect(await morning()).toEqual([0, 0]);
    await changeState(site.dependencies, action.id, 'retirer');
    await changeState(site.dependencies, action.id, 'publier');
    site.clock.advance(HOUR);
    expect(await morning()).toEqual([1, 0]);
  });
});

test('the daily job does both', async () => {
  expect(schedule.some(({ task }) => task === 'alert_saved_searches')).toBe(true);
});
