import { formatDay, formatPeriod, parisDay, parisMoment } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import type { Badge } from '#platform/web/views/badge.ts';

/** When a session takes place, as far as it is known; days as `YYYY-MM-DD`, the first and the last of a month or a year. */
export interface SessionDates {
  startsOn: string | null;
  endsOn: string | null;
  precision: 'day' | 'month' | 'year' | 'unknown';
  /** One enters on any day. */
  isPermanent: boolean;
}

const noon = (day: string) => parisMoment(day, '12:00');
const monthFormat = new Intl.DateTimeFormat('fr-FR', {
  month: 'long',
  year: 'numeric',
  timeZone: 'Europe/Paris',
});
/** « 4 janv. - 30 juin 2027 », « En mars 2027 », « En 2027 », « Entrées permanentes jusqu’au 30 juin 2027 »… */
export function datesInWords({ startsOn, endsOn, precision, isPermanent }: SessionDates, now: Date): string {
  const today = parisDay(now).toString();
  if (isPermanent) {
    const end = endsOn ? ` jusqu’au ${formatDay(noon(endsOn))}` : '';
    const start = startsOn && startsOn > today ? ` à partir du ${formatDay(noon(startsOn))}` : '';
    return `Entrées permanentes${start}${end}`;
  }
  if (!startsOn || precision === 'unknown')
    return endsOn ? `Jusqu’au ${formatDay(noon(endsOn))}, début non communiqué` : 'Dates non communiquées';
  if (precision === 'year') return `En ${startsOn.slice(0, 4)}, jour non communiqué`;
  if (precision === 'month') return `En ${monthFormat.format(noon(startsOn))}, jour non communiqué`;
  return endsOn
    ? formatPeriod(noon(startsOn), noon(endsOn), now)
    : `À partir du ${formatDay(noon(startsOn))}`;
}

/** How many take part in a session, and who is let in. */
export interface SessionSeats {
  /** LHÉO « etat-recrutement »: 1 open, 2 closed, 3 suspended. */
  recruiting: number;
  /** Null where the body does not say. */
  capacity: number | null;
  seatsHeld: number;
}

/** Where a session stands for somebody who would like to enter. */
export function seatsBadge({ recruiting, capacity, seatsHeld }: SessionSeats): Badge {
  if (recruiting === 2) return { label: 'Recrutement fermé', glyph: 'door-closed', tone: 'neutral' };
  if (recruiting === 3) return { label: 'Recrutement suspendu', glyph: 'pause-circle', tone: 'neutral' };
  if (capacity === null) return { label: 'Places non communiquées', glyph: 'question-circle', tone: 'info' };
  const left = Math.max(0, capacity - seatsHeld);
  if (left === 0) return { label: 'Complet', glyph: 'slash-circle', tone: 'neutral' };
  return {
    label: plural(left, 'place restante', 'places restantes'),
    glyph: 'check-circle-fill',
    tone: 'success',
  };
}

/** The eight levels, as people know them. */
export const levelLabels: Readonly<Record<string, string>> = Object.freeze({
  1: 'Niveau 1',
  2: 'Niveau 2',
  3: 'Niveau 3 (CAP, BEP)',
  4: 'Niveau 4 (bac)',
  5: 'Niveau 5 (bac + 2)',
  6: 'Niveau 6 (licence)',
  7: 'Niveau 7 (master)',
  8: 'Niveau 8 (doctorat)',
});

/** LHÉO « modalites-enseignement », in a word. */
export const modeLabels: Readonly<Record<string, string>> = Object.freeze({
  0: 'En présence',
  1: 'En présence et à distance',
  2: 'À distance',
});

/** LHÉO « modalites-entrees-sorties ». */
export const entryLabels: Readonly<Record<string, string>> = Object.freeze({
  0: 'Dates fixes',
  1: 'Entrées permanentes',
});

/** « 12 km », « moins de 1 km »; empty where it is not known. */
export function distanceInWords(kilometres: number): string {
  if (Number.isNaN(kilometres)) return '';
  return kilometres < 1 ? 'moins de 1\u00a0km' : `${Math.round(kilometres)}\u00a0km`;
}
