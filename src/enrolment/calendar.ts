import { ICalCalendar, ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import { formatTime, formatWeekday, parisDay } from '#platform/french/time.ts';

/** A half-day of a session, with where it takes place. */
export interface CalendarSlot {
  startsAt: Date | string;
  endsAt: Date | string;
  modality: string;
  place: string;
  address: string;
  postcode: string;
  city: string;
  /** The connection link; left empty where the file is for everybody. */
  link: string;
}

interface SessionCalendarOptions {
  /** The site's host name, which makes the identifiers unique in the world. */
  host: string;
  session: { id: number; calendarSequence: number; slots: readonly CalendarSlot[] };
  title: string;
  /** The absolute address of the action's page. */
  url: string;
  /** When the file says what it says: the moment of an e-mail, or the last change of the dates. */
  stamp: Date;
  /** The session does not take place (any more), or not for this person: the file takes it out of the calendar. */
  isCancelled?: boolean;
  /** The half-days before the session was moved: days that are no more are taken out. */
  formerSlots?: readonly CalendarSlot[];
}

/**
 * A session as an iCalendar file: one event per day, from the first start to the last end, with the half-days in
 * its description. The first day of the same session always has the same UID, so has the second, whatever the dates:
 * a newer file moves the events of the older one in the person's calendar.
 */
export function sessionCalendar(options: SessionCalendarOptions): string {
  const { host, session, title, url, stamp, isCancelled = false, formerSlots = [] } = options;
  const calendar = newCalendar(isCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH);
  const status = isCancelled ? 'cancelled' : 'confirmed';
  addSession(calendar, { host, session, title, url, stamp, status, formerSlots });
  return textOf(calendar);
}

/** The stamp of a session whose dates never changed since that is noted: the same each time. */
export const EPOCH = new Date(0);

/** How often calendar programs that follow a search ask for it again, in seconds. */
const FOLLOWED_EVERY = 6 * 3600;

/**
 * Sessions of several actions as one iCalendar file, each day known by the same identifier as in the session's own.
 * @param name of the calendar in the program that follows it
 */
export function sessionsCalendar(
  name: string,
  sessions: readonly Omit<CalendarSession, 'status' | 'formerSlots' | 'isFollowed'>[],
): string {
  const calendar = newCalendar();
  calendar.name(name).ttl(FOLLOWED_EVERY);
  for (const session of sessions) {
    addSession(calendar, { ...session, status: 'confirmed', isFollowed: true });
  }
  return textOf(calendar);
}

/** An empty calendar of ours. */
export function newCalendar(method = ICalCalendarMethod.PUBLISH): ICalCalendar {
  return new ICalCalendar({
    method,
    prodId: { company: 'Cap Métiers Nouvelle-Aquitaine', product: 'ParcoursPro', language: 'FR' },
  });
}

/** Every line ends with CRLF (RFC 5545 §3.1), the last one too. */
export const textOf = (calendar: ICalCalendar): string => `${calendar.toString()}\r\n`;

/** How sure the person is to be there. */
export type EventStatus = 'confirmed' | 'tentative' | 'cancelled';

const statuses: Readonly<Record<EventStatus, { status: ICalEventStatus; before: string }>> = Object.freeze({
  confirmed: { status: ICalEventStatus.CONFIRMED, before: '' },
  tentative: { status: ICalEventStatus.TENTATIVE, before: 'Préinscrit\u00a0: ' },
  cancelled: { status: ICalEventStatus.CANCELLED, before: 'Annulé\u00a0: ' },
});

/** A session for {@link addSession}. */
export interface CalendarSession
  extends Pick<SessionCalendarOptions, 'host' | 'session' | 'title' | 'url' | 'formerSlots'> {
  /** When what the events say last changed. */
  stamp: Date;
  status: EventStatus;
  /** Somebody looks at what takes place and is not enrolled in it: it does not make them busy. */
  isFollowed?: boolean;
}

/** Adds the days of a session to a calendar, one event each; days that are no more, as cancelled. */
export function addSession(calendar: ICalCalendar, one: CalendarSession): void {
  const { host, session, title, url, stamp, formerSlots = [] } = one;
  const days = [...slotsByDay(session.slots).values()];
  const gone = [...slotsByDay(formerSlots).values()].slice(days.length);
  for (const [index, slots] of [...days, ...gone].entries()) {
    const { status, before } = statuses[index < days.length ? one.status : 'cancelled'];
    calendar.createEvent({
      id: `session-${session.id}-jour-${index + 1}@${host}`,
      sequence: session.calendarSequence,
      stamp,
      start: earliest(slots),
      end: latest(slots),
      summary: `${before}${title}`,
      description: [...slots.map(slotLine), '', url].join('\n'),
      location: locationOf(slots),
      url,
      status,
      transparency:
        one.isFollowed || slots.every(isWindow)
          ? ICalEventTransparency.TRANSPARENT
          : ICalEventTransparency.OPAQUE,
    });
  }
}

/** The slots of each day, as lived in Paris, in the order of time. */
export function slotsByDay<S extends Pick<CalendarSlot, 'startsAt'>>(slots: readonly S[]): Map<string, S[]> {
  const sorted = slots.toSorted((a, b) => moment(a.startsAt) - moment(b.startsAt));
  return Map.groupBy(sorted, (slot) => parisDay(slot.startsAt).toString());
}

/** « Centre régional, 102 avenue de l’Essai, 33600 Pessac », or « À distance ». */
export function placeOf(
  slot: Pick<CalendarSlot, 'modality' | 'place' | 'address' | 'postcode' | 'city'>,
): string {
  if (slot.modality === 'remote') return 'À distance';
  const town = `${slot.postcode} ${slot.city}`.trim();
  return [slot.place, slot.address, town].filter((part) => part !== '').join(', ') || 'Lieu à préciser';
}

/** Where a map shows the place of a slot; undefined for what is followed from afar. */
export function mapHrefOf(
  slot: Pick<CalendarSlot, 'modality' | 'address' | 'postcode' | 'city'>,
): string | undefined {
  if (slot.modality !== 'in_person' || slot.city === '') return undefined;
  const found = [slot.address, slot.postcode, slot.city].filter((part) => part !== '').join(' ');
  return `https://www.openstreetmap.org/search?query=${encodeURIComponent(found)}`;
}

/** A period of more than a day, in which one follows a course at one’s own hours: nobody is busy all along. */
const isWindow = ({ startsAt, endsAt }: CalendarSlot) =>
  moment(endsAt) - moment(startsAt) > LONGEST_HALF_DAY_MS;
const LONGEST_HALF_DAY_MS = 24 * 3600 * 1000;

const moment = (value: Date | string) => new Date(value).getTime();
const earliest = (slots: readonly CalendarSlot[]) =>
  new Date(Math.min(...slots.map((slot) => moment(slot.startsAt))));
const latest = (slots: readonly CalendarSlot[]) =>
  new Date(Math.max(...slots.map((slot) => moment(slot.endsAt))));

function slotLine(slot: CalendarSlot): string {
  const sameDay = parisDay(slot.startsAt).equals(parisDay(slot.endsAt));
  const end = sameDay ? formatTime(slot.endsAt) : `${formatWeekday(slot.endsAt)}, ${formatTime(slot.endsAt)}`;
  const link = slot.link ? ` (${slot.link})` : '';
  return `${formatTime(slot.startsAt)} – ${end}\u00a0: ${placeOf(slot)}${link}`;
}

// A day that changes place half-way is listed in full by the description; a calendar shows one location.
function locationOf(slots: readonly CalendarSlot[]): string {
  const first = slots.find((slot) => slot.modality === 'in_person') ?? slots[0];
  if (!first) return '';
  return first.modality === 'remote' && first.link ? first.link : placeOf(first);
}
