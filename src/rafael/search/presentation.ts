import { departmentLabel } from '#platform/french/departments.ts';
import { formatDateTime } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import type { Badge } from '#platform/web/views/badge.ts';
import { datesInWords, distanceInWords, levelLabels, seatsBadge } from '../words.ts';
import type { FoundOffer } from './look/cards.ts';
import { SEARCH } from './understanding.ts';

/** A formation on a card of a list. */
export interface OfferCard {
  href: string;
  title: string;
  body: string;
  when: string;
  hasSession: boolean;
  /** « Pessac (33), à 12 km » */
  place: string;
  level: string;
  seats: Badge | undefined;
  conventioned: boolean;
  certifying: boolean;
  programme: string;
  /** « Information collective le 4 janv. 2027 à 14:00 » */
  meeting: string;
  /** « + 2 autres sessions » */
  more: string;
}

/** What a card says of a formation. */
export function cardOf(offer: FoundOffer, now: Date): OfferCard {
  const { session, answering } = offer;
  const others = answering - 1;
  return {
    href: `${SEARCH}/${offer.id}`,
    title: offer.title,
    body: offer.body,
    when: session ? datesInWords(session, now) : 'Pas de session à venir',
    hasSession: session !== null,
    place: placeInWords(offer),
    level: levelLabels[offer.level] ?? '',
    seats: session ? seatsBadge(session) : undefined,
    conventioned: offer.conventioned,
    certifying: offer.certifying,
    programme: offer.programme ?? '',
    meeting: offer.nextMeeting ? `Information collective le ${formatDateTime(offer.nextMeeting)}` : '',
    more: others > 0 ? `+\u00a0${plural(others, 'autre session', 'autres sessions')}` : '',
  };
}

/** « Pessac (33), à 12 km », « À distance ». */
function placeInWords({ city, department, mode, remote, distance }: FoundOffer): string {
  if (remote || mode === 2) return 'À distance';
  const town = city || (department ? departmentLabel(department) : '');
  const named = city && department ? `${city}\u00a0(${department})` : town;
  const far = distanceInWords(distance);
  return named && far ? `${named}, à ${far}` : named || 'Lieu non communiqué';
}
