const PLACE = `'place', sl.place, 'address', sl.address, 'postcode', sl.postcode, 'city', sl.city`;

/**
 * SQL of the half-days of a session as JSON, in their order: when each begins and ends, and what is asked besides.
 * @param fields further arguments of json_build_object, about `slots sl`
 * @param session SQL of its number
 */
export const slotsJson = (fields: string, session = 's.id'): string => `
  (select coalesce(json_agg(json_build_object('startsAt', sl.starts_at, 'endsAt', sl.ends_at, ${fields})
                            order by sl.starts_at, sl.id), '[]')
     from slots sl where sl.session_id = ${session})`;

/** Those of the session `s` as everybody may see them: without their connection links. */
export const PUBLIC_SLOTS = slotsJson(`'modality', sl.modality, ${PLACE}`);

/** Those of the session `s` as their form holds them. */
export const EDITED_SLOTS = slotsJson(`'isRemote', sl.modality = 'remote', ${PLACE}, 'link', sl.link`);

/**
 * Those of a session as the calendar of somebody who goes there holds them.
 * @param link SQL of the connection link, which is for those who are enrolled
 */
export const calendarSlots = (session: string, link = 'sl.link'): string =>
  slotsJson(`'modality', sl.modality, ${PLACE}, 'link', ${link}`, session);
