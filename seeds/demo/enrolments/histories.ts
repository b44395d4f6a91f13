import type { Role, State } from '#enrolment/states.ts';
import { parisDay, parisMoment } from '#platform/french/time.ts';
import type { Session } from '../actions.ts';
import { officeMoment, workingDaysBetween } from '../calendar.ts';
import type { Person } from '../people.ts';
import type { Random } from '../random.ts';
import type { Outcome } from '../sessions.ts';
import type { Structure } from '../structures.ts';
import type { Booking } from './ledger.ts';
import { routeTo } from './outcomes.ts';
import { hrRefusals, providerRefusals, withdrawals } from './texts.ts';

/** One change of an enrolment. */
export interface Step {
  at: Date;
  from: State | null;
  to: State;
  role: Role;
  person: Person | null;
  way: 'page' | 'email_link' | 'system';
  reason: string | null;
}

/** Who decides, where somebody must. */
export interface Deciders {
  agency: Person;
  /** Validators of a structure, the usual one first. */
  validators(structure: Structure): Person[];
  provider(structure: Structure): Person;
}

/**
 * Between which parts of the window the requests come. Seats go to the first ones, the queue comes after all seats
 * are given, and what nobody has answered yet is recent.
 */
const lanes: Readonly<Partial<Record<Outcome, [number, number]>>> = {
  preregistered: [0.25, 0.48],
  waitlisted: [0.62, 0.78],
  promoted: [0.62, 0.64],
  requested: [0.84, 0.97],
  expired: [0.7, 0.9],
};
const FIRST_LANE: [number, number] = [0, 0.4];
/** How long each answer takes, as a part of the window. */
const ANSWER = 0.08;
const WITHDRAWAL = 0.8;

/** The dated history that leads to a booking's outcome. */
export function historyOf(booking: Booking, deciders: Deciders, random: Random, now: Date): Step[] {
  const { session, outcome, person } = booking;
  const days = windowOf(session, now);
  const [from, until] = lanes[outcome] ?? FIRST_LANE;
  const start = booking.when ?? from + ((until - from) * random.integer(0, 1000)) / 1000;
  const hrDecider = hrDeciderOf(booking, deciders, random);
  const route = routeTo(outcome, session.kind);
  return route.map((to, rank): Step => {
    const previous = route[rank - 1] ?? null;
    const step = { at: officeMoment(days, start + rank * ANSWER), from: previous, to, reason: null };
    const byPage = { way: 'page' as const };
    if (rank === 0) return { ...step, role: 'beneficiary', person, ...byPage };
    switch (to) {
      case 'refused_by_hr':
        return { ...step, ...hrDecider, reason: random.pick(hrRefusals) };
      case 'refused_by_provider':
        return { ...step, ...providerOf(session, deciders), reason: random.pick(providerRefusals) };
      case 'withdrawn': {
        const at = withdrawalMoment(outcome, session, days, step.at);
        return { ...step, at, role: 'beneficiary', person, ...byPage, reason: random.pick(withdrawals) };
      }
      case 'session_cancelled':
        return {
          ...step,
          ...providerOf(session, deciders),
          at: session.dates.cancelledAt as Date,
          reason: 'La formatrice est indisponible.',
        };
      case 'expired':
        return { ...step, at: session.dates.closesAt, role: 'system', person: null, way: 'system' };
      case 'attended':
      case 'absent':
        return { ...step, ...providerOf(session, deciders), at: attendanceMoment(session) };
      case 'enrolled':
        return {
          ...step,
          ...providerOf(session, deciders),
          at: outcome === 'promoted' ? officeMoment(days, WITHDRAWAL + ANSWER) : step.at,
        };
      case 'preregistered':
        return previous === 'waitlisted'
          ? { ...step, at: officeMoment(days, WITHDRAWAL), role: 'system', person: null, way: 'system' }
          : { ...step, ...hrDecider };
      default:
        return { ...step, ...hrDecider };
    }
  });
}

/** Whether the withdrawal came within the notice period. */
export const isLate = (outcome: Outcome): boolean => outcome === 'withdrawn_late';

/** The working days on which requests came and were answered: after the opening, before the closing and today. */
function windowOf({ dates }: Session, now: Date): Temporal.PlainDate[] {
  const limits = [dates.closesAt, now, ...(dates.cancelledAt ? [dates.cancelledAt] : [])];
  const end = new Date(Math.min(...limits.map((limit) => limit.getTime())));
  return workingDaysBetween(parisDay(dates.opensAt).add({ days: 1 }), parisDay(end).subtract({ days: 1 }));
}

function withdrawalMoment(
  outcome: Outcome,
  session: Session,
  days: Temporal.PlainDate[],
  earliest: Date,
): Date {
  if (outcome === 'withdrawn_late')
    return parisMoment(parisDay(session.dates.startsAt).subtract({ days: 3 }), '14:20');
  return outcome === 'withdrawn' ? officeMoment(days, WITHDRAWAL) : earliest;
}

const attendanceMoment = ({ dates }: Session) => new Date(dates.endsAt.getTime() + 15 * 60_000);

const providerOf = (session: Session, deciders: Deciders) =>
  ({ role: 'provider', person: deciders.provider(session.provider), way: 'page' }) as const;

/** Nobody decides on their own request (domain.md §2): another validator does, else the agency. */
function hrDeciderOf({ person, structure }: Booking, deciders: Deciders, random: Random) {
  const others = deciders.validators(structure).filter((one) => one !== person);
  const [usual = deciders.agency, other = usual] = others;
  const decider = random.chance(0.8) ? usual : other;
  const isAgency = decider === deciders.agency;
  return {
    role: isAgency ? ('agency' as const) : ('hr_validator' as const),
    person: decider,
    way: !isAgency && random.chance(0.5) ? ('email_link' as const) : ('page' as const),
  };
}
