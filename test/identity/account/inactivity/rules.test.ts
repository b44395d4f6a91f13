import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  anonymisationDay,
  CLOSE_AFTER_MONTHS,
  closingDay,
  dueToday,
  earlierThan,
  isAnonymisationDue,
  NOTICE_MONTHS,
  REOPEN_WITHIN_MONTHS,
  recordTerm,
  WARN_AFTER_MONTHS,
} from '#identity/account/inactivity/rules.ts';
import { parisDay } from '#platform/french/time.ts';

/** Noon in Paris, winter or summer, or a given time. */
const at = (moment: string) => new Date(moment.includes('T') ? moment : `${moment}T11:00:00Z`);
const optional = (moment: string | null) => (moment ? at(moment) : null);

describe('what is due today with an open account', () => {
  test.each<[string, string, string | null, string | null, string, 'nothing' | 'warn' | 'close']>([
    ['used lately', '2026-11-01', null, null, '2026-11-21', 'nothing'],
    ['the day before 23 months', '2024-12-22', null, null, '2026-11-21', 'nothing'],
    ['23 months to the day', '2024-12-21', null, null, '2026-11-21', 'warn'],
    ['23 months after a 31st, in a shorter month', '2024-03-31', null, null, '2026-02-28', 'warn'],
    ['one day too soon after the 1st', '2024-03-31', null, null, '2026-02-27', 'nothing'],
    ['29 February, 23 months later', '2024-02-29', null, null, '2026-01-29', 'warn'],
    ['never warned, however long ago', '2019-01-01', null, null, '2026-11-21', 'warn'],
    ['warned, on its way', '2024-11-21', '2026-10-21', null, '2026-12-31', 'nothing'],
    ['warned, the day before 24 months', '2024-11-21', '2026-10-21', '2026-10-21', '2026-11-20', 'nothing'],
    ['warned, 24 months to the day', '2024-11-21', '2026-10-21', '2026-10-21', '2026-11-21', 'close'],
    [
      'warned late: a month has not gone by',
      '2024-01-01',
      '2026-11-21',
      '2026-11-21',
      '2026-12-20',
      'nothing',
    ],
    ['warned late: a month has gone by', '2024-01-01', '2026-11-21', '2026-11-21', '2026-12-21', 'close'],
    ['the e-mail left late', '2024-11-21', '2026-10-21', '2026-11-15', '2026-12-14', 'nothing'],
    ['the e-mail left late, a month later', '2024-11-21', '2026-10-21', '2026-11-15', '2026-12-15', 'close'],
    ['left on 31 January', '2024-01-01', '2026-01-31', '2026-01-31', '2026-02-28', 'close'],
    ['29 February, 24 months later', '2024-02-29', '2026-01-29', '2026-01-29', '2026-02-28', 'close'],
    ['came back after the warning', '2026-10-30', '2026-10-21', '2026-10-21', '2026-11-21', 'nothing'],
    ['came back, then nothing again', '2024-10-30', '2024-10-21', '2024-10-21', '2026-10-01', 'warn'],
    ['already the next day in Paris (summer)', '2024-06-30T22:30:00Z', null, null, '2026-06-01', 'warn'],
    ['still the day before in Paris', '2024-06-30T21:30:00Z', null, null, '2026-05-30', 'warn'],
    ['a quarter to midnight, the day before', '2024-12-21', null, null, '2026-11-20T22:45:00Z', 'nothing'],
    ['a quarter past midnight', '2024-12-21', null, null, '2026-11-20T23:15:00Z', 'warn'],
    ['over the change to winter time', '2024-11-25T23:30:00Z', null, null, '2026-10-25T22:59:00Z', 'nothing'],
  ])('%s', (_, lastActive, warned, left, now, due) => {
    const account = { lastActiveAt: at(lastActive), warnedAt: optional(warned), noticeFrom: optional(left) };
    expect(dueToday(account, at(now))).toBe(due);
  });
});

const moments = fc.date({ min: at('2020-01-01'), max: at('2035-12-31'), noInvalidDate: true });
const days = fc.integer({ min: 0, max: 2000 });
const DAY = 86_400_000;

test('nobody is closed before 24 months, nor within a month of the warning, nor without one', () => {
  fc.assert(
    fc.property(moments, days, days, days, (lastActiveAt, toWarning, toDeparture, toNow) => {
      const warnedAt = new Date(lastActiveAt.getTime() + toWarning * DAY + 1);
      const noticeFrom = new Date(warnedAt.getTime() + toDeparture * DAY);
      const now = new Date(lastActiveAt.getTime() + toNow * DAY);
      expect(dueToday({ lastActiveAt, warnedAt: null, noticeFrom: null }, now)).not.toBe('close');
      expect(dueToday({ lastActiveAt, warnedAt, noticeFrom: null }, now)).toBe('nothing');
      if (dueToday({ lastActiveAt, warnedAt, noticeFrom }, now) === 'close') {
        const today = parisDay(now);
        const since = (from: Date, months: number) =>
          Temporal.PlainDate.compare(parisDay(from).add({ months }), today);
        expect(since(lastActiveAt, CLOSE_AFTER_MONTHS)).toBeLessThanOrEqual(0);
        expect(since(noticeFrom, NOTICE_MONTHS)).toBeLessThanOrEqual(0);
      }
    }),
    { numRuns: 2000 },
  );
});

test('the index is never asked for less than the rules would take', () => {
  fc.assert(
    fc.property(moments, fc.integer({ min: 650, max: 720 }), (since, later) => {
      const now = new Date(since.getTime() + later * DAY);
      if (dueToday({ lastActiveAt: since, warnedAt: null, noticeFrom: null }, now) === 'warn') {
        expect(since < earlierThan(WARN_AFTER_MONTHS, now)).toBe(true);
      }
      const soon = new Date(since.getTime() + (later - 330) * DAY);
      if (isAnonymisationDue(since, soon)) expect(since < earlierThan(REOPEN_WITHIN_MONTHS, soon)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test('the day that a warning announces is the first on which the account is closed', () => {
  fc.assert(
    fc.property(moments, days, (lastActiveAt, later) => {
      const left = new Date(lastActiveAt.getTime() + later * DAY + 1);
      const account = { lastActiveAt, warnedAt: left, noticeFrom: left };
      const day = closingDay(lastActiveAt, left);
      const noon = (one: Temporal.PlainDate) => at(one.toString());
      expect(dueToday(account, noon(day))).toBe('close');
      expect(dueToday(account, noon(day.subtract({ days: 1 })))).toBe('nothing');
    }),
  );
});

test('anonymised a year after the closing; 29 February falls on the 28th', () => {
  expect(anonymisationDay(at('2026-11-21')).toString()).toBe('2027-11-21');
  expect(anonymisationDay(at('2028-02-29')).toString()).toBe('2029-02-28');
  expect(isAnonymisationDue(at('2026-11-21'), at('2027-11-20T22:59:00Z'))).toBe(false);
  expect(isAnonymisationDue(at('2026-11-21'), at('2027-11-20T23:00:00Z'))).toBe(true);
});

test('a training record keeps its name to the end of the civil year of the session, in Paris, and the term', () => {
  expect(recordTerm(at('2026-03-02'), 6).toString()).toBe('2033-01-01');
  expect(recordTerm(at('2026-12-31T22:30:00Z'), 6).toString()).toBe('2033-01-01');
  expect(recordTerm(at('2026-12-31T23:30:00Z'), 6).toString()).toBe('2034-01-01');
  expect(recordTerm(at('2026-03-02'), 0).toString()).toBe('2027-01-01');
});
