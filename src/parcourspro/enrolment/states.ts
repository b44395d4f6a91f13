import {
  type Condition,
  type EnrolmentFacts,
  needsHrApproval,
  needsNoHrApproval,
  needsNoProviderApproval,
  needsProviderApproval,
  nobodyAheadInQueue,
  type Refusal,
  registrationHasClosed,
  registrationRules,
  seatIsFree,
  sessionHasBegun,
  sessionHasNotBegun,
  sessionIsNotCancelled,
  stillInStructure,
  structureHasSeatLeft,
} from './rules.ts';

/** Where a request for a place stands (DOMAIN §7, « States »). */
export const STATES = [
  'requested',
  'waitlisted',
  'preregistered',
  'enrolled',
  'attended',
  'absent',
  'refused_by_hr',
  'refused_by_provider',
  'withdrawn',
  'session_cancelled',
  'expired',
] as const;
export type State = (typeof STATES)[number];

/** States that keep somebody else out of a seat. */
export const SEAT_STATES: readonly State[] = Object.freeze([
  'preregistered',
  'enrolled',
  'attended',
  'absent',
]);
/** States in which the person still waits for, or holds, a place to come. */
export const LIVE_STATES: readonly State[] = Object.freeze([
  'requested',
  'waitlisted',
  'preregistered',
  'enrolled',
]);
/** States that use up yearly rights: a refused, withdrawn or cancelled request gives them back. */
export const COUNTED_STATES: readonly State[] = Object.freeze([...LIVE_STATES, 'attended', 'absent']);

/** As whom somebody acts on an enrolment. */
export type Role = 'beneficiary' | 'hr_validator' | 'provider' | 'agency' | 'system';

/** What happens to an enrolment. */
export type EnrolmentEvent =
  | 'request'
  | 'approve'
  | 'refuse_by_hr'
  | 'promote'
  | 'accept'
  | 'refuse_by_provider'
  | 'withdraw'
  | 'leave'
  | 'expire';

/** Who is told of a transition. */
export type Audience = 'person' | 'validators' | 'provider';

/** One row of the table in DOMAIN §7. */
export interface Transition {
  event: EnrolmentEvent;
  from: State | null;
  to: State;
  by: readonly Role[];
  /** All must hold; the first that does not gives its reason. */
  when: readonly Condition[];
  /** Whoever acts must say why. */
  needsReason?: boolean;
  tell: readonly Audience[];
}

const decidable = [sessionIsNotCancelled, sessionHasNotBegun] as const;
/** What must hold for somebody to take a seat rather than join the queue. */
export const seatForMe = [seatIsFree, structureHasSeatLeft, nobodyAheadInQueue] as const;
const hr: readonly Role[] = ['hr_validator', 'agency'];
const provider: readonly Role[] = ['provider', 'agency'];
const person: readonly Role[] = ['beneficiary', 'agency'];
const withdraw = {
  event: 'withdraw',
  to: 'withdrawn',
  by: person,
  when: [sessionHasNotBegun],
  needsReason: true,
  // The person too: of their own withdrawal they get no e-mail, of the agency's they do.
  tell: ['person', 'validators', 'provider'],
} as const;

/**
 * Every change of state that exists (DOMAIN §7). Rows of one event and state are tried in their order: the first
 * whose conditions hold is taken, so a seat comes before the waiting list.
 */
