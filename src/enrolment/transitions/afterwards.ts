import {
  actionIsPublished,
  confirmationIsAwaited,
  hrApprovalIsNeeded,
  nobodyAheadInQueue,
  noOtherLiveRequest,
  personHasNoOtherLiveRequest,
  registrationIsNotOver,
  roomForOneMore,
  seatIsFree,
  sessionHasBegun,
  sessionIsNotCancelled,
  stillInStructure,
  yearlyActionsLeft,
  yearlyFormationsLeft,
} from '../rules.ts';
import { LIVE_STATES } from '../states.ts';
import { decidable, hr, provider } from './asking.ts';
import type { Audience, Transition } from './types.ts';

const together: readonly Audience[] = ['validators', 'provider'];
const withdrawApproval = {
  event: 'withdraw_approval',
  to: 'refused_by_hr',
  by: hr,
  when: [...decidable, hrApprovalIsNeeded],
  needsReason: true,
  tell: ['person', 'provider'],
} as const;
/** Somebody waiting is given a seat in spite of their structure's share: rule 2 only gives way, nobody is passed. */
const seat = {
  event: 'seat',
  from: 'waitlisted',
  when: [...decidable, stillInStructure, seatIsFree, nobodyAheadInQueue],
  needsReason: true,
} as const;
const everybody: readonly Audience[] = ['person', 'validators', 'provider'];
const presence = {
  by: provider,
  when: [sessionIsNotCancelled, sessionHasBegun],
  tell: [],
  tellTogether: ['validators'],
} as const;
/** A seat given once stays given: rule 2 is not looked at again. */
const comeBack = [
  ...decidable,
  stillInStructure,
  noOtherLiveRequest,
  yearlyActionsLeft,
  yearlyFormationsLeft,
] as const;
const restore = {
  event: 'restore',
  from: 'session_cancelled',
  by: provider,
  tell: ['person'],
  tellTogether: together,
} as const;
/** The facts are those of the session to go to. */
const move = { event: 'move', by: ['agency'], needsReason: true } as const;
const goodTarget = [...decidable, stillInStructure] as const;

/** What may still happen to a place: exceptions, another session, presence, and what becomes of the whole session. */
export const afterwards: readonly Transition[] = [
  { ...withdrawApproval, from: 'preregistered' },
  { ...withdrawApproval, from: 'enrolled' },
  { ...seat, to: 'enrolled', by: ['provider'], tell: ['person', 'validators'] },
  {
    ...seat,
    to: 'preregistered',
    by: ['agency'],
    onlyWhere: ({ kind }) => kind.needsProviderApproval,
    tell: everybody,
  },
  {
    ...seat,
    to: 'enrolled',
    by: ['agency'],
    onlyWhere: ({ kind }) => !kind.needsProviderApproval,
    tell: everybody,
  },
  // By hand: no window, no yearly rights, no membership, no share; never a seat that is not free.
  {
    event: 'enrol',
    from: null,
    to: 'enrolled',
    by: ['agency'],
    when: [
      actionIsPublished,
      ...decidable,
      stillInStructure,
      personHasNoOtherLiveRequest,
      seatIsFree,
      nobodyAheadInQueue,
    ],
    needsReason: true,
    tell: everybody,
  },
  {
    ...move,
    from: 'requested',
    to: 'requested',
    when: [...goodTarget, registrationIsNotOver, roomForOneMore],
    tell: ['person', 'validators'],
  },
  {
    ...move,
    from: 'waitlisted',
    to: 'waitlisted',
    when: [...goodTarget, roomForOneMore],
    tell: ['person', 'validators'],
  },
  ...(['preregistered', 'enrolled'] as const).map(
    (state) =>
      ({
        ...move,
        from: state,
        to: state,
        when: [...goodTarget, seatIsFree, nobodyAheadInQueue],
        tell: everybody,
      }) as const,
  ),
  ...(['preregistered', 'enrolled'] as const).map(
    (state) =>
      ({
        event: 'confirm',
        from: state,
        to: state,
        by: ['beneficiary'],
        when: [...decidable, confirmationIsAwaited],
        tell: [],
      }) as const,
  ),
  { ...presence, event: 'attend', from: 'enrolled', to: 'attended' },
  { ...presence, event: 'attend', from: 'absent', to: 'attended' },
  { ...presence, event: 'miss', from: 'enrolled', to: 'absent' },
  { ...presence, event: 'miss', from: 'attended', to: 'absent' },
  ...LIVE_STATES.map(
    (state) =>
      ({
        event: 'cancel_session',
        from: state,
        to: 'session_cancelled',
        by: provider,
        when: [],
        needsReason: true,
        tell: ['person'],
        tellTogether: together,
      }) as const,
  ),
  { ...restore, to: 'requested', when: [...comeBack, registrationIsNotOver, roomForOneMore] },
  { ...restore, to: 'waitlisted', when: [...comeBack, roomForOneMore] },
  { ...restore, to: 'preregistered', when: [...comeBack, seatIsFree, nobodyAheadInQueue] },
  { ...restore, to: 'enrolled', when: [...comeBack, seatIsFree, nobodyAheadInQueue] },
  ...LIVE_STATES.map(
    (state) =>
      ({
        event: 'reschedule',
        from: state,
        to: state,
        by: provider,
        when: decidable,
        needsReason: true,
        tell: ['person'],
        tellTogether: together,
      }) as const,
  ),
];
