import { COUNTED_STATES, LIVE_STATES } from '#enrolment/states.ts';
import type { Session } from '../actions.ts';
import type { Person } from '../people.ts';
import { memberKeys } from '../people-named.ts';
import type { Outcome } from '../sessions.ts';
import type { Structure } from '../structures.ts';
import { finalState, routeTo, tookSeat } from './outcomes.ts';

/** Somebody's enrolment in a session of the demo. */
export interface Booking {
  person: Person;
  structure: Structure;
  session: Session;
  outcome: Outcome;
  motivation: string;
  /** When the request came, as a part of the registration window that has passed, 0 to 1. */
  when?: number;
}

/** The bookings made so far, kept within the rules of domain.md §7. */
export interface Ledger {
  bookings: readonly Booking[];
  /** Why the booking would break a rule; undefined when it may be made. */
  objection(booking: Booking): string | undefined;
  /** @throws Error when a rule stands against it: the demo's own data are wrong */
  book(booking: Booking): void;
  count(session: Session, outcome: Outcome): number;
}

const YEARLY_ACTIONS = 5;
const YEARLY_FORMATIONS = 3;
const STRUCTURE_SEATS = 2;

const isCounted = (one: Booking) =>
  one.session.kind.reserved && COUNTED_STATES.includes(finalState(one.outcome));

/** An empty ledger for a demo made at this moment. */
export function createLedger(now: Date): Ledger {
  const bookings: Booking[] = [];
  const inSession = (session: Session) => bookings.filter((one) => one.session === session);

  const requestRules: ((booking: Booking) => boolean | string)[] = [
    ({ session, structure }) =>
      !session.kind.reserved || memberKeys.includes(structure.key) || 'structure not a member',
    ({ session, structure }) => session.provider !== structure || 'own action',
    ({ session }) => session.dates.opensAt < now || 'registration not open',
    ({ session, outcome }) =>
      outcome !== 'requested' || session.dates.closesAt > now || 'nobody can still be waiting for an answer',
    ({ session, outcome }) => routeTo(outcome, session.kind).length > 0 || 'not for this kind',
    // The application allows another try once the first is over; the demo keeps to one.
    ({ person, session }) =>
      !bookings.some((one) => one.person === person && one.session.actionId === session.actionId) ||
      'another request for this action',
    (booking) => yearlyRule(booking),
  ];

  function yearlyRule({ person, session }: Booking): boolean | string {
    if (!session.kind.reserved) return true;
    const used = bookings.filter(
      (one) => one.person === person && one.session.year === session.year && isCounted(one),
    );
    const formations = used.filter((one) => one.session.kind.counts_as_formation);
    if (used.length >= YEARLY_ACTIONS) return 'yearly rights used';
    return (
      !session.kind.counts_as_formation ||
      formations.length < YEARLY_FORMATIONS ||
      'yearly rights to formations used'
    );
  }

  function seatRule({ session, structure, outcome }: Booking): boolean | string {
    const taken = inSession(session).filter((one) => tookSeat(one.outcome)).length;
    const structureSeats = bookings.filter(
      (one) =>
        one.session.actionId === session.actionId && one.structure === structure && tookSeat(one.outcome),
    ).length;
    const isBlocked = session.kind.counts_as_formation && structureSeats >= STRUCTURE_SEATS;
    if (outcome === 'waitlisted') return taken === session.plan.capacity || isBlocked || 'a seat is free';
    if (outcome === 'promoted') return (taken === session.plan.capacity && !isBlocked) || 'no queue';
    if (!tookSeat(outcome)) return true;
    if (isBlocked) return 'structure at its share';
    return taken < session.plan.capacity || 'no seat';
  }

  function roomRule({ session, outcome }: Booking): boolean | string {
    if (!LIVE_STATES.includes(finalState(outcome))) return true;
    const live = inSession(session).filter((one) => LIVE_STATES.includes(finalState(one.outcome))).length;
    return live < session.plan.capacity + session.plan.waiting || 'session and waiting list full';
  }

  function objection(booking: Booking): string | undefined {
    for (const rule of [...requestRules, seatRule, roomRule]) {
      const answer = rule(booking);
      if (answer !== true) return String(answer);
    }
    return undefined;
  }

  return {
    bookings,
    objection,
    book(booking) {
      const reason = objection(booking);
      if (reason) throw new Error(`${booking.person.login} in ${booking.session.key}: ${reason}`);
      bookings.push(booking);
    },
    count: (session, outcome) => inSession(session).filter((one) => one.outcome === outcome).length,
  };
}