export const transitions: readonly Transition[] = Object.freeze([
  {
    event: 'request',
    from: null,
    to: 'requested',
    by: ['beneficiary'],
    when: [...registrationRules, needsHrApproval],
    tell: ['person', 'validators'],
  },
  {
    event: 'request',
    from: null,
    to: 'preregistered',
    by: ['beneficiary'],
    when: [...registrationRules, needsNoHrApproval, needsProviderApproval, ...seatForMe],
    tell: ['person', 'provider'],
  },
  {
    event: 'request',
    from: null,
    to: 'enrolled',
    by: ['beneficiary'],
    when: [...registrationRules, needsNoHrApproval, needsNoProviderApproval, ...seatForMe],
    tell: ['person'],
  },
  {
    event: 'request',
    from: null,
    to: 'waitlisted',
    by: ['beneficiary'],
    when: [...registrationRules, needsNoHrApproval],
    tell: ['person'],
  },
  {
    event: 'approve',
    from: 'requested',
    to: 'preregistered',
    by: hr,
    when: [...decidable, stillInStructure, ...seatForMe],
    tell: ['person', 'provider'],
  },
  {
    event: 'approve',
    from: 'requested',
    to: 'waitlisted',
    by: hr,
    when: [...decidable, stillInStructure],
    tell: ['person'],
  },
  {
    event: 'refuse_by_hr',
    from: 'requested',
    to: 'refused_by_hr',
    by: hr,
    when: decidable,
    needsReason: true,
    tell: ['person'],
  },
  {
    event: 'promote',
    from: 'waitlisted',
    to: 'preregistered',
    by: ['system'],
    when: [...decidable, needsProviderApproval, stillInStructure, ...seatForMe],
    tell: ['person', 'validators', 'provider'],
  },
  {
    event: 'promote',
    from: 'waitlisted',
    to: 'enrolled',
    by: ['system'],
    when: [...decidable, needsNoProviderApproval, stillInStructure, ...seatForMe],
    tell: ['person', 'validators', 'provider'],
  },
  {
    event: 'accept',
    from: 'preregistered',
    to: 'enrolled',
    by: provider,
    when: decidable,
    tell: ['person', 'validators'],
  },
  {
    event: 'refuse_by_provider',
    from: 'preregistered',
    to: 'refused_by_provider',
    by: provider,
    when: decidable,
    needsReason: true,
    tell: ['person', 'validators'],
  },
  { ...withdraw, from: 'requested' },
  { ...withdraw, from: 'waitlisted' },
  { ...withdraw, from: 'preregistered' },
  { ...withdraw, from: 'enrolled' },
  // The person leaves the structure: what nobody answered goes; a place or a rank is for the agency to look at.
  {
    event: 'leave',
    from: 'requested',
    to: 'withdrawn',
    by: ['system'],
    when: [],
    needsReason: true,
    tell: ['person', 'validators'],
  },
  {
    event: 'expire',
    from: 'requested',
    to: 'expired',
    by: ['system'],
    when: [registrationHasClosed],
    tell: ['person', 'validators'],
  },
  // A session that begins without somebody must not keep them from asking for another one.
  {
    event: 'expire',
    from: 'waitlisted',
    to: 'expired',
    by: ['system'],
    when: [sessionHasBegun],
    tell: ['person'],
  },
  {
    event: 'expire',
    from: 'preregistered',
    to: 'expired',
    by: ['system'],
    when: [sessionHasBegun],
    tell: ['person', 'validators', 'provider'],
  },
] as const satisfies Transition[]);

/** Whether somebody in this state keeps a seat. */
export const holdsSeat = (state: State | null): boolean => state !== null && SEAT_STATES.includes(state);

/** Whether the transition gives a seat back, so that the queue may move. */
export const releasesSeat = ({ from, to }: Pick<Transition, 'from' | 'to'>): boolean =>
  holdsSeat(from) && !holdsSeat(to);

/** The row to apply, or why none applies. */
export type Choice = { ok: true; transition: Transition } | { ok: false; refusals: Refusal[] };

/**
 * Finds the transition for an event.
 * @param from null for a new request
 * @returns the first row whose conditions hold; otherwise the reasons of the row that comes closest
 *   (for a new request: every rule that stands against it)
 */
export function chooseTransition(
  event: EnrolmentEvent,
  from: State | null,
  by: Role,
  facts: EnrolmentFacts,
): Choice {
  const rows = transitions.filter((row) => row.event === event && row.from === from && row.by.includes(by));
  let refusals: Refusal[] = [{ code: 'not_in_this_state', message: 'Cette demande a déjà changé d’état.' }];
  for (const transition of rows) {
    const against = transition.when.map((condition) => condition(facts)).filter((answer) => answer !== true);
    if (against.length === 0) return { ok: true, transition };
    // That a row is for another kind of action explains nothing to anybody.
    refusals = against.filter(({ code }) => code !== 'other_kind');
  }
  return { ok: false, refusals };
}
