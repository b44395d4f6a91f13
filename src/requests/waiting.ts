import { parisDay } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import { workingDaysBefore, workingDaysSince } from '#platform/french/working-days.ts';

/** Working days after which a request that nobody decided is shown to the agency (domain.md §3). */
const OVERDUE_WORKING_DAYS = 10;

/** The moment before which a confirmed request is overdue: the beginning of the day, ten working days ago. */
export function overdueBefore(now: Date): Date {
  return workingDaysBefore(now, OVERDUE_WORKING_DAYS);
}

/** How long something has waited, in working days; one of Friday, read on Saturday, is not of today. */
export function waitedInWords(since: Date, now: Date): string {
  const days = workingDaysSince(since, now);
  if (days >= 1) return plural(days, 'jour ouvré', 'jours ouvrés');
  return parisDay(since).equals(parisDay(now)) ? 'aujourd’hui' : 'moins d’un jour ouvré';
}
