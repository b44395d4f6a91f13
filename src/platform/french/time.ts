const PARIS = 'Europe/Paris';
const NBSP = '\u00a0';
/** A dash that a line does not end after: browsers would break there despite the no-break space. */
const RANGE = `${NBSP}–\u2060${NBSP}`;

const format = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('fr-FR', { timeZone: PARIS, ...options });

const dayFormat = format({ day: 'numeric', month: 'short', year: 'numeric' });
const dayWithoutYearFormat = format({ day: 'numeric', month: 'short' });
const weekdayFormat = format({ weekday: 'long', day: 'numeric', month: 'short', year: 'numeric' });
const timeFormat = format({ hour: '2-digit', minute: '2-digit' });

export type Moment = Date | string;
const toDate = (moment: Moment): Date => (typeof moment === 'string' ? new Date(moment) : moment);

/** The calendar day of a moment, as lived in Paris. */
export function parisDay(moment: Moment): Temporal.PlainDate {
  return parisDateTime(moment).toPlainDate();
}

/** The civil year of a moment, as lived in Paris: yearly rights and memberships follow it. */
export function parisYear(moment: Moment): number {
  return parisDay(moment).year;
}

function parisDateTime(moment: Moment): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(toDate(moment).getTime()).toZonedDateTimeISO(PARIS);
}

/**
 * The moment at which a wall clock in Paris shows this day and time.
 * @param day `YYYY-MM-DD` or a plain date
 * @param time `HH:MM`
 */
export function parisMoment(day: Temporal.PlainDate | string, time: string): Date {
  const date = Temporal.PlainDate.from(day);
  return new Date(date.toZonedDateTime({ timeZone: PARIS, plainTime: time }).epochMilliseconds);
}

/** The first and the last-excluded moment of a civil year in Paris. */
export function parisYearBounds(year: number): { from: Date; until: Date } {
  return { from: parisMoment(`${year}-01-01`, '00:00'), until: parisMoment(`${year + 1}-01-01`, '00:00') };
}

/** « 3 janv. 2026 » */
export function formatDay(moment: Moment): string {
  return tidy(dayFormat.format(toDate(moment)));
}

/** « jeudi 20 nov. 2026 » */
export function formatWeekday(moment: Moment): string {
  return tidy(weekdayFormat.format(toDate(moment)));
}

/** « 09:00 » */
export function formatTime(moment: Moment): string {
  return timeFormat.format(toDate(moment));
}

/** « 3 janv. 2026 à 17:20 » */
export function formatDateTime(moment: Moment): string {
  return `${formatDay(moment)} à${NBSP}${formatTime(moment)}`;
}

/** « jeudi 20 nov. 2026, 09:00 – 17:00 »; over several days, both ends in full. */
export function formatSlot(startsAt: Moment, endsAt: Moment): string {
  const sameDay = parisDay(startsAt).equals(parisDay(endsAt));
  const start = `${formatWeekday(startsAt)}, ${formatTime(startsAt)}`;
  return sameDay
    ? `${start}${RANGE}${formatTime(endsAt)}`
    : `${start} – ${formatWeekday(endsAt)}, ${formatTime(endsAt)}`;
}

/**
 * « 1 sept. - 31 déc. », « 20 nov. » (guide 003, « Prochainement »), with the year where it is not the present one:
 * « 10 févr. - 11 févr. 2027 », « 20 déc. 2026 - 8 janv. 2027 ».
 */
export function formatPeriod(startsAt: Moment, endsAt: Moment, now: Moment): string {
  const [start, end, today] = [parisDay(startsAt), parisDay(endsAt), parisDay(now)];
  const show = (moment: Moment, withYear: boolean) =>
    tidy((withYear ? dayFormat : dayWithoutYearFormat).format(toDate(moment)));
  const showsYear = start.year !== today.year || end.year !== today.year;
  if (start.equals(end)) return show(startsAt, showsYear);
  return `${show(startsAt, start.year !== end.year)} - ${show(endsAt, showsYear)}`;
}

const FIRST_YEAR = 2000;
const LAST_YEAR = 2100;

/** A day as date fields send it, `2026-11-21`, or as people write it, « 21/11/2026 »; undefined for anything else. */
export function parseDay(typed: string): Temporal.PlainDate | undefined {
  const iso = typed.replace(/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, (_, day, month, year) =>
    [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-'),
  );
  if (!/^\d{4}-\d\d-\d\d$/.test(iso)) return undefined;
  try {
    const date = Temporal.PlainDate.from(iso);
    return date.year >= FIRST_YEAR && date.year <= LAST_YEAR ? date : undefined;
  } catch {
    return undefined;
  }
}

/** A `datetime` attribute: the day for machines. */
export function isoDay(moment: Moment): string {
  return parisDay(moment).toString();
}

// Keep a day with its month on one line; the guides write « 1 sept. », not « 1er sept. ».
function tidy(text: string): string {
  return text.replace(/\b1er\b/, '1').replace(/(\d) (?=\p{L})/gu, `$1${NBSP}`);
}
