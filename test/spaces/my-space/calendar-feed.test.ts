import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decideEnrolment } from '#enrolment/service.ts';
import { cancelSession, restoreSession } from '#enrolment/session-changes/service.ts';
import type { State } from '#enrolment/states.ts';
import { publicPath } from '#platform/log.ts';
import { browserSessions, calendarFeedOf } from '../../support/accounts.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import {
  addSlots,
  createAction,
  createSession,
  sessionOf,
  setDates,
  setSession,
  slotsOf,
} from '../../support/catalogue.ts';
import { DAY, HOUR } from '../../support/database.ts';
import { createEnrolment, createPastSeats, setEnrolment, writeHistory } from '../../support/enrolments.ts';
import { journalOf } from '../../support/journal.ts';
import {
  closeAccount,
  createStructure,
  createUser,
  leaveStructures,
  reopenAccount,
  type TestUser,
} from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { recordStatements } from '../../support/statements.ts';

const PAGE = '/parcourspro/mon-espace/agenda';
const LINK = 'https://visio.example/salle';

let site: TestSite;
let structureId: number;
let providerId: number;
let manager: TestUser;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-02T09:00:00Z' });
  const { db } = site.dependencies;
  structureId = await createStructure(db, { memberIn: [2026, 2027] });
  providerId = await createStructure(db, { isTrainingBody: true });
  manager = await createUser(db, { isAgencyManager: true });
});
afterAll(() => site.close());

let person: TestUser;
let browser: Visitor;
beforeEach(async () => {
  const { db } = site.dependencies;
  await forgetAttempts(db);
  person = await createUser(db, { affiliations: { [structureId]: [] } });
  browser = await site.signedIn(person.email);
});

const addressIn = (html: string) =>
  /http:\/\/localhost:3000(\/parcourspro\/agenda\/[\w-]{43}\.ics)/.exec(html)?.[1];

/** Makes or renews the address. @returns its path */
async function subscribe(): Promise<string> {
  const answer = await browser.submit(PAGE);
  expect(answer.status).toBe(200);
  const path = addressIn(answer.text);
  if (!path) throw new Error('no address on the page');
  return path;
}

async function seat(
  state: State,
  options: { inDays?: number; link?: string; title?: string; sessionId?: number } = {},
) {
  const { db } = site.dependencies;
  const now = site.clock.now();
  let { sessionId } = options;
  if (!sessionId) {
    const title = options.title ?? `Titre, ${state}; fin`;
    const { id: actionId } = await createAction(db, { providerId, title });
    const slot = options.link ? ({ modality: 'remote', link: options.link } as const) : {};
    const session = { actionId, now, startsInDays: options.inDays, opensInDays: -500, slot };
    sessionId = await createSession(db, session);
  }
  const id = await createEnrolment(db, { sessionId, userId: person.id, structureId, state, at: now });
  await writeHistory(db, id, now, [{ to_state: state, by_role: 'beneficiary', by_user_id: person.id }]);
  return { id, sessionId };
}

/** The events of a calendar, by UID, folded lines joined. */
async function events(path: string) {
  const response = await site
    .visitor()
    .get(path)
    .buffer(true)
    .parse((res, done) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (part: string) => {
        text += part;
      });
      res.on('end', () => done(null, text));
    });
  expect(response.status).toBe(200);
  const text = (response.body as string).replaceAll(/\r\n[ \t]/g, '');
  return new Map(
    text
      .split('BEGIN:VEVENT')
      .slice(1)
      .map((event) => {
        const of = (name: string) => new RegExp(`^${name}(?:;[^:]*)?:(.*)\r$`, 'm').exec(event)?.[1] ?? '';
        return [
          of('UID'),
          {
            status: of('STATUS'),
            sequence: Number(of('SEQUENCE')),
            summary: of('SUMMARY'),
            start: of('DTSTART'),
            stamp: of('DTSTAMP'),
            text: event,
          },
        ] as const;
      }),
  );
}
const uid = (sessionId: number, day = 1) => `session-${sessionId}-jour-${day}@localhost`;
const by = () => ({ role: 'agency', userId: manager.id, way: 'page' }) as const;

