import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type EnrolmentFacts,
  isLateWithdrawal,
  membershipWarning,
  overlapWarnings,
  whyWaiting,
} from '../../../src/parcourspro/enrolment/rules.ts';
import { holdsSeat, LIVE_STATES, type Role, STATES } from '../../../src/parcourspro/enrolment/states.ts';
import {
  chooseTransition,
  type EnrolmentEvent,
  releasesSeat,
  transitions,
} from '../../../src/parcourspro/enrolment/transitions/table.ts';

const DAY = 86_400_000;
const now = new Date('2026-03-02T09:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * DAY);

/** A member's first request for a formation with places: nothing stands against it. */
function facts(
  change: Partial<EnrolmentFacts> = {},
  session: Partial<EnrolmentFacts['session']> = {},
): EnrolmentFacts {
  return {
    now,
    isPublished: true,
    settings: {
      yearlyActions: 5,
      yearlyFormations: 3,
      structureSeatsPerFormation: 2,
      staggeredUntil: null,
      staggeredLiveRequests: null,
      lateWithdrawalDays: 7,
    },
    kind: {
      reserved: true,
      countsAsFormation: true,
      countsInYearlyTotal: true,
      needsHrApproval: true,
      needsProviderApproval: true,
    },
    session: {
      capacity: 10,
      waitingCapacity: 5,
      registrationOpensAt: inDays(-10),
      registrationClosesAt: inDays(20),
      startsAt: inDays(30),
      isCancelled: false,
      seatsHeld: 0,
      live: 0,
      eligibleAhead: 0,
      ...session,
    },
    structureSeats: 0,
    structureName: 'Ma structure',
    structureIsMember: true,
    structureIsMemberInSessionYear: true,
    stillInStructure: true,
    hasLiveRequestForAction: false,
    used: { actions: 0, formations: 0 },
    liveReservedRequests: 0,
    overlaps: [],
    confirmationAwaited: false,
    ...change,
  };
}
const kind = (change: Partial<EnrolmentFacts['kind']>) => ({ kind: { ...facts().kind, ...change } });
const settings = (change: Partial<EnrolmentFacts['settings']>) => ({
  settings: { ...facts().settings, ...change },
});
const open = kind({
  reserved: false,
  countsAsFormation: false,
  countsInYearlyTotal: false,
  needsHrApproval: false,
});
const openWithoutApproval = { kind: { ...open.kind, needsProviderApproval: false } };

function outcome(
  event: EnrolmentEvent,
  from: Parameters<typeof chooseTransition>[1],
  by: Role,
  given: EnrolmentFacts,
) {
  const choice = chooseTransition(event, from, by, given);
  return choice.ok ? choice.transition.to : choice.refusals.map(({ code }) => code);
}

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
    ['approval taken back', 'withdraw_approval', 'enrolled', 'hr_validator', facts(), 'refused_by_hr'],
    [
      'approval taken back once begun',
      'withdraw_approval',
      'enrolled',
      'hr_validator',
      facts({}, { startsAt: now }),
      ['session_begun'],
    ],
    [
      'approval taken back where none was needed',
      'withdraw_approval',
      'enrolled',
      'hr_validator',
      facts(open),
      ['no_hr_approval'],
    ],
    [
      'approval taken back by the provider',
      'withdraw_approval',
      'enrolled',
      'provider',
      facts(),
      ['not_in_this_state'],
    ],
    [
      'a seat by exception, share used',
      'seat',
      'waitlisted',
      'provider',
      facts({ structureSeats: 2 }),
      'enrolled',
    ],
    [
      'a seat by exception, by the agency',
      'seat',
      'waitlisted',
      'agency',
      facts({ structureSeats: 2 }),
      'preregistered',
    ],
    [
      'a seat by exception, by the agency, no provider approval',
      'seat',
      'waitlisted',
      'agency',
      facts(openWithoutApproval),
      'enrolled',
    ],
    [
      'a seat by exception, none free',
      'seat',
      'waitlisted',
      'provider',
      facts({}, { seatsHeld: 10 }),
      ['no_seat'],
    ],
    [
      'a seat by exception, somebody ahead',
      'seat',
      'waitlisted',
      'agency',
      facts({}, { eligibleAhead: 1 }),
      ['queue'],
    ],
    [
      'a seat by exception, by a validator',
      'seat',
      'waitlisted',
      'hr_validator',
      facts(),
      ['not_in_this_state'],
    ],
    [
      'by hand, in spite of window, rights, membership and share',
      'enrol',
      null,
      'agency',
      facts(
        { structureIsMember: false, used: { actions: 5, formations: 3 }, structureSeats: 2 },
        { registrationClosesAt: inDays(-1) },
      ),
      'enrolled',
    ],
    [
      'by hand, everything that does not give way',
      'enrol',
      null,
      'agency',
      facts(
        { stillInStructure: false, hasLiveRequestForAction: true, isPublished: false },
        { seatsHeld: 10, eligibleAhead: 1, isCancelled: true, startsAt: now },
      ),
      [
        'not_published',
        'session_cancelled',
        'session_begun',
        'left_structure',
        'already_live',
        'no_seat',
        'queue',
      ],
    ],
    ['by hand, by the provider', 'enrol', null, 'provider', facts(), ['not_in_this_state']],
    [
      'a move with a seat to a full session',
      'move',
      'enrolled',
      'agency',
      facts({}, { seatsHeld: 10 }),
      ['no_seat'],
    ],
    [
      'a move of a rank',
      'move',
      'waitlisted',
      'agency',
      facts({}, { seatsHeld: 10, live: 14 }),
      'waitlisted',
    ],
    [
      'a move of a rank, no room',
      'move',
      'waitlisted',
      'agency',
      facts({}, { seatsHeld: 10, live: 15 }),
      ['full'],
    ],
    ['presence, before the start', 'attend', 'enrolled', 'provider', facts(), ['not_begun']],
    ['presence', 'attend', 'enrolled', 'provider', facts({}, { startsAt: now }), 'attended'],
    ['presence corrected', 'miss', 'attended', 'agency', facts({}, { startsAt: now }), 'absent'],
    [
      'presence of somebody who waits',
      'attend',
      'waitlisted',
      'provider',
      facts({}, { startsAt: now }),
      ['not_in_this_state'],
    ],
    [
      'presence confirmed',
      'confirm',
      'enrolled',
      'beneficiary',
      facts({ confirmationAwaited: true }),
      'enrolled',
    ],
    ['presence confirmed twice', 'confirm', 'enrolled', 'beneficiary', facts(), ['nothing_to_confirm']],
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

  test('leads out of a cancelled session by its restoration only, to where people came from', () => {
    const rows = transitions.filter((row) => row.from === 'session_cancelled');
    expect(new Set(rows.map((row) => row.event))).toEqual(new Set(['restore']));
    expect(rows.map((row) => row.to).sort()).toEqual([...LIVE_STATES].sort());
  });

  test('lets exceptions to the agency and the provider only', () => {
    const allowed = { seat: ['provider', 'agency'], enrol: ['agency'], move: ['agency'] };
    for (const [event, roles] of Object.entries(allowed)) {
      const by = transitions.filter((row) => row.event === event).flatMap((row) => row.by);
      expect([...new Set(by)].sort()).toEqual([...roles].sort());
    }
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
  expect(isLateWithdrawal(facts({}, { startsAt: inDays(days) }))).toBe(late);
});

test('whoever is asked to confirm new dates may still say no without being late', () => {
  expect(isLateWithdrawal(facts({ confirmationAwaited: true }, { startsAt: inDays(1) }))).toBe(false);
});

test.each([
  ['a seat is theirs to take', facts(), undefined],
  [
    'their structure has its share',
    facts({ structureSeats: 2 }),
    'Votre structure a déjà 2\u00a0places dans cette formation.',
  ],
  ['no seat is free', facts({}, { seatsHeld: 10 }), 'Toutes les places sont prises.'],
  ['others wait', facts({}, { eligibleAhead: 1 }), 'D’autres personnes attendent déjà une place.'],
])('says why somebody waits: %s', (_name, given, expected) => {
  expect(whyWaiting(given)).toBe(expected);
});

test('two sessions at the same hours are named, with their dates', () => {
  const overlaps = [{ title: 'Autre action', startsAt: inDays(30), endsAt: inDays(31) }];
  expect(overlapWarnings(facts({ overlaps }), 'own')).toEqual([
    'Vous avez déjà une demande aux mêmes heures : « Autre action » (1\u00a0avr. - 2\u00a0avr.).',
  ]);
  expect(overlapWarnings(facts(), 'person')).toEqual([]);
});

test('a reserved session of a year without membership yet warns, an open one does not', () => {
  const nextYear = { startsAt: new Date('2027-01-12T08:00:00Z') };
  const without = { structureIsMemberInSessionYear: false };
  expect(membershipWarning(facts(without, nextYear))).toContain('2027');
  expect(membershipWarning(facts({ ...without, ...open }, nextYear))).toBeUndefined();
  expect(membershipWarning(facts({}, nextYear))).toBeUndefined();
});
