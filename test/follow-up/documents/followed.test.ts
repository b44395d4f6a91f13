import { expect, test } from 'vitest';
import type { Mark } from '#follow-up/attendance/rules.ts';
import { minutesFollowed, presenceOf } from '#follow-up/documents/kinds/completion.ts';
import { sampleCompletion } from '#follow-up/documents/kinds/samples.ts';
import { writeBodySignature } from '#follow-up/documents/kinds/session-facts.ts';
import type { PdfWriter } from '#platform/pdf/steps.ts';

const slot = (id: number, startsAt: string, endsAt: string) => ({
  id,
  startsAt: new Date(startsAt),
  endsAt: new Date(endsAt),
});
const timed = slot(1, '2026-11-02T08:00:00Z', '2026-11-02T11:30:00Z');
const run = slot(2, '2026-11-03T08:00:00Z', '2026-11-20T17:00:00Z');
const otherRun = slot(3, '2026-11-23T08:00:00Z', '2026-11-27T17:00:00Z');
const mark = (slotId: number, presence: Mark['presence'], minutes: number | null = null): Mark => ({
  slotId,
  presence,
  minutes,
});

test.each([
  ['timed, all followed', [timed], [mark(1, 'present')], 1, 210],
  ['timed, in part', [timed], [mark(1, 'partial', 60)], 1, 60],
  ['untimed, all followed: its days', [timed, run], [mark(1, 'present'), mark(2, 'present')], 2, null],
  ['the run in part', [timed, run], [mark(1, 'present'), mark(2, 'partial', 90)], 2, 300],
  ['the run without the half-day', [timed, run], [mark(1, 'absent'), mark(2, 'present')], 2, 630],
  ['the half-day in part', [timed, run], [mark(1, 'partial', 60), mark(2, 'present')], 2, 690],
  ['the half-day alone', [timed, run], [mark(1, 'present'), mark(2, 'excused')], 2, 210],
  ['one run of two', [run, otherRun], [mark(2, 'present'), mark(3, 'absent')], 1.5, 315],
  ['a part of one run of two', [run, otherRun], [mark(2, 'partial', 45), mark(3, 'absent')], 1.5, 45],
  ['days that timed ones fill', [timed, run], [mark(1, 'absent'), mark(2, 'present')], 0.5, 0],
  ['a run without a mark', [timed, run], [mark(1, 'present')], 2, 210],
])('%s', (_what, slots, marks, days, minutes) => {
  expect(minutesFollowed(marks, slots, days)).toBe(minutes);
});

test.each([
  ['timed', timed, mark(1, 'partial', 120), 'Présent 2 h sur 3 h 30'],
  ['untimed', run, mark(2, 'partial', 120), 'Présent 2 h'],
  ['untimed, to its end', run, mark(2, 'present'), 'Présent'],
])('the presence of a half-day: %s', (_what, at, marked, words) => {
  expect(presenceOf(marked, at).replaceAll('\u00a0', ' ')).toBe(words);
});

test.each([
  [null, null, ['Pour Organisme']],
  [null, 'Directrice', ['Pour Organisme']],
  ['Ève Martin', null, ['Ève Martin', 'Pour Organisme']],
  ['Ève Martin', 'Directrice', ['Ève Martin, Directrice', 'Pour Organisme']],
])('signed by %s, %s', (representative, representativeQuality, lines) => {
  const written: string[] = [];
  const pdf = { paragraph: (text: string) => written.push(text) } as unknown as PdfWriter;
  const body = { ...sampleCompletion.body, name: 'Organisme', representative, representativeQuality };
  writeBodySignature(pdf, { ...sampleCompletion, body } as typeof sampleCompletion, { stamp: null } as never);
  expect(written).toEqual(lines);
});
