import type { State } from '#enrolment/states.ts';
import { formatHours } from '#platform/french/words.ts';

/** What is recorded of somebody for one half-day. */
export const PRESENCES = ['present', 'partial', 'absent', 'excused'] as const;
export type Presence = (typeof PRESENCES)[number];

/** How pages and e-mails name a presence. */
export const presenceLabels: Readonly<Record<Presence, string>> = Object.freeze({
  present: 'Présent',
  partial: 'Présent en partie',
  absent: 'Absent',
  excused: 'Absence justifiée',
});

/** The same as pictures; beside the words. */
export const presenceGlyphs: Readonly<Record<Presence, string>> = Object.freeze({
  present: 'check-circle-fill',
  partial: 'circle-half',
  absent: 'x-circle',
  excused: 'slash-circle',
});

/** The presence of somebody for one half-day; minutes where it is partial. */
export interface Mark {
  slotId: number;
  presence: Presence;
  minutes: number | null;
}

/** A half-day, as far as presence is concerned. */
export interface AttendanceSlot {
  id: number;
  startsAt: Date;
  endsAt: Date;
}

const came = ({ presence }: Mark) => presence === 'present' || presence === 'partial';

/**
 * The state that follows from the marks (domain.md §7): any presence makes « Présent »; none makes « Absent », once every
 * half-day is recorded, or where somebody is corrected.
 * @returns undefined while nothing can be said yet
 */
export function derivedState(
  current: State,
  marks: readonly Mark[],
  slotCount: number,
): 'attended' | 'absent' | undefined {
  if (marks.some(came)) return 'attended';
  const isDecided = current === 'attended' || current === 'absent';
  return isDecided || marks.length === slotCount ? 'absent' : undefined;
}

/** The length of a half-day, in minutes. */
export const slotMinutes = ({ startsAt, endsAt }: Pick<AttendanceSlot, 'startsAt' | 'endsAt'>): number =>
  Math.round((endsAt.getTime() - startsAt.getTime()) / 60_000);

/** Minutes that somebody was there, of all half-days. */
export function minutesPresent(marks: readonly Mark[], slots: readonly AttendanceSlot[]): number {
  return marks.reduce((total, mark) => {
    const slot = slots.find(({ id }) => id === mark.slotId);
    if (!slot || !came(mark)) return total;
    return total + (mark.minutes ?? slotMinutes(slot));
  }, 0);
}

const A_DAY = 24 * 60;

/** Whether hours mean something: a self-paced run of several weeks is one slot. */
export const isTimed = (slot: Pick<AttendanceSlot, 'startsAt' | 'endsAt'>): boolean =>
  slotMinutes(slot) <= A_DAY;

/** « Présent, 3 h 30 sur 7 h », « Absence justifiée » */
export function presenceInWords(marks: readonly Mark[], slots: readonly AttendanceSlot[]): string {
  if (marks.some(came) && !slots.every(isTimed)) return 'Présent';
  const all = slots.reduce((total, slot) => total + slotMinutes(slot), 0);
  if (marks.some(came))
    return `Présent, ${formatHours(minutesPresent(marks, slots))} sur ${formatHours(all)}`;
  return marks.some(({ presence }) => presence === 'excused') ? 'Absence justifiée' : 'Absent';
}

/**
 * Reads hours as people write them: « 3 », « 3,5 », « 2h30 », « 45 min ».
 * @returns minutes; undefined for what is no duration
 */
export function parseHours(text: string): number | undefined {
  const tidy = text.toLowerCase().replaceAll(/\s/g, '');
  const clock = /^(\d{1,2})h(\d{2})?$/.exec(tidy);
  if (clock) {
    const rest = Number(clock[2] ?? 0);
    return rest < 60 ? Number(clock[1]) * 60 + rest : undefined;
  }
  const minutes = /^(\d{1,3})min$/.exec(tidy);
  if (minutes) return Number(minutes[1]);
  return /^\d{1,2}([.,]\d{1,2})?$/.test(tidy) ? Math.round(Number(tidy.replace(',', '.')) * 60) : undefined;
}
