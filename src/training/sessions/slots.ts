import { parisMoment, parseDay } from '#platform/french/time.ts';
import { publicHolidays } from '#platform/french/working-days.ts';

/** A half-day of a session, as a clerk types it: wall-clock times in Paris. */
export interface TypedSlot {
  /** `YYYY-MM-DD` */
  day: string;
  /** `HH:MM` */
  from: string;
  to: string;
  isRemote: boolean;
}

/** As many half-days as one session takes. */
export const MOST_SLOTS = 200;
/** The longest run of a session, in days: beyond that a year was mistyped. */
const LONGEST_RUN = 1100;
const LONGEST_SLOT_HOURS = 12;

/** « Chaque mardi du … au …, 9 h – 12 h 30 et 13 h 30 – 17 h » */
export interface Repetition {
  first: string;
  last: string;
  /** 1 for Monday to 7 for Sunday. */
  weekdays: readonly number[];
  /** The half-days of each day. */
  times: readonly { from: string; to: string }[];
  skipHolidays: boolean;
}

/** Every half-day of a repetition, in order. */
export function repeatSlots({ first, last, weekdays, times, skipHolidays }: Repetition): TypedSlot[] {
  const slots: TypedSlot[] = [];
  const end = Temporal.PlainDate.from(last);
  let day = Temporal.PlainDate.from(first);
  for (; Temporal.PlainDate.compare(day, end) <= 0; day = day.add({ days: 1 })) {
    if (!weekdays.includes(day.dayOfWeek) || (skipHolidays && isHoliday(day.toString()))) continue;
    for (const time of times) slots.push({ day: day.toString(), ...time, isRemote: false });
  }
  return slots;
}

/** What is wrong with a repetition, by field; nothing when it can be worked out. */
export function repetitionFaults({ first, last, weekdays, times }: Repetition): Record<string, string> {
  const faults: Record<string, string> = {};
  if (last < first) faults.au = 'Le dernier jour vient avant le premier.';
  else if (Temporal.PlainDate.from(first).until(last).days > LONGEST_RUN)
    faults.au = 'Plus de trois ans séparent ces deux jours\u00a0: vérifiez l’année.';
  if (weekdays.length === 0) faults.jour_1 = 'Cochez au moins un jour de la semaine.';
  if (times.length === 0) faults.matin_de = 'Indiquez les heures du matin, de l’après-midi, ou des deux.';
  return faults;
}

/** Whether that day is a public holiday of mainland France. @param day `YYYY-MM-DD` */
export const isHoliday = (day: string): boolean => publicHolidays(Number(day.slice(0, 4))).includes(day);

/** Whether that day is a Saturday or a Sunday. @param day `YYYY-MM-DD` */
export const isWeekend = (day: string): boolean => Temporal.PlainDate.from(day).dayOfWeek > 5;

/** A time of day from « 9 h », « 9h30 », « 09:30 » or « 9.30 », as `HH:MM`; undefined for what is none. */
export function parseTime(typed: string): string | undefined {
  const found = /^(\d{1,2})\s*(?:[h:.]\s*(\d{2})?)?$/i.exec(typed.trim());
  const [hour, minute] = [Number(found?.[1] ?? 24), Number(found?.[2] ?? 0)];
  if (hour > 23 || minute > 59) return undefined;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

const WEEKDAYS = ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'];
// « mardi 12/01/2027 09:00-12:30 (à distance) »: the weekday and the end are there for the reader.
const LINE =
  /^(?:[\p{L}.]+\s+)?(\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{4}-\d{2}-\d{2})[\s,:]+(?:de\s+)?(\d[\dh:. ]*?)\s*(?:[-–—]|à|a)\s*(\d[\dh:.]*(?: ?h ?\d{0,2})?)\s*\(?((?:à|a) distance|en ligne|distanciel)?\)?$/iu;

/** A half-day as the form's text area holds it, one per line. */
export function lineOf({ day, from, to, isRemote }: TypedSlot): string {
  const [year, month, date] = day.split('-');
  const weekday = WEEKDAYS[Temporal.PlainDate.from(day).dayOfWeek - 1];
  return `${weekday} ${date}/${month}/${year} ${from}-${to}${isRemote ? ' (à distance)' : ''}`;
}

/**
 * Reads the half-days of a text area, one per line.
 * @returns them in the order of time, or what is wrong with the first bad line
 */
export function readLines(text: string): { slots: TypedSlot[] } | { problem: string } {
  const slots: TypedSlot[] = [];
  for (const [index, typed] of text.split('\n').entries()) {
    const line = typed.replace(/[\s\u00a0\u202f\u2060]+/g, ' ').trim();
    if (line === '') continue;
    const refuse = (why: string) => ({
      problem: `Ligne ${index + 1}, «\u00a0${line.slice(0, 60)}\u00a0»\u00a0: ${why}`,
    });
    if (slots.length === MOST_SLOTS) return { problem: `Une session a ${MOST_SLOTS} demi-journées au plus.` };
    const found = LINE.exec(line);
    const day = parseDay((found?.[1] ?? '').replaceAll('.', '/'))?.toString();
    const [from, to] = [parseTime(found?.[2] ?? ''), parseTime(found?.[3] ?? '')];
    if (found && !day) return refuse('cette date n’existe pas.');
    if (!day || !from || !to) return refuse('écrivez par exemple 12/01/2027 09:00-12:30.');
    if (to <= from) return refuse('elle finit avant de commencer.');
    const slot = { day, from, to, isRemote: found?.[4] !== undefined };
    const { startsAt, endsAt } = momentsOf(slot);
    if (endsAt.getTime() - startsAt.getTime() > LONGEST_SLOT_HOURS * 3_600_000)
      return refuse(`elle dure plus de ${LONGEST_SLOT_HOURS} heures.`);
    slots.push(slot);
  }
  if (slots.length === 0) return { problem: 'Indiquez au moins une demi-journée.' };
  const key = (slot: TypedSlot) => `${slot.day} ${slot.from}`;
  slots.sort((one, other) => (key(one) < key(other) ? -1 : 1));
  for (const [index, slot] of slots.entries()) {
    const next = slots[index + 1];
    if (next && next.day === slot.day && next.from < slot.to)
      return { problem: `Deux demi-journées se chevauchent\u00a0: ${lineOf(slot)} et ${lineOf(next)}.` };
  }
  return { slots };
}

/** The moments of a half-day. */
export const momentsOf = ({ day, from, to }: TypedSlot): { startsAt: Date; endsAt: Date } => ({
  startsAt: parisMoment(day, from),
  endsAt: parisMoment(day, to),
});
