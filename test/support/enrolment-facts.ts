import type { EnrolmentFacts } from '#enrolment/rules.ts';
import type { Role } from '#enrolment/states.ts';
import { chooseTransition, type EnrolmentEvent } from '#enrolment/transitions/table.ts';

const DAY = 86_400_000;
/** The moment of every test of rules. */
export const now = new Date('2026-03-02T09:00:00Z');
/** A moment so many days from then. */
export const inDays = (days: number) => new Date(now.getTime() + days * DAY);

/** A member's first request for a formation with places: nothing stands against it. */
export function facts(
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
/** Facts with another kind of action. */
export const kind = (change: Partial<EnrolmentFacts['kind']>) => ({ kind: { ...facts().kind, ...change } });
/** Facts with other settings. */
export const settings = (change: Partial<EnrolmentFacts['settings']>) => ({
  settings: { ...facts().settings, ...change },
});
/** An action open to all, which needs the provider only. */
export const open = kind({
  reserved: false,
  countsAsFormation: false,
  countsInYearlyTotal: false,
  needsHrApproval: false,
});
/** An action open to all, which needs nobody. */
export const openWithoutApproval = { kind: { ...open.kind, needsProviderApproval: false } };

/** The state that an event leads to, or the codes of what stands against it. */
export function outcome(
  event: EnrolmentEvent,
  from: Parameters<typeof chooseTransition>[1],
  by: Role,
  given: EnrolmentFacts,
) {
  const choice = chooseTransition(event, from, by, given);
  return choice.ok ? choice.transition.to : choice.refusals.map(({ code }) => code);
}
