import { slotsJson } from '#enrolment/slots.ts';

/** A half-day of a session, as its page and its lists name it. */
export interface SessionSlot {
  startsAt: Date;
  endsAt: Date;
  /** « Centre régional, 33600 Pessac », or empty where it is followed from afar. */
  place: string;
}

/** The half-days of the session `s` as JSON, in their order; `datedSlots` makes their dates. */
export const SLOTS_OF_SESSION = slotsJson(`
  'place', case when sl.modality = 'remote' then ''
                else concat_ws(', ', nullif(sl.place, ''), nullif(sl.address, ''),
                               nullif(concat_ws(' ', sl.postcode, sl.city), '')) end`);

/** JSON has no dates: makes them of what SLOTS_OF_SESSION gave. */
export const datedSlots = (slots: readonly SessionSlot[]): SessionSlot[] =>
  slots.map((one) => ({ ...one, startsAt: new Date(one.startsAt), endsAt: new Date(one.endsAt) }));
