import { expect, test } from 'vitest';
import { type CalendarSlot, sessionCalendar } from '#enrolment/calendar.ts';
import { parisMoment } from '#platform/french/time.ts';

const now = new Date('2026-11-02T10:00:00Z');

function slot(day: string, from: string, until: string, more: Partial<CalendarSlot> = {}): CalendarSlot {
  return {
    startsAt: parisMoment(day, from),
    endsAt: parisMoment(day, until),
    modality: 'in_person',
    place: 'Centre régional',
    address: '102 avenue de l’Essai',
    postcode: '33600',
    city: 'Pessac',
    link: '',
    ...more,
  };
}

const remote = { modality: 'remote', place: '', address: '', postcode: '', city: '' };

interface Variant {
  title?: string;
  sequence?: number;
  former?: CalendarSlot[];
  cancelled?: boolean;
}

function calendarOf(slots: CalendarSlot[], more: Variant = {}): string {
  return sessionCalendar({
    host: 'parcourspro.example',
    session: { id: 7, calendarSequence: more.sequence ?? 0, slots },
    title: more.title ?? 'Accompagner le financement',
    url: 'https://parcourspro.example/parcourspro/actions/financement',
    stamp: now,
    formerSlots: more.former,
    isCancelled: more.cancelled,
  });
}

/** The events of a file: folded lines are joined, escapes undone (RFC 5545 §3.1, §3.3.11). */
function eventsOf(ics: string): Record<string, string>[] {
  const lines = ics.replaceAll(/\r\n[ \t]/g, '').split('\r\n');
  const events: Record<string, string>[] = [];
  for (const line of lines) {
    if (line === 'BEGIN:VEVENT') events.push({});
    const [, name, value] = /^([A-Z-]+)(?:;[^:]*)?:(.*)$/.exec(line) ?? [];
    const event = events.at(-1);
    if (event && name) {
      event[name] ??= (value ?? '').replaceAll(/\\(n|.)/gi, (_all, c) => (c === 'n' ? '\n' : c));
    }
  }
  return events;
}

test('a day with a morning and an afternoon is one event that tells both', () => {
  const [event, ...others] = eventsOf(
    calendarOf([
      slot('2026-11-20', '13:30', '17:00', { ...remote, link: 'https://visio.example/salle' }),
      slot('2026-11-20', '09:00', '12:30'),
    ]),
  );
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    UID: 'session-7-jour-1@parcourspro.example',
    SEQUENCE: '0',
    DTSTAMP: '20261102T100000Z',
    DTSTART: '20261120T080000Z',
    DTEND: '20261120T160000Z',
    SUMMARY: 'Accompagner le financement',
    LOCATION: 'Centre régional, 102 avenue de l’Essai, 33600 Pessac',
    URL: 'https://parcourspro.example/parcourspro/actions/financement',
    STATUS: 'CONFIRMED',
  });
  expect(event?.DESCRIPTION).toBe(
    [
      '09:00 – 12:30\u00a0: Centre régional, 102 avenue de l’Essai, 33600 Pessac',
      '13:30 – 17:00\u00a0: À distance (https://visio.example/salle)',
      '',
      'https://parcourspro.example/parcourspro/actions/financement',
    ].join('\n'),
  );
});

test('a half-day makes busy, a period of access at one’s own hours does not', () => {
  const window = slot('2026-11-20', '09:00', '12:00');
  const events = [window, { ...window, endsAt: parisMoment('2026-12-18', '12:00') }].map(
    (one) => eventsOf(calendarOf([one]))[0],
  );
  expect(events.map((event) => event?.TRANSP)).toEqual(['OPAQUE', 'TRANSPARENT']);
});

test('each day is an event of its own, at the hour of its season', () => {
  const events = eventsOf(
    calendarOf([slot('2026-10-24', '09:00', '17:00'), slot('2026-10-26', '09:00', '17:00')]),
  );
  // The clocks go back on 25 October 2026: the same hour in Paris is another one in UTC.
  expect(events.map(({ UID, DTSTART }) => [UID, DTSTART])).toEqual([
    ['session-7-jour-1@parcourspro.example', '20261024T070000Z'],
    ['session-7-jour-2@parcourspro.example', '20261026T080000Z'],
  ]);
});

test('a newer file replaces the older one: same identifiers, higher sequence', () => {
  const [before] = eventsOf(calendarOf([slot('2026-11-20', '09:00', '12:00')], { sequence: 1 }));
  for (const day of ['2026-11-20', '2026-12-04']) {
    const [after] = eventsOf(calendarOf([slot(day, '14:00', '18:00')], { sequence: 2 }));
    expect(after?.UID).toBe(before?.UID);
    expect([before?.SEQUENCE, after?.SEQUENCE]).toEqual(['1', '2']);
  }
});

test('a session moved to fewer days takes the days that are no more out of the calendar', () => {
  const former = [slot('2026-11-20', '09:00', '12:00'), slot('2026-11-21', '09:00', '12:00')];
  const ics = calendarOf([slot('2026-12-04', '09:00', '12:00')], { sequence: 3, former });
  expect(eventsOf(ics).map(({ UID, STATUS, DTSTART }) => [UID, STATUS, DTSTART])).toEqual([
    ['session-7-jour-1@parcourspro.example', 'CONFIRMED', '20261204T080000Z'],
    ['session-7-jour-2@parcourspro.example', 'CANCELLED', '20261121T080000Z'],
  ]);
  expect(ics).toContain('METHOD:PUBLISH');
});

test('a cancelled session takes its events back', () => {
  const ics = calendarOf([slot('2026-11-20', '09:00', '12:00')], { sequence: 2, cancelled: true });
  expect(ics).toContain('METHOD:CANCEL');
  expect(eventsOf(ics)).toMatchObject([
    { UID: 'session-7-jour-1@parcourspro.example', SEQUENCE: '2', STATUS: 'CANCELLED' },
  ]);
});

test('a run of several weeks is one event from its first day to its last', () => {
  const [event] = eventsOf(
    calendarOf([
      { ...slot('2026-09-01', '08:00', '20:00', remote), endsAt: parisMoment('2026-12-31', '20:00') },
    ]),
  );
  expect(event).toMatchObject({
    DTSTART: '20260901T060000Z',
    DTEND: '20261231T190000Z',
    LOCATION: 'À distance',
  });
  expect(event?.DESCRIPTION).toContain('jeudi 31\u00a0déc. 2026, 20:00');
});

test('what somebody typed cannot add a line of its own', () => {
  const title = 'Titre; avec, tout \\ cela\r\nEND:VEVENT\nBEGIN:VEVENT';
  const ics = calendarOf(
    [slot('2026-11-20', '09:00', '12:00', { place: 'Salle 1\nATTENDEE:mailto:x@y.example' })],
    {
      title,
    },
  );
  expect(ics.match(/^BEGIN:VEVENT$/gm)).toHaveLength(1);
  expect(ics).not.toMatch(/^ATTENDEE/m);
  expect(eventsOf(ics)[0]?.SUMMARY).toContain('Titre; avec, tout \\ cela');
});

test('lines end and fold as the format asks', () => {
  const ics = calendarOf([slot('2026-11-20', '09:00', '12:00')], { title: 'Été très éloigné, '.repeat(12) });
  expect(ics.startsWith('BEGIN:VCALENDAR\r\n')).toBe(true);
  expect(ics.endsWith('END:VCALENDAR\r\n')).toBe(true);
  expect(ics).toContain('\r\nMETHOD:PUBLISH\r\n');
  expect(ics.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  for (const line of ics.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
});
