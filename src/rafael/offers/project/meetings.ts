import { parisMoment } from '#platform/french/time.ts';
import { readLheoDate } from '../../lheo/dates.ts';
import { readLheoHour } from '../../lheo/hours.ts';
import { childrenOf, elementAt, type LheoElement, textAt, textsOf } from '../../lheo/tree.ts';
import { tokenOf } from '../../lheo/values.ts';
import { firstOf, integerAt, saysYes, wordsAt } from './values.ts';

/** An information meeting or an interview, where people meet the body before they enter. */
export interface MeetingColumns {
  kind: 'collective' | 'individual';
  startsAt: Date;
  endsAt: Date | null;
  remote: boolean;
  place: string;
  url: string | null;
  places: number | null;
  comment: string;
}

/** « modalite-recrutement » of LHÉO. */
const KINDS: ReadonlyMap<number | null, MeetingColumns['kind']> = new Map([
  [9, 'collective'],
  [8, 'individual'],
]);
const UNTOLD_HOUR = '09:00';

/**
 * The meetings of a session that have a day, in the order of the file; a second one of the same kind at the same moment is the
 * same. Without an hour they begin at nine.
 */
export function projectMeetings(session: LheoElement): MeetingColumns[] {
  const found = new Map<string, MeetingColumns>();
  for (const recruitment of childrenOf(session, 'recrutement')) {
    const meeting = meetingOf(recruitment);
    const key = meeting && `${meeting.kind} ${meeting.startsAt.getTime()}`;
    if (key && !found.has(key)) found.set(key, meeting);
  }
  return [...found.values()];
}

function meetingOf(recruitment: LheoElement): MeetingColumns | undefined {
  const kind = KINDS.get(integerAt(recruitment, 'modalite-recrutement'));
  const date = readLheoDate(tokenOf(textAt(recruitment, 'periode', 'debut') ?? ''), 'first');
  if (!kind || date?.precision !== 'day' || !date.day) return undefined;
  const startsAt = parisMoment(date.day, hourAt(recruitment, 'heure-debut') ?? UNTOLD_HOUR);
  const until = hourAt(recruitment, 'heure-fin');
  const endsAt = until ? parisMoment(date.day, until) : null;
  return {
    kind,
    startsAt,
    endsAt: endsAt && endsAt > startsAt ? endsAt : null,
    remote: saysYes(recruitment, 'a-distance'),
    place: firstOf(placeOf(elementAt(recruitment, 'adresse')), 500),
    url: firstOf(textAt(recruitment, 'urlweb')?.trim() ?? '', 400) || null,
    places: integerAt(recruitment, 'nb-places'),
    comment: firstOf(wordsAt(recruitment, 'commentaire'), 500),
  };
}

const hourAt = (recruitment: LheoElement, name: string): string | undefined =>
  readLheoHour(textAt(recruitment, name) ?? '');

/** An address on one line. */
export function placeOf(address: LheoElement | undefined): string {
  if (!address) return '';
  const town = [wordsAt(address, 'codepostal'), wordsAt(address, 'ville')].filter(Boolean).join(' ');
  return [wordsAt(address, 'denomination'), ...textsOf(address, 'ligne').map(tokenOf), town]
    .filter((part) => part && !/^[–—-]+$/.test(part))
    .join(', ');
}
