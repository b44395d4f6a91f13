import {
  nobodyAheadInQueue,
  registrationHasClosed,
  registrationRules,
  seatIsFree,
  sessionHasBegun,
  sessionHasNotBegun,
  sessionIsNotCancelled,
  stillInStructure,
  structureHasSeatLeft,
} from '../rules.ts';
import type { Role } from '../states.ts';
import type { Transition } from './types.ts';

/** A session in which there is still something to decide. */
export const decidable = [sessionIsNotCancelled, sessionHasNotBegun] as const;
/** What must hold for somebody to take a seat rather than join the queue. */
export const seatForMe = [seatIsFree, structureHasSeatLeft, nobodyAheadInQueue] as const;
export const hr: readonly Role[] = ['hr_validator', 'agency'];
export const provider: readonly Role[] = ['provider', 'agency'];
const person: readonly Role[] = ['beneficiary', 'agency'];
const withdraw = {
  event: 'withdraw',
  to: 'withdrawn',
  by: person,
  when: [sessionHasNotBegun],
  needsReason: true,
  tell: ['person', 'validators', 'provider'],
} as const;

/** From the request to the seat, or to its end without one. */
export const asking: readonly Transition[] = [
  {
    event: 'request',
    from: null,
    to: 'requested',
    by: ['beneficiary'],
    onlyWhere: ({ kind }) => kind.needsHrApproval,
    when: registrationRules,
    tell: ['person', 'validators'],
  },
  {
    event: 'request',
    from: null,
    to: 'preregistered',
    by: ['beneficiary'],
    onlyWhere: ({ kind }) => !kind.needsHrApproval && kind.needsProviderApproval,
    when: [...registrationRules, ...seatForMe],
    tell: ['person', 'provider'],
  },
  {
    event: 'request',
    from: null,
    to: 'enrolled',
    by: ['beneficiary'],
    onlyWhere: ({ kind }) => !kind.needsHrApproval && !kind.needsProviderApproval,
    when: [...registrationRules, ...seatForMe],
    tell: ['person'],
  },
  {
    event: 'request',
    from: null,
    to: 'waitlisted',
    by: ['beneficiary'],
    onlyWhere: ({ kind }) => !kind.needsHrApproval,
    when: registrationRules,
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
    onlyWhere: ({ kind }) => kind.needsProviderApproval,
    when: [...decidable, stillInStructure, ...seatForMe],
    tell: ['person', 'validators', 'provider'],
  },
  {
    event: 'promote',
    from: 'waitlisted',
    to: 'enrolled',
    by: ['system'],
    onlyWhere: ({ kind }) => !kind.needsProviderApproval,
    when: [...decidable, stillInStructure, ...seatForMe],
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
];