describe('the address', () => {
  test('is shown once, kept as a hash, told by e-mail without it, and answers without a session', async () => {
    const { db } = site.dependencies;
    expect((await browser.get(PAGE)).text).toContain('Créer mon adresse d’agenda');
    const path = await subscribe();
    const token = /([\w-]{43})\.ics/.exec(path)?.[1] ?? '';
    expect((await browser.get(PAGE)).text).not.toContain(token);
    expect(JSON.stringify(await calendarFeedOf(db, person.id))).not.toContain(token);
    await site.runJobs();
    const [mail] = site.mailbox.to(person.email);
    expect(mail?.subject).toBe('L’adresse de votre agenda ParcoursPro a été créée');
    expect(mail?.text).not.toContain(token);
    expect(mail?.text).toContain('Si ce n’est pas vous');
    const answer = await site.visitor().get(path);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/calendar; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('private, no-cache');
    expect(answer.headers['set-cookie']).toBeUndefined();
    const signedOut = (await browserSessions(db)).filter(({ sess }) => !('passport' in sess));
    expect(signedOut).toEqual([]);
    // The log of requests does not have it either.
    expect(publicPath(path)).toBe('/parcourspro/agenda/:token.ics');
  });

  test('renewed, the former one is dead; removed, both are; each is noted in the journal', async () => {
    const { db } = site.dependencies;
    const first = await subscribe();
    const second = await subscribe();
    expect(second).not.toBe(first);
    expect((await site.visitor().get(first)).status).toBe(404);
    expect((await site.visitor().get(second)).status).toBe(200);
    for (let time = 0; time < 2; time += 1) {
      expect((await browser.submit(`${PAGE}/supprimer`, {}, PAGE)).headers.location).toBe(PAGE);
    }
    expect((await site.visitor().get(second)).status).toBe(404);
    const told = await journalOf(db, '%feed%', { person_id: person.id });
    expect(told.map(({ action }) => action)).toEqual([
      'account.calendar_feed_created',
      'account.calendar_feed_renewed',
      'account.calendar_feed_revoked',
    ]);
    await site.runJobs();
    const subjects = site.mailbox.to(person.email).map(({ subject }) => subject);
    expect(subjects.filter((one) => one.includes('agenda'))).toHaveLength(2);
  });

  test('two clicks at once leave one address that answers', async () => {
    const token = await browser.token(PAGE);
    const answers = await Promise.all([1, 2].map(() => browser.post(PAGE, { _csrf: token })));
    const paths = answers.map(({ text }) => addressIn(text) ?? '');
    const statuses = await Promise.all(paths.map(async (path) => (await site.visitor().get(path)).status));
    expect(statuses.sort()).toEqual([200, 404]);
  });

  test('a wrong one is 404, and guessing is stopped; the right ones go on', async () => {
    const path = await subscribe();
    const visitor = site.visitor();
    for (const wrong of [
      'x',
      'a'.repeat(43),
      'a'.repeat(5000),
      '%00',
      '%27%20or%201=1',
      `${'é'.repeat(20)}`,
    ]) {
      const answer = await visitor.get(`/parcourspro/agenda/${encodeURI(wrong)}.ics`);
      expect(answer.status, wrong).toBe(404);
    }
    let last = 404;
    for (let nth = 0; nth < 60 && last === 404; nth += 1) {
      last = (await visitor.get(`/parcourspro/agenda/${'b'.repeat(42)}${nth % 10}.ics`)).status;
    }
    expect(last).toBe(429);
    expect((await visitor.get(path)).status).toBe(200);
  });

  test('looked at too often, it asks to wait', async () => {
    const path = await subscribe();
    const visitor = site.visitor();
    const statuses = new Set<number>();
    for (let nth = 0; nth <= 120; nth += 1) statuses.add((await visitor.get(path)).status);
    expect([...statuses]).toEqual([200, 429]);
  });

  test('is in « my data » without its secret, and goes with the account', async () => {
    const path = await subscribe();
    const { body, text } = await browser.submit('/mon-compte/mes-donnees', {}, '/mon-compte');
    expect(body.calendarFeed).toEqual({ createdAt: expect.any(String) });
    expect(text).not.toContain(/agenda\/([\w-]{43})/.exec(path)?.[1]);
    await closeAccount(site.dependencies.db, person.id, site.clock.now());
    expect((await site.visitor().get(path)).status).toBe(404);
    await reopenAccount(site.dependencies.db, person.id);
  });

  test('of somebody who belongs to no structure any more shows nothing', async () => {
    const path = await subscribe();
    await seat('enrolled');
    expect((await events(path)).size).toBe(1);
    await leaveStructures(site.dependencies.db, person.id);
    expect((await events(path)).size).toBe(0);
  });

  test('cannot be made, renewed or removed without the form’s token, nor under another profile', async () => {
    expect((await browser.post(PAGE, {})).status).toBe(403);
    expect((await browser.post(`${PAGE}/supprimer`, {})).status).toBe(403);
    const asManager = await site.signedIn(manager.email);
    expect((await asManager.get(PAGE)).status).toBe(403);
  });
});

