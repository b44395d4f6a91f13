import { describe, expect, test } from 'vitest';
import { type Condition, Refused } from '#platform/workflow/conditions.ts';
import { allowed, choose, type Machine, type Row } from '#platform/workflow/machine.ts';
import { walkTable } from '../support/tables.ts';

// A room that is booked, then used: a machine that shares nothing with that of enrolments.
interface Room {
  isFree: boolean;
  isOpen: boolean;
  needsDeposit: boolean;
}
type RoomRow = Row<'asked' | 'booked' | 'used', 'ask' | 'book' | 'use', 'guest' | 'keeper', Room>;

const isFree: Condition<Room> = (room) =>
  room.isFree || { code: 'taken', message: 'La salle est déjà prise.' };
const isOpen: Condition<Room> = (room) => room.isOpen || { code: 'shut', message: 'La salle est fermée.' };
const rows: readonly RoomRow[] = [
  {
    event: 'ask',
    from: null,
    to: 'booked',
    by: ['guest'],
    onlyWhere: ({ needsDeposit }) => !needsDeposit,
    when: [isOpen, isFree],
  },
  { event: 'ask', from: null, to: 'asked', by: ['guest'], when: [isOpen] },
  { event: 'book', from: 'asked', to: 'booked', by: ['keeper'], when: [isFree] },
  { event: 'use', from: 'booked', to: 'used', by: ['guest', 'keeper'], when: [] },
];
const rooms: Machine<RoomRow> = { rows, nowhere: { code: 'over', message: 'La demande a changé.' } };
const free = { isFree: true, isOpen: true, needsDeposit: false };
const facts = [free, { ...free, isFree: false }, { ...free, isOpen: false }];
const asks = { event: 'ask', from: null, by: 'guest' } as const;

describe('a choice', () => {
  test('is the first row whose conditions hold', () => {
    expect(choose(rooms, asks, free)).toEqual({ ok: true, transition: rows[0] });
    expect(choose(rooms, asks, { ...free, isFree: false })).toEqual({ ok: true, transition: rows[1] });
  });

  test('leaves out a row that does not stand for these facts, and where it must not lead', () => {
    expect(choose(rooms, asks, { ...free, needsDeposit: true })).toEqual({ ok: true, transition: rows[1] });
    expect(choose(rooms, { ...asks, to: 'asked' }, free)).toEqual({ ok: true, transition: rows[1] });
  });

  test('gives the reasons of the row that comes closest', () => {
    const shut = { code: 'shut', message: 'La salle est fermée.' };
    expect(choose(rooms, asks, { ...free, isFree: false, isOpen: false })).toEqual({
      ok: false,
      refusals: [shut],
    });
  });

  test('says that nothing leads there for another role, another state', () => {
    expect(choose(rooms, { ...asks, by: 'keeper' }, free)).toEqual({ ok: false, refusals: [rooms.nowhere] });
    expect(choose(rooms, { event: 'book', from: 'used', by: 'keeper' }, free).ok).toBe(false);
  });

  test('is taken, or thrown with all its words', () => {
    expect(allowed(choose(rooms, asks, free))).toBe(rows[0]);
    const refused = choose(rooms, { ...asks, to: 'booked' }, { ...free, isFree: false, isOpen: false });
    expect(() => allowed(refused)).toThrow(Refused);
    expect(() => allowed(refused)).toThrow('La salle est fermée. La salle est déjà prise.');
  });
});

describe('a walk over a table', () => {
  test('finds nothing in one that answers everywhere, in words', () => {
    expect(walkTable(rooms, facts)).toEqual([]);
  });

  test('finds a refusal without words', () => {
    const mute: Condition<Room> = (room) => room.isFree || { code: 'taken', message: '' };
    const withMute = { ...rooms, rows: rows.map((row) => ({ ...row, when: [...row.when, mute] })) };
    expect(walkTable(withMute, facts)).toContain('ask from null to wherever by guest: «  » (taken)');
    expect(walkTable({ ...rooms, nowhere: { code: '', message: 'Non.' } }, facts)).not.toEqual([]);
  });

  test('finds a row that is never taken, and a condition that is never seen to refuse', () => {
    const useless: RoomRow = {
      event: 'use',
      from: 'booked',
      to: 'asked',
      by: ['guest'],
      when: [],
      onlyWhere: () => false,
    };
    expect(walkTable({ ...rooms, rows: [...rows, useless] }, facts)).toEqual([
      'use from booked to asked: never taken',
    ]);
    expect(walkTable(rooms, facts.slice(0, 2))).toEqual(['isOpen: never refuses']);
  });

  test('finds a condition that refuses only where its row does not stand', () => {
    const isCheap: Condition<Room> = ({ needsDeposit }) =>
      !needsDeposit || { code: 'deposit', message: 'Une caution est due.' };
    const hidden = rows.map((row) => (row.onlyWhere ? { ...row, when: [...row.when, isCheap] } : row));
    const dear = { ...free, needsDeposit: true };
    expect(walkTable({ ...rooms, rows: hidden }, [...facts, dear])).toEqual(['isCheap: never refuses']);
  });
});
