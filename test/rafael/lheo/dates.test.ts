import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lheoDay, readLheoDate } from '#rafael/lheo/dates.ts';
import { lheoHour, readLheoHour } from '#rafael/lheo/hours.ts';
import { childrenOf, element, withChildren } from '#rafael/lheo/tree.ts';
import { smallest } from '../../support/lheo.ts';

test.each([
  ['20270315', 'first', '2027-03-15', 'day'],
  ['20270315', 'last', '2027-03-15', 'day'],
  ['20280229', 'first', '2028-02-29', 'day'],
  ['20270200', 'first', '2027-02-01', 'month'],
  ['20270200', 'last', '2027-02-28', 'month'],
  ['20280200', 'last', '2028-02-29', 'month'],
  ['20271200', 'last', '2027-12-31', 'month'],
  ['20270000', 'first', '2027-01-01', 'year'],
  ['20270000', 'last', '2027-12-31', 'year'],
  ['00000000', 'first', null, 'unknown'],
  ['99999999', 'last', null, 'unknown'],
] as const)('%s is, as the %s day that it may mean, %s', (raw, edge, day, precision) => {
  expect(readLheoDate(raw, edge)).toEqual({ raw, day, precision });
});

test.each([
  '20270229',
  '20270431',
  '20270132',
  '20271301',
  '20270015',
  '00000101',
  '2027',
  '2027-03-15',
  '2027031a',
])('%s is no date', (raw) => {
  expect(readLheoDate(raw, 'first')).toBeUndefined();
});

test('a day is written as it is read', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1900-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }),
      (date) => {
        const day = date.toISOString().slice(0, 10);
        expect(readLheoDate(lheoDay(day), 'first')?.day).toBe(day);
      },
    ),
  );
});

test.each([
  ['9h', '09:00', '9h'],
  ['09h00', '09:00', '9h'],
  ['14h15', '14:15', '14h15'],
  ['14H15', '14:15', '14h15'],
  ['14:15', '14:15', '14h15'],
  ['1415', '14:15', '14h15'],
  ['0h05', '00:05', '0h05'],
])('« %s » is %s, and is written %s', (raw, time, again) => {
  expect(readLheoHour(raw)).toBe(time);
  expect(lheoHour(time)).toBe(again);
});

test.each(['24h', '9h60', '9', 'midi', '', '9h5', '14h15h'])('« %s » is no hour', (raw) => {
  expect(readLheoHour(raw)).toBeUndefined();
});

test('children go to the place that LHÉO gives them, and what is not theirs stays', () => {
  const session = smallest('session');
  const open = withChildren(session, 'etat-recrutement', [element('etat-recrutement', '1')]);
  const whole = withChildren(open, 'modalites-inscription', [
    element('modalites-inscription', 'par courrier'),
  ]);
  expect(whole.children?.map((child) => (typeof child === 'string' ? child : child.name))).toEqual([
    'periode',
    'adresse-inscription',
    'modalites-inscription',
    'etat-recrutement',
  ]);
  expect(withChildren(withChildren(whole, 'etat-recrutement', []), 'modalites-inscription', [])).toEqual(
    session,
  );
  expect(childrenOf(session, 'etat-recrutement')).toEqual([]);
  expect(() => withChildren(session, 'formation', [])).toThrow('no formation in session');
});
