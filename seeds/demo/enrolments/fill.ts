import type { Session } from '../actions.ts';
import type { Person } from '../people.ts';
import type { Random } from '../random.ts';
import type { Outcome } from '../sessions.ts';
import type { Booking, Ledger } from './ledger.ts';
import { EXHAUSTED, inFirstStructure } from './stories.ts';
import { motivations } from './texts.ts';

/** Those whose enrolments are all told one by one. */
const SPARED = [
  'referent',
  'valideur',
  'valideur2',
  'beneficiaire',
  'prestataire',
  'nouvelle.arrivee',
  EXHAUSTED,
];

/** Seats before the queue, the queue before what came to nothing: the ledger checks each in its turn. */
const ORDER: readonly Outcome[] = [
  'attended',
  'absent',
  'enrolled',
  'preregistered',
  'withdrawn',
  'withdrawn_late',
  'approval_withdrawn',
  'refused_by_provider',
  'session_cancelled',
  'promoted',
  'waitlisted',
  'requested',
  'refused_by_hr',
  'expired',
  'withdrawn_before_approval',
];

/**
 * Fills the sessions to what their plans say, with whoever has been enrolled least so far.
 */
export function fillSessions(
  ledger: Ledger,
  people: readonly Person[],
  sessions: readonly Session[],
  random: Random,
): void {
  const candidates = people.filter((one) => one.affiliations.length > 0 && !SPARED.includes(one.login));
  const load = new Map<Person, number>();
  for (const session of tightestFirst(sessions)) {
    for (const outcome of ORDER) {
      const wanted = (session.plan.fill?.[outcome] ?? 0) - ledger.count(session, outcome);
      for (let left = wanted; left > 0; left -= 1) {
        const booking = random
          .shuffle(candidates)
          .sort((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0))
          .map((person): Booking => {
            const motivation = random.pick(motivations);
            return { ...inFirstStructure(person), session, outcome, motivation };
          })
          .find((one) => isWelcome(one) && !ledger.objection(one));
        // On no day that we know of; but a demo that starts matters more than a place taken.
        if (!booking) break;
        ledger.book(booking);
        load.set(booking.person, (load.get(booking.person) ?? 0) + 1);
      }
    }
  }
}

/** The seats of the demo structure in formations are told one by one: they decide what its people may ask for. */
const isWelcome = ({ session, structure }: Booking) =>
  !session.kind.counts_as_formation || structure.key !== 'demo';

/** Sessions that must be full come first, while everybody still has rights left. */
function tightestFirst(sessions: readonly Session[]): Session[] {
  const tightness = ({ plan, kind }: Session) => {
    const wanted = Object.values(plan.fill ?? {}).reduce((sum, count) => sum + count, 0);
    return (kind.reserved ? 2 : 0) + (plan.capacity > 0 ? wanted / plan.capacity : 0);
  };
  return sessions.toSorted((a, b) => tightness(b) - tightness(a));
}
