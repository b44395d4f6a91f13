import { ICalCalendar, ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import { formatTime, formatWeekday, parisDay } from '../../platform/french/time.ts';

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
  now: Date;
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
  const calendar = new ICalCalendar({
    method: options.isCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH,
    prodId: PROGRAM,
  });
  addSession(calendar, options);
  return fileOf(calendar);
}

/** How often calendar programs that follow a search ask for it again, in seconds. */
const FOLLOWED_EVERY = 6 * 3600;

/**
 * Sessions of several actions as one iCalendar file, each day known by the same identifier as in the session's own.
 * @param name of the calendar in the program that follows it
 */
export function sessionsCalendar(
  name: string,
  sessions: readonly Omit<SessionCalendarOptions, 'isCancelled' | 'formerSlots'>[],
): string {
  const method = ICalCalendarMethod.PUBLISH;
  const calendar = new ICalCalendar({ method, prodId: PROGRAM, name, ttl: FOLLOWED_EVERY });
  for (const session of sessions) addSession(calendar, session);
  return fileOf(calendar);
}

const PROGRAM = { company: 'Cap Métiers Nouvelle-Aquitaine', product: 'ParcoursPro', language: 'FR' };

// Every line ends with CRLF (RFC 5545 §3.1), the last one too.
const fileOf = (calendar: ICalCalendar) => `${calendar.toString()}\r\n`;

function addSession(calendar: ICalCalendar, options: SessionCalendarOptions): void {
  const { host, session, title, url, now, isCancelled = false, formerSlots = [] } = options;
  const days = [...slotsByDay(session.slots).values()];
  const gone = [...slotsByDay(formerSlots).values()].slice(days.length);
  for (const [index, slots] of [...days, ...gone].entries()) {
    const isOff = isCancelled || index >= days.length;
    calendar.createEvent({
      id: `session-${session.id}-jour-${index + 1}@${host}`,
      sequence: session.calendarSequence,
      stamp: now,
      start: earliest(slots),
      end: latest(slots),
      summary: isOff ? `Annulé\u00a0: ${title}` : title,
      description: [...slots.map(slotLine), '', url].join('\n'),
      location: locationOf(slots),
      url,
      status: isOff ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
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
