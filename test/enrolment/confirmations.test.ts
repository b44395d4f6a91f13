import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dueReminder, remindConfirmations } from '#enrolment/notices/confirmations.ts';
import { decideEnrolment } from '#enrolment/service.ts';
import { cancelSession, rescheduleSession } from '#enrolment/session-changes/service.ts';
import { addPerson, type Body, createBody, type Person } from '../spaces/provider/support.ts';
import { forgetMails, mailsIn } from '../support/mails.ts';
import { closeAccount, reopenAccount } from '../support/people.ts';

const at = (moment: string) => new Date(moment);

describe('when somebody who has not confirmed is reminded', () => {
  // Moved on Monday 2 March 2026; the session is on Monday 20 April.
  const moved = { askedAt: at('2026-03-02T09:00:00Z'), startsAt: at('2026-04-20T07:00:00Z'), sent: [] };
  test.each([
    ['the same day', '2026-03-02T15:00:00Z', undefined],
    ['two working days later', '2026-03-04T10:00:00Z', undefined],
    ['three working days later', '2026-03-05T22:59:00Z', undefined],
    ['the day after that', '2026-03-06T08:00:00Z', 'after_move'],
    ['three working days before', '2026-04-15T08:00:00Z', 'after_move'],
    // Thursday 16 April is two working days before Monday 20, the week-end apart.
    ['two working days before, from midnight in Paris', '2026-04-15T22:00:00Z', 'before_start'],
    ['the very morning', '2026-04-20T06:59:00Z', 'before_start'],
    ['once it has begun', '2026-04-20T07:00:00Z', undefined],
  ])('%s', (_when, now, due) => {
    expect(dueReminder(moved, at(now))).toBe(due);
  });

  test('each leaves once, and never the first after the second', () => {
    const sent = (...moments: ('after_move' | 'before_start')[]) => ({ ...moved, sent: moments });
    expect(dueReminder(sent('after_move'), at('2026-03-20T08:00:00Z'))).toBeUndefined();
    expect(dueReminder(sent('after_move'), at('2026-04-17T08:00:00Z'))).toBe('before_start');
    expect(dueReminder(sent('before_start'), at('2026-04-17T08:00:00Z'))).toBeUndefined();
  });

  test('moved on the eve: not on the day of the question', () => {
    const near = { askedAt: at('2026-04-16T09:00:00Z'), startsAt: at('2026-04-20T07:00:00Z'), sent: [] };
    expect(dueReminder(near, at('2026-04-16T15:00:00Z'))).toBeUndefined();
    expect(dueReminder(near, at('2026-04-17T08:00:00Z'))).toBe('before_start');
  });

  test('hour after hour, at most two leave, and none once the session has begun', () => {
    const hour = 3_600_000;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 60 * 24 }), (offset, lasts) => {
        const askedAt = new Date(at('2026-01-05T08:00:00Z').getTime() + offset * hour);
        const startsAt = new Date(askedAt.getTime() + lasts * hour);
        const sent: ('after_move' | 'before_start')[] = [];
        for (let now = askedAt.getTime(); now < startsAt.getTime() + 48 * hour; now += hour) {
          const due = dueReminder({ askedAt, startsAt, sent }, new Date(now));
          if (!due) continue;
          expect(now).toBeLessThan(startsAt.getTime());
          sent.push(due);
        }
        expect(new Set(sent).size).toBe(sent.length);
        expect(sent.at(-1) ?? 'before_start').toMatch(/before_start|after_move/);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the job', () => {
  let body: Body;
  let silent: Person;
  let sure: Person;
  beforeAll(async () => {
    body = await createBody('2026-03-02T09:00:00Z', { capacity: 5 });
    silent = await addPerson(body, 'enrolled', { lastName: 'Muette' });
    sure = await addPerson(body, 'preregistered', { lastName: 'Sûre' });
    const slot = {
      modality: 'in_person',
      place: 'Salle',
      address: '',
      postcode: '33600',
      city: 'Pessac',
      link: '',
    } as const;
    const slots = [{ ...slot, startsAt: at('2026-04-20T07:00:00Z'), endsAt: at('2026-04-20T15:00:00Z') }];
    const by = { role: 'provider', userId: body.trainer.id, way: 'page' } as const;
    await rescheduleSession(body.site.dependencies, body.sessionId, by, { slots, reason: 'Salle prise' });
    await decideEnrolment(body.site.dependencies, sure.enrolmentId, {
      event: 'confirm',
      by: { role: 'beneficiary', userId: sure.id, way: 'page' },
    });
    await forgetMails(body.site.dependencies.db);
  });
  afterAll(() => body.site.close());
  const REMINDER = { kind: 'enrolment.confirmation.reminder' };
  const sent = () => mailsIn(body.site.dependencies.db, REMINDER);
  /** As if nobody had been reminded. */
  const startAgain = async () => {
    await body.site.dependencies.db('confirmation_reminders').delete();
    await forgetMails(body.site.dependencies.db, REMINDER);
  };
  const run = (now: string) => {
    body.site.clock.set(now);
    return remindConfirmations(body.site.dependencies);
  };

  test('writes to those who have not answered, twice in all, and never at night', async () => {
    expect(await run('2026-03-04T10:00:00Z')).toBe(0);
    expect(await run('2026-03-06T03:00:00Z')).toBe(0);
    expect(await run('2026-03-07T10:00:00Z')).toBe(0);
    expect(await run('2026-03-09T10:00:00Z')).toBe(1);
    expect(await run('2026-03-09T11:00:00Z')).toBe(0);
    expect((await sent()).map(({ recipient }) => recipient)).toEqual([silent.email]);
    expect(await run('2026-04-16T10:00:00Z')).toBe(1);
    expect(await run('2026-04-17T10:00:00Z')).toBe(0);
    expect(await sent()).toHaveLength(2);
  });

  test('two runs at the same moment write once', async () => {
    await startAgain();
    body.site.clock.set('2026-03-10T10:00:00Z');
    await Promise.all([1, 2].map(() => remindConfirmations(body.site.dependencies)));
    expect(await sent()).toHaveLength(1);
  });

  test('an account that is closed is not written to', async () => {
    const { db } = body.site.dependencies;
    await startAgain();
    await closeAccount(db, silent.id, at('2026-03-09T10:00:00Z'));
    expect(await run('2026-03-10T10:00:00Z')).toBe(0);
    expect(await sent()).toEqual([]);
    expect(await db('confirmation_reminders')).toEqual([]);
    await reopenAccount(db, silent.id);
    expect(await run('2026-03-10T10:00:00Z')).toBe(1);
    expect((await sent()).map(({ recipient }) => recipient)).toEqual([silent.email]);
  });

  test('the training body sees who has not confirmed, and who was reminded', async () => {
    const browser = await body.site.signedIn(body.trainer.email);
    await browser.submit(
      '/parcourspro/profil',
      { profil: `provider:${body.providerId}` },
      '/parcourspro/mon-espace',
    );
    const { text } = await browser.get(`/parcourspro/prestataire/seances/${body.sessionId}?liste=inscrits`);
    expect(text).toContain('N’a pas confirmé');
    expect(text).toContain('rappel le 10\u00a0mars 2026');
  });

  test('a session that is cancelled, or a person who answers, ends it', async () => {
    await startAgain();
    const by = { role: 'provider', userId: body.trainer.id, way: 'page' } as const;
    await cancelSession(body.site.dependencies, body.sessionId, by, 'Plus de salle');
    expect(await run('2026-03-11T10:00:00Z')).toBe(0);
  });
});
