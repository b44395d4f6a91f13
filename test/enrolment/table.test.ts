import { expect, test } from 'vitest';
import { enrolments } from '#enrolment/transitions/table.ts';
import { facts, inDays, kind, now, open, openWithoutApproval, settings } from '../support/enrolment-facts.ts';
import { walkTable } from '../support/tables.ts';

/** Enough for every row to be taken and every condition to refuse, each time for one reason. */
const walked = [
  facts(),
  facts(open),
  facts(openWithoutApproval),
  facts({ confirmationAwaited: true }),
  facts({ isPublished: false }),
  facts({ structureIsMember: false }),
  facts({ hasLiveRequestForAction: true }),
  facts({ used: { actions: 5, formations: 2 } }),
  facts({ used: { actions: 3, formations: 3 } }),
  facts({ liveReservedRequests: 1, ...settings({ staggeredUntil: '2026-03-02', staggeredLiveRequests: 1 }) }),
  facts({ structureSeats: 2 }),
  facts({ stillInStructure: false }),
  facts({}, { isCancelled: true }),
  facts({}, { startsAt: now, registrationClosesAt: inDays(-1) }),
  facts({}, { registrationOpensAt: inDays(1) }),
  facts({}, { seatsHeld: 10, live: 10 }),
  facts(open, { seatsHeld: 10, live: 10 }),
  facts({}, { seatsHeld: 10, live: 15 }),
  facts({}, { eligibleAhead: 1 }),
  // Every reason at once.
  facts(
    { isPublished: false, structureIsMember: false, hasLiveRequestForAction: true, stillInStructure: false },
    { isCancelled: true, startsAt: now, seatsHeld: 12, live: 15, eligibleAhead: 1 },
  ),
  facts(kind({ needsHrApproval: false })),
];

test('every state, event and role has its row or its refusal, every refusal its words', () => {
  expect(walkTable(enrolments, walked)).toEqual([]);
});
