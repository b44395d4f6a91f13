import { z } from 'zod';
import { formatHours } from '#platform/french/words.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { optionalText, parseRowId } from '#platform/web/forms/fields.ts';
import { type Mark, parseHours } from './rules.ts';

/** The most people that one page of a sheet holds. */
export const PEOPLE_PER_SHEET = 50;

/** The people that a submitted page of the sheet speaks of: a box that is not ticked is not sent at all. */
export function peopleOf(body: Fields): number[] {
  const ids = [body.personne ?? []].flat().map(parseRowId);
  return [...new Set(ids.filter((id) => id !== undefined))].slice(0, PEOPLE_PER_SHEET);
}

/** The fields of one person: a box, hours where they did not stay, a box for an absence that has its reason. */
export const fieldNames = (id: number) => ({
  present: `present-${id}`,
  hours: `heures-${id}`,
  excused: `justifiee-${id}`,
});

/** The form of a half-day, for these people. */
export function attendanceForm(ids: readonly number[]) {
  const shape = ids.flatMap((id) => Object.values(fieldNames(id)).map((name) => [name, optionalText(20)]));
  return z.object(Object.fromEntries([['version', optionalText(10)], ...shape]) as Record<string, z.ZodType>);
}

type Answers = Record<string, unknown>;

/**
 * What a half-day's form says of each person.
 * @param minutes the length of the half-day
 * @returns the marks, and what is wrong, by field name
 */
export function marksOf(
  data: Answers,
  ids: readonly number[],
  slotId: number,
  minutes: number,
): { marks: (Mark & { enrolmentId: number })[]; errors: Record<string, string> } {
  const errors: Record<string, string> = {};
  const marks = ids.map((enrolmentId) => {
    const names = fieldNames(enrolmentId);
    const [present, typed, excused] = [data[names.present], data[names.hours], data[names.excused]];
    const mark = { enrolmentId, slotId, minutes: null };
    if ((present || typed) && excused) {
      errors[names.excused] = 'Présent ou absence justifiée\u00a0: choisissez l’un des deux.';
    }
    if (typed) {
      const hours = parseHours(String(typed));
      if (!hours || hours > minutes) {
        errors[names.hours] =
          `Indiquez une durée de présence, par exemple 2 ou 1h30, sans dépasser ${formatHours(minutes)}.`;
      } else if (hours < minutes) {
        return { ...mark, presence: 'partial' as const, minutes: hours };
      }
      return { ...mark, presence: 'present' as const };
    }
    if (present) return { ...mark, presence: 'present' as const };
    return { ...mark, presence: excused ? ('excused' as const) : ('absent' as const) };
  });
  return { marks, errors };
}

/** The version of the half-day that the form was opened with; 0 where nothing was recorded yet. */
export const versionOf = (data: Answers): number => {
  const typed = String(data.version ?? '');
  return /^\d{1,9}$/.test(typed) ? Number(typed) : -1;
};
