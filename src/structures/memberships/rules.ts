import { parisDay } from '#platform/french/time.ts';

const JANUARY = 1;
const NOVEMBER = 11;

/** The years for which a structure may ask: this one and, from November, the next. */
export function openYears(now: Date): number[] {
  const { year, month } = parisDay(now);
  return month >= NOVEMBER ? [year, year + 1] : [year];
}

/** A time of the year at which members of the year before are reminded to renew. */
export interface RenewalSeason {
  season: 'november' | 'january';
  /** The year to renew for. */
  year: number;
}

/** The season of reminders on that day: in November for next year, in January for this one; otherwise undefined. */
export function renewalSeason(now: Date): RenewalSeason | undefined {
  const { year, month } = parisDay(now);
  if (month === NOVEMBER) return { season: 'november', year: year + 1 };
  if (month === JANUARY) return { season: 'january', year };
  return undefined;
}

/** How a structure stands, as « Mes structures » shows it. */
export interface MembershipState {
  isMember: boolean;
  isRequested: boolean;
}

/** « 2026 – adhérente, 2027 – demande en cours » @param candidate the years that it has, and has asked for */
export const yearsInWords = (
  { memberYears, requestedYears }: { memberYears: readonly number[]; requestedYears: readonly number[] },
  years: readonly number[],
): string =>
  years
    .map((year) => {
      const asked = requestedYears.includes(year) ? 'demande en cours' : 'non adhérente';
      return `${year}\u00a0– ${memberYears.includes(year) ? 'adhérente' : asked}`;
    })
    .join(', ');

/** « Adhérente 2026 », « Demande en cours » or « Non adhérente », with the tone of its badge. */
export function membershipBadge(
  { isMember, isRequested }: MembershipState,
  year: number,
): { label: string; tone: string } {
  if (isMember) return { label: `Adhérente\u00a0${year}`, tone: 'success' };
  if (isRequested) return { label: 'Demande en cours', tone: 'info' };
  return { label: 'Non adhérente', tone: 'neutral' };
}
