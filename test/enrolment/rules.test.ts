import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EnrolmentFacts, isLateWithdrawal, membershipWarning } from '#enrolment/rules.ts';
import { holdsSeat, type Role, SEAT_STATES, STATES } from '#enrolment/states.ts';
import {
  chooseTransition,
  type EnrolmentEvent,
  releasesSeat,
  transitions,
} from '#enrolment/transitions/table.ts';
import {
  facts,
  inDays,
  kind,
  now,
  open,
  openWithoutApproval,
  outcome,
  settings,
} from '../support/enrolment-facts.ts';

describe('« S’inscrire »', () => {
  test.each<[string, EnrolmentFacts, string | string[]]>([
    ['a first request', facts(), 'requested'],
    ['the fifth action of the year', facts({ used: { actions: 4, formations: 2 } }), 'requested'],
    ['a sixth action of the year', facts({ used: { actions: 5, formations: 2 } }), ['yearly_actions_used']],
    [
      'a fourth formation of the year',
      facts({ used: { actions: 3, formations: 3 } }),
      ['yearly_formations_used'],
    ],
    [
      'a reserved action that is no formation, after three formations',
      facts({ used: { actions: 3, formations: 3 }, ...kind({ countsAsFormation: false }) }),
      'requested',
    ],
    ['a structure that is no member', facts({ structureIsMember: false }), ['not_member']],
    ['an open action without membership', facts({ structureIsMember: false, ...open }), 'preregistered'],
    [
      'an open action after all yearly rights',
      facts({ used: { actions: 5, formations: 3 }, ...open }),
      'preregistered',
    ],
    ['an open action without approvals', facts(openWithoutApproval), 'enrolled'],
    ['an open action, no seat left', facts(open, { seatsHeld: 10, live: 10 }), 'waitlisted'],
    [
      'an open action, somebody waiting',
      facts(open, { seatsHeld: 9, live: 10, eligibleAhead: 1 }),
      'waitlisted',
    ],
    ['one more request for the action', facts({ hasLiveRequestForAction: true }), ['already_live']],
    ['the last place of the waiting list', facts({}, { seatsHeld: 10, live: 14 }), 'requested'],
    ['session and waiting list full', facts({}, { seatsHeld: 10, live: 15 }), ['full']],
    ['before the opening', facts({}, { registrationOpensAt: inDays(1) }), ['not_open_yet']],
    ['at the minute of the opening', facts({}, { registrationOpensAt: now }), 'requested'],
    ['at the minute of the closing', facts({}, { registrationClosesAt: now }), ['closed']],
    ['a draft', facts({ isPublished: false }), ['not_published']],
    ['a cancelled session', facts({}, { isCancelled: true }), ['session_cancelled']],
    [
      'a session that has begun',
      facts({}, { startsAt: now, registrationClosesAt: inDays(-1) }),
      ['closed', 'session_begun'],
    ],
    [
      'a second live request during the staggered opening',
      facts({
        liveReservedRequests: 1,
        ...settings({ staggeredUntil: '2026-03-02', staggeredLiveRequests: 1 }),
      }),
      ['staggered_opening'],
    ],
    [
      'the day after the staggered opening',
      facts({
        liveReservedRequests: 1,
        ...settings({ staggeredUntil: '2026-03-01', staggeredLiveRequests: 1 }),
      }),
      'requested',
    ],
    [
      'every reason at once',
      facts({ structureIsMember: false, hasLiveRequestForAction: true }, { live: 15 }),
      ['not_member', 'already_live', 'full'],
    ],
  ])('%s', (_name, given, expected) => {
    expect(outcome('request', null, 'beneficiary', given)).toEqual(expected);
  });
});