describe('the calendar', () => {
  test('holds seats only: confirmed, or tentative until the provider has accepted', async () => {
    const path = await subscribe();
    const enrolled = await seat('enrolled', { link: `${LINK}-1` });
    const preregistered = await seat('preregistered', { link: `${LINK}-2` });
    const attended = await seat('attended', { inDays: -20 });
    for (const state of [
      'requested',
      'waitlisted',
      'withdrawn',
      'refused_by_hr',
      'refused_by_provider',
      'expired',
    ] as const)
      await seat(state);
    const found = await events(path);
    expect([...found.keys()].sort()).toEqual(
      [enrolled, preregistered, attended].map(({ sessionId }) => uid(sessionId)).sort(),
    );
    expect(found.get(uid(enrolled.sessionId))).toMatchObject({
      status: 'CONFIRMED',
      summary: 'Titre\\, enrolled\\; fin',
    });
    expect(found.get(uid(enrolled.sessionId))?.text).toContain(`${LINK}-1`);
    expect(found.get(uid(preregistered.sessionId))).toMatchObject({
      status: 'TENTATIVE',
      summary: expect.stringContaining('Préinscrit'),
    });
    // The connection link is for those who are enrolled.
    expect(found.get(uid(preregistered.sessionId))?.text).not.toContain(LINK);
  });

  test('goes back one year, day for day', async () => {
    const path = await subscribe();
    const old = await seat('attended', { inDays: -366 });
    const recent = await seat('attended', { inDays: -364 });
    const found = await events(path);
    expect(found.has(uid(old.sessionId))).toBe(false);
    expect(found.has(uid(recent.sessionId))).toBe(true);
  });

  test('has one event per day; a session that moves keeps its UIDs', async () => {
    const { db } = site.dependencies;
    const path = await subscribe();
    const { sessionId } = await seat('enrolled');
    const { starts_at: start } = await sessionOf(db, sessionId);
    const slotIn = (hours: number) => ({
      starts_at: new Date(+start + hours * HOUR),
      ends_at: new Date(+start + (hours + 3) * HOUR),
    });
    await addSlots(db, sessionId, [slotIn(24), slotIn(28)]);
    const before = await events(path);
    expect([...before.keys()]).toEqual([uid(sessionId, 1), uid(sessionId, 2)]);
    const later = (date: Date) => new Date(+date + 7 * DAY);
    const slots = await slotsOf(db, sessionId);
    const moved = slots.map((slot) => ({ starts_at: later(slot.starts_at), ends_at: later(slot.ends_at) }));
    await setDates(db, sessionId, moved);
    await setSession(db, sessionId, { calendar_sequence: 1 });
    const after = await events(path);
    expect([...after.keys()]).toEqual([...before.keys()]);
    expect(after.get(uid(sessionId))?.start).not.toBe(before.get(uid(sessionId))?.start);
    expect(after.get(uid(sessionId))?.sequence).toBe((before.get(uid(sessionId))?.sequence ?? 0) + 1);
  });

  test('a cancelled session is cancelled there for whoever had a seat, and comes back with a higher sequence', async () => {
    const path = await subscribe();
    const { id, sessionId } = await seat('enrolled');
    const before = (await events(path)).get(uid(sessionId));
    await cancelSession(site.dependencies, sessionId, by(), 'Formateur malade');
    const cancelled = (await events(path)).get(uid(sessionId));
    expect(cancelled).toMatchObject({ status: 'CANCELLED', summary: expect.stringContaining('Annulé') });
    expect(cancelled?.sequence).toBeGreaterThan(before?.sequence ?? 0);
    await restoreSession(site.dependencies, sessionId, by());
    const back = (await events(path)).get(uid(sessionId));
    expect(back).toMatchObject({ status: 'CONFIRMED' });
    expect(back?.sequence).toBeGreaterThan(cancelled?.sequence ?? 0);
    // Given back by the person, it is theirs no more.
    await decideEnrolment(site.dependencies, id, {
      event: 'withdraw',
      by: { role: 'beneficiary', userId: person.id, way: 'page' },
      reason: 'Empêchement',
    });
    expect((await events(path)).size).toBe(0);
  });

  test('whoever only asked never had the cancelled session; who asked again has it once, as it is now', async () => {
    const path = await subscribe();
    const asked = await seat('requested');
    await cancelSession(site.dependencies, asked.sessionId, by(), 'Trop peu de monde');
    expect((await events(path)).size).toBe(0);
    const once = await seat('enrolled');
    await cancelSession(site.dependencies, once.sessionId, by(), 'Malade');
    await seat('enrolled', { sessionId: once.sessionId });
    const found = await events(path);
    expect([...found.values()].map(({ status }) => status)).toEqual(['CONFIRMED']);
  });

  test('asked again while nothing changes, it answers 304 from its ETag, whatever the hour', async () => {
    const path = await subscribe();
    const { id } = await seat('enrolled');
    const visitor = site.visitor();
    // Dated by what last happened, not by whoever looks.
    const stamp = site.clock
      .now()
      .toISOString()
      .replaceAll(/[-:]|\.\d+/g, '');
    expect((await events(path)).values().next().value?.stamp).toBe(stamp);
    const first = await visitor.get(path);
    const etag = first.headers.etag as string;
    site.clock.advance(DAY);
    const again = await visitor.get(path).set('If-None-Match', etag);
    expect(again.status).toBe(304);
    await setEnrolment(site.dependencies.db, id, { state: 'preregistered' });
    expect((await visitor.get(path).set('If-None-Match', etag)).status).toBe(200);
  });

  test('of 2,000 seats costs two statements', async () => {
    const { db } = site.dependencies;
    const path = await subscribe();
    const { id: actionId } = await createAction(db, { providerId });
    const of = { userId: person.id, structureId, actionId };
    await createPastSeats(db, of, { now: site.clock.now(), count: 2000, everyHours: 4 });
    const statements = await recordStatements(async () => {
      expect((await events(path)).size).toBe(2000);
    });
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(2);
  });
});
