import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isHoliday,
  isWeekend,
  lineOf,
  momentsOf,
  parseTime,
  readLines,
  repeatSlots,
  repetitionFaults,
} from '#training/sessions/slots.ts';

const tuesdays = {
  first: '2027-01-04',
  last: '2027-01-31',
  weekdays: [2],
  times: [
    { from: '09:00', to: '12:30' },
    { from: '13:30', to: '17:00' },
  ],
  skipHolidays: true,
};

describe('half-days that repeat', () => {
  test('every Tuesday, morning and afternoon', () => {
    expect(repeatSlots(tuesdays).map(lineOf)).toEqual(
      ['05', '12', '19', '26'].flatMap((day) => [
        `mardi ${day}/01/2027 09:00-12:30`,
        `mardi ${day}/01/2027 13:30-17:00`,
      ]),
    );
  });

  test('public holidays are skipped, or kept where they are wanted', () => {
    const may = { ...tuesdays, first: '2027-05-01', last: '2027-05-31', weekdays: [1, 4, 6] };
    const days = (skipHolidays: boolean) =>
      new Set(repeatSlots({ ...may, skipHolidays }).map(({ day }) => day));
    // 1 May, 8 May, Ascension Day and Whit Monday.
    expect([...days(false)].filter((day) => !days(true).has(day))).toEqual([
      '2027-05-01',
      '2027-05-06',
      '2027-05-08',
      '2027-05-17',
    ]);
  });

  test('over the change of hour, the clock on the wall stays', () => {
    const sundays = repeatSlots({ ...tuesdays, first: '2027-03-21', last: '2027-03-28', weekdays: [7] });
    const starts = sundays
      .filter(({ from }) => from === '09:00')
      .map((slot) => momentsOf(slot).startsAt.toISOString());
    expect(starts).toEqual(['2027-03-21T08:00:00.000Z', '2027-03-28T07:00:00.000Z']);
  });

  test('what cannot be worked out is said by its field', () => {
    expect(repetitionFaults({ ...tuesdays, last: '2027-01-03' })).toHaveProperty('au');
    expect(repetitionFaults({ ...tuesdays, last: '2072-01-03' })).toHaveProperty('au');
    expect(repetitionFaults({ ...tuesdays, weekdays: [] })).toHaveProperty('jour_1');
    expect(repetitionFaults({ ...tuesdays, times: [] })).toHaveProperty('matin_de');
    expect(repetitionFaults(tuesdays)).toEqual({});
  });

  test('days that are no working days', () => {
    expect([isHoliday('2027-07-14'), isHoliday('2027-07-15')]).toEqual([true, false]);
    expect([isWeekend('2027-01-09'), isWeekend('2027-01-11')]).toEqual([true, false]);
  });
});

describe('half-days, one per line', () => {
  test.each([
    ['12/01/2027 09:00-12:30', '2027-01-12', '09:00', '12:30', false],
    ['mardi 12/01/2027 9h-12h30', '2027-01-12', '09:00', '12:30', false],
    ['mar. 12/1/2027 de 9 h à 12 h 30', '2027-01-12', '09:00', '12:30', false],
    ['2027-01-12, 13:30 – 17:00', '2027-01-12', '13:30', '17:00', false],
    ['12/01/2027 : 9.30 - 10.45 (à distance)', '2027-01-12', '09:30', '10:45', true],
    ['12/01/2027 9h00-12h00 distanciel', '2027-01-12', '09:00', '12:00', true],
  ])('%s', (line, day, from, to, isRemote) => {
    expect(readLines(line)).toEqual({ slots: [{ day, from, to, isRemote }] });
  });

  test.each([
    ['', 'au moins une'],
    ['bonjour', 'écrivez par exemple'],
    ['31/02/2027 09:00-12:00', 'n’existe pas'],
    ['12/01/2027 25:00-26:00', 'écrivez par exemple'],
    ['12/01/2027 12:00-09:00', 'finit avant de commencer'],
    ['12/01/2027 09:00-09:00', 'finit avant de commencer'],
    ['12/01/2027 06:00-23:00', 'plus de 12 heures'],
    ['12/01/2027 09:00-12:00\n\n12/01/2027 11:59-13:00', 'se chevauchent'],
    ['12/01/2027 09:00-12:00\n12/01/2027 09:00-12:00', 'se chevauchent'],
    ['13/01/2027 09:00-12:00\nx', 'Ligne 2'],
    [
      Array.from({ length: 201 }, (_, i) => `${(i % 28) + 1}/01/2027 09:00-10:00`).join('\n'),
      '200 demi-journées',
    ],
  ])('%s is a message', (text, words) => {
    expect((readLines(text) as { problem: string }).problem).toContain(words);
  });

  test('one after the other is no overlap; lines come back in order', () => {
    const read = readLines('13/01/2027 09:00-12:00\n12/01/2027 12:00-13:00\n12/01/2027 09:00-12:00');
    expect('slots' in read && read.slots.map(({ day, from }) => `${day} ${from}`)).toEqual([
      '2027-01-12 09:00',
      '2027-01-12 12:00',
      '2027-01-13 09:00',
    ]);
  });

  test('what is written is read back, whatever the half-days', () => {
    const minutes = fc.integer({ min: 0, max: 11 * 60 });
    const time = (total: number) =>
      `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;
    const day = fc.date({ min: new Date('2027-01-01'), max: new Date('2029-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(day, minutes, minutes, fc.boolean()), {
          selector: ([at]) => at.toISOString().slice(0, 10),
          minLength: 1,
          maxLength: 30,
        }),
        (typed) => {
          const slots = typed
            .map(([at, from, length, isRemote]) => ({
              day: at.toISOString().slice(0, 10),
              from: time(from),
              to: time(from + length + 1),
              isRemote,
            }))
            .sort((one, other) => (one.day < other.day ? -1 : 1));
          expect(readLines(slots.map(lineOf).join('\n'))).toEqual({ slots });
        },
      ),
    );
  });

  test('no text is a fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        expect(readLines(text)).toBeTypeOf('object');
      }),
    );
    const started = performance.now();
    readLines(`12/01/2027 ${'9 '.repeat(6000)}`);
    readLines(`12/01/2027 9${'h'.repeat(12_000)}-`);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

test.each([
  ['9', '09:00'],
  ['9h', '09:00'],
  ['9 h 05', '09:05'],
  ['23:59', '23:59'],
  ['24:00', undefined],
  ['9:60', undefined],
  ['-1', undefined],
  ['', undefined],
])('%s is the time %s', (typed, time) => expect(parseTime(typed)).toBe(time));