describe('decisions', () => {
  test.each<[string, EnrolmentEvent, Parameters<typeof chooseTransition>[1], Role, EnrolmentFacts, unknown]>([
    ['approval, seat free', 'approve', 'requested', 'hr_validator', facts(), 'preregistered'],
    [
      'approval, last seat',
      'approve',
      'requested',
      'hr_validator',
      facts({}, { seatsHeld: 9 }),
      'preregistered',
    ],
    ['approval, no seat', 'approve', 'requested', 'hr_validator', facts({}, { seatsHeld: 10 }), 'waitlisted'],
    [
      'approval, over capacity',
      'approve',
      'requested',
      'hr_validator',
      facts({}, { seatsHeld: 12 }),
      'waitlisted',
    ],
    [
      'approval, two of the structure',
      'approve',
      'requested',
      'hr_validator',
      facts({ structureSeats: 2 }),
      'waitlisted',
    ],
    [
      'approval, two of the structure in a workshop',
      'approve',
      'requested',
      'hr_validator',
      facts({ structureSeats: 2, ...kind({ countsAsFormation: false }) }),
      'preregistered',
    ],
    [
      'approval, somebody waiting',
      'approve',
      'requested',
      'agency',
      facts({}, { seatsHeld: 9, eligibleAhead: 1 }),
      'waitlisted',
    ],
    [
      'approval once begun',
      'approve',
      'requested',
      'hr_validator',
      facts({}, { startsAt: now }),
      ['session_begun'],
    ],
    [
      'approval when cancelled',
      'approve',
      'requested',
      'agency',
      facts({}, { isCancelled: true }),
      ['session_cancelled'],
    ],
    ['approval by the person', 'approve', 'requested', 'beneficiary', facts(), ['not_in_this_state']],
    ['approval by the provider', 'approve', 'requested', 'provider', facts(), ['not_in_this_state']],
    ['a second approval', 'approve', 'preregistered', 'hr_validator', facts(), ['not_in_this_state']],
    ['refusal', 'refuse_by_hr', 'requested', 'hr_validator', facts(), 'refused_by_hr'],
    ['acceptance', 'accept', 'preregistered', 'provider', facts(), 'enrolled'],
    ['acceptance of somebody who waits', 'accept', 'waitlisted', 'provider', facts(), ['not_in_this_state']],
    ['acceptance by a validator', 'accept', 'preregistered', 'hr_validator', facts(), ['not_in_this_state']],
    [
      'refusal by the provider',
      'refuse_by_provider',
      'preregistered',
      'provider',
      facts(),
      'refused_by_provider',
    ],
    ['promotion', 'promote', 'waitlisted', 'system', facts({}, { seatsHeld: 9 }), 'preregistered'],
    [
      'promotion without provider approval',
      'promote',
      'waitlisted',
      'system',
      facts(openWithoutApproval),
      'enrolled',
    ],
    ['promotion, no seat', 'promote', 'waitlisted', 'system', facts({}, { seatsHeld: 10 }), ['no_seat']],
    [
      'promotion, structure at its share',
      'promote',
      'waitlisted',
      'system',
      facts({ structureSeats: 2 }),
      ['structure_share_used'],
    ],
    [
      'promotion of somebody who left',
      'promote',
      'waitlisted',
      'system',
      facts({ stillInStructure: false }),
      ['left_structure'],
    ],
    ['withdrawal of a request', 'withdraw', 'requested', 'beneficiary', facts(), 'withdrawn'],
    ['withdrawal of a seat', 'withdraw', 'enrolled', 'beneficiary', facts(), 'withdrawn'],
    ['withdrawal by a validator', 'withdraw', 'enrolled', 'hr_validator', facts(), ['not_in_this_state']],
    [
      'withdrawal once begun',
      'withdraw',
      'enrolled',
      'beneficiary',
      facts({}, { startsAt: now }),
      ['session_begun'],
    ],
    ['expiry', 'expire', 'requested', 'system', facts({}, { registrationClosesAt: now }), 'expired'],
    [
      'somebody still waiting at the start',
      'expire',
      'waitlisted',
      'system',
      facts({}, { startsAt: now }),
      'expired',
    ],
    [
      'a preregistration left unanswered',
      'expire',
      'preregistered',
      'system',
      facts({}, { startsAt: now }),
      'expired',
    ],
    ['waiting, before the start', 'expire', 'waitlisted', 'system', facts(), ['not_begun']],
    [
      'approval of somebody who left',
      'approve',
      'requested',
      'hr_validator',
      facts({ stillInStructure: false }),
      ['left_structure'],
    ],
    ['expiry too early', 'expire', 'requested', 'system', facts(), ['still_open']],
  ])('%s', (_name, event, from, by, given, expected) => {
    expect(outcome(event, from, by, given)).toEqual(expected);
  });
});

