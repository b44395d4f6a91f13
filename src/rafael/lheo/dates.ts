/** How much of a date is known. */
export type LheoPrecision = 'day' | 'month' | 'year' | 'unknown';

/** A date as LHÉO writes it, and the day that it means. */
export interface LheoDate {
  /** AAAAMMJJ; 00 for what is not known of it. */
  raw: string;
  /** `YYYY-MM-DD`; null where nothing is known. */
  day: string | null;
  precision: LheoPrecision;
}

/** No beginning is known, and no end. */
export const UNKNOWN_START = '00000000';
export const UNKNOWN_END = '99999999';

const lastDayOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/**
 * Reads a date of LHÉO: a day, a month (AAAAMM00), a year (AAAA0000), or nothing known (00000000, 99999999).
 * @param edge which day of a month or a year is meant
 * @returns undefined where it is none, such as 31 February, which its schema lets pass
 */
export function readLheoDate(raw: string, edge: 'first' | 'last'): LheoDate | undefined {
  const [, years = '', months = '', days = ''] = /^(\d{4})(\d{2})(\d{2})$/.exec(raw) ?? [];
  if (!years) return undefined;
  if (raw === UNKNOWN_START || raw === UNKNOWN_END) return { raw, day: null, precision: 'unknown' };
  const [year, month, day] = [Number(years), Number(months), Number(days)];
  // PostgreSQL and people have no year 0.
  if (year === 0) return undefined;
  if (month === 0 && day === 0) {
    return { raw, day: edge === 'first' ? `${years}-01-01` : `${years}-12-31`, precision: 'year' };
  }
  if (month < 1 || month > 12) return undefined;
  if (day === 0) {
    const edgeDay = edge === 'first' ? '01' : String(lastDayOf(year, month));
    return { raw, day: `${years}-${months}-${edgeDay}`, precision: 'month' };
  }
  // Every month has 28 days; whether it has more is asked where it matters.
  if (day > 28 && day > lastDayOf(year, month)) return undefined;
  return { raw, day: `${years}-${months}-${days}`, precision: 'day' };
}

/** A day as LHÉO writes it. @param day `YYYY-MM-DD` */
export const lheoDay = (day: string): string => day.replaceAll('-', '');
