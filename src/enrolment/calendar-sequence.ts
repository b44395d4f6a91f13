/**
 * Calendars keep, of two files about one event, the one of the higher SEQUENCE (RFC 5546 §2.1.4). A session's own rises
 * with its dates; somebody who gives their place up and takes one again needs theirs to rise too: 0 while they are
 * enrolled, 1 in the file that takes the event out, 2 once they are enrolled again, and so on.
 */

// By themself, by a decision, or for another session. A session that is cancelled says so by its own sequence.
const HAS_LEFT = `
  is_confirmed(h.from_state)
  and (h.from_session_id is not null or not is_confirmed(h.to_state) and h.to_state <> 'session_cancelled')`;

/**
 * SQL of how often somebody has left a place in the sessions of an action.
 * @param userId as SQL, like actionId
 */
export const departuresOf = (userId: string, actionId: string): string => `
  (select count(*)::int
     from enrolments o join enrolment_history h on h.enrolment_id = o.id
    where o.user_id = ${userId} and o.action_id = ${actionId} and ${HAS_LEFT})`;

/** SQL of the same for all actions of somebody, as a table: action_id, departures. */
export const departuresByAction = (userId: string): string => `
  (select o.action_id, count(*)::int as departures
     from enrolments o join enrolment_history h on h.enrolment_id = o.id
    where o.user_id = ${userId} and ${HAS_LEFT}
    group by o.action_id)`;

/** The SEQUENCE of the events of somebody who has a place. */
export const sequenceOf = (ofSession: number, departures: number): number => ofSession + 2 * departures;

/** The SEQUENCE of the file that takes out the events of the place that they have just left. */
export const sequenceOfLeaving = (ofSession: number, departures: number): number =>
  ofSession + Math.max(0, 2 * departures - 1);