describe('the table', () => {
  const count = fc.integer({ min: 0, max: 12 });
  const anyFacts = fc
    .record({
      capacity: count,
      waitingCapacity: count,
      seatsHeld: count,
      live: count,
      eligibleAhead: count,
      structureSeats: fc.integer({ min: 0, max: 3 }),
      isCancelled: fc.boolean(),
      begun: fc.boolean(),
      countsAsFormation: fc.boolean(),
      needsHrApproval: fc.boolean(),
    })
    .map(({ structureSeats, begun, countsAsFormation, needsHrApproval, ...session }) =>
      facts(
        { structureSeats, ...kind({ countsAsFormation, needsHrApproval, reserved: needsHrApproval }) },
        { ...session, startsAt: begun ? now : inDays(30) },
      ),
    );
  const anyEvent = fc.constantFrom(...new Set(transitions.map((row) => row.event)));
  const anyState = fc.constantFrom(null, ...STATES);
  const anyRole = fc.constantFrom<Role>('beneficiary', 'hr_validator', 'provider', 'agency', 'system');

  test('never gives a seat that is not free, nor one to somebody behind the queue', () => {
    fc.assert(
      fc.property(anyEvent, anyState, anyRole, anyFacts, (event, from, by, given) => {
        const choice = chooseTransition(event, from, by, given);
        if (!choice.ok || holdsSeat(from) || !holdsSeat(choice.transition.to)) return;
        expect(given.session.seatsHeld).toBeLessThan(given.session.capacity);
        expect(given.session.eligibleAhead).toBe(0);
        // Only an exception, or a seat held before, goes over the share of a structure (rule 2).
        const overShare = ['seat', 'enrol', 'restore'].includes(event);
        if (given.kind.countsAsFormation && !overShare) expect(given.structureSeats).toBeLessThan(2);
        expect(given.session.isCancelled).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('always answers with a transition or at least one reason in words', () => {
    fc.assert(
      fc.property(anyEvent, anyState, anyRole, anyFacts, (event, from, by, given) => {
        const choice = chooseTransition(event, from, by, given);
        if (!choice.ok) {
          expect(choice.refusals.length).toBeGreaterThan(0);
          for (const { message } of choice.refusals) expect(message).toMatch(/[.!]$/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('leads nowhere from a final state', () => {
    const final = ['refused_by_hr', 'refused_by_provider', 'withdrawn', 'expired'];
    expect(transitions.filter((row) => row.from !== null && final.includes(row.from))).toEqual([]);
  });

  test('asks for a reason wherever somebody loses a request', () => {
    const losing = transitions.filter((row) => /refused|withdrawn|cancelled/.test(row.to));
    expect(losing.length).toBeGreaterThan(0);
    expect(losing.every((row) => row.needsReason)).toBe(true);
  });

  test('knows which rows give a seat back', () => {
    expect(transitions.filter(releasesSeat).map((row) => `${row.from}→${row.to}`)).toEqual([
      'preregistered→refused_by_provider',
      'preregistered→withdrawn',
      'enrolled→withdrawn',
      'preregistered→expired',
      'preregistered→refused_by_hr',
      'enrolled→refused_by_hr',
      'preregistered→session_cancelled',
      'enrolled→session_cancelled',
    ]);
  });
});

test.each([
  [30, false],
  [8, false],
  [7, false],
  [6, true],
  [0.1, true],
])('a withdrawal %d days before the start is late: %s', (days, late) => {
  const then = facts({}, { startsAt: inDays(days) });
  for (const state of SEAT_STATES) expect(isLateWithdrawal(state, then)).toBe(late);
  // Nobody counted on whoever has no seat, nor an answer yet.
  for (const state of ['requested', 'waitlisted'] as const) expect(isLateWithdrawal(state, then)).toBe(false);
});

test('a reserved session of a year without membership yet warns, an open one does not', () => {
  const nextYear = { startsAt: new Date('2027-01-12T08:00:00Z') };
  const without = { structureIsMemberInSessionYear: false };
  expect(membershipWarning(facts(without, nextYear))).toContain('2027');
  expect(membershipWarning(facts({ ...without, ...open }, nextYear))).toBeUndefined();
  expect(membershipWarning(facts({}, nextYear))).toBeUndefined();
});
