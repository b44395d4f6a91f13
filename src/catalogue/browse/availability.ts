import { formatDateTime, formatDay } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';

/** What the seats of a session depend on. */
export interface SessionSeats {
  startsAt: Date | string;
  endsAt: Date | string;
  registrationOpensAt: Date | string;
  registrationClosesAt: Date | string;
  isCancelled: boolean;
  capacity: number;
  waitingCapacity: number;
  /** Preregistered, enrolled, and those who came or not. */
  seatsHeld: number;
  /** Requested, waitlisted, preregistered and enrolled. */
  live: number;
}

/** Where a session stands for somebody who would like to come, whoever they are. */
export type AvailabilityCode =
  | 'cancelled'
  | 'over'
  | 'begun'
  | 'closed'
  | 'not_open_yet'
  | 'full'
  | 'waiting_list'
  | 'seats_left';

const glyphs: Readonly<Record<AvailabilityCode, string>> = Object.freeze({
  seats_left: 'check-circle-fill',
  waiting_list: 'list-ol',
  full: 'slash-circle',
  not_open_yet: 'clock',
  closed: 'door-closed',
  begun: 'play-circle',
  over: 'clock-history',
  cancelled: 'calendar-x',
});

/** An {@link AvailabilityCode} with the words that the catalogue shows for it. */
export interface Availability {
  code: AvailabilityCode;
  text: string;
  /** The colour of the label; the text says the same. */
  tone: 'success' | 'warning' | 'secondary';
  glyph: string;
}

const at = (moment: Date | string) => new Date(moment).getTime();

/** Places that nobody holds; never below 0, also where the capacity was lowered (« sureffectif »). */
export const seatsLeft = ({ capacity, seatsHeld }: Pick<SessionSeats, 'capacity' | 'seatsHeld'>): number =>
  Math.max(0, capacity - seatsHeld);

/** « 4 places restantes », « Complet, liste d’attente ouverte », « Inscriptions closes »… */
export function availabilityOf(session: SessionSeats, now: Date): Availability {
  const moment = now.getTime();
  if (session.isCancelled) return said('cancelled', 'Session annulée');
  if (at(session.endsAt) <= moment) return said('over', 'Session terminée');
  if (at(session.startsAt) <= moment) return said('begun', 'Session en cours');
  if (at(session.registrationClosesAt) <= moment) return said('closed', 'Inscriptions closes');
  if (at(session.registrationOpensAt) > moment) {
    const opening = formatDay(session.registrationOpensAt);
    return said('not_open_yet', `Inscriptions à partir du ${opening}`, 'warning');
  }
  if (session.live >= session.capacity + session.waitingCapacity) return said('full', 'Complet');
  const left = seatsLeft(session);
  if (left === 0) return said('waiting_list', 'Complet, liste d’attente ouverte', 'warning');
  return said('seats_left', plural(left, 'place restante', 'places restantes'), 'success');
}

const said = (
  code: AvailabilityCode,
  text: string,
  tone: Availability['tone'] = 'secondary',
): Availability => ({ code, text, tone, glyph: glyphs[code] });

/** « Du 3 janv. 2026 à 09:00 au 5 mars 2026 à 17:00 »: the registration window. */
export function registrationPeriod(session: SessionSeats): string {
  return `Du ${formatDateTime(session.registrationOpensAt)} au ${formatDateTime(session.registrationClosesAt)}`;
}
