import { describe, expect, test } from 'vitest';
import { type EnrolmentFacts, isLateWithdrawal, overlapWarnings, whyWaiting } from '#enrolment/rules.ts';
import { LIVE_STATES, type Role } from '#enrolment/states.ts';
import { type chooseTransition, type EnrolmentEvent, transitions } from '#enrolment/transitions/table.ts';
import { facts, inDays, now, open, openWithoutApproval, outcome } from '../support/enrolment-facts.ts';

describe('what comes after a seat is asked for', () => {
  test.each<[string, EnrolmentEvent, Parameters<typeof chooseTransition>[1], Role, EnrolmentFacts, unknown]>([
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
  ])('%s', (_name, event, from, by, given, expected) => {
    expect(outcome(event, from, by, given)).toEqual(expected);
  });
});

describe('the table', () => {
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
});

test('whoever is asked to confirm new dates may still say no without being late', () => {
  expect(isLateWithdrawal('enrolled', facts({ confirmationAwaited: true }, { startsAt: inDays(1) }))).toBe(
    false,
  );
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
