import { formatDateTime, formatDay, formatPeriod, parisDay, parisYear } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import type { Condition as ConditionOn } from '#platform/workflow/conditions.ts';
import { holdsSeat, type State } from './states.ts';

/** The agency's settings (domain.md §7, « Rules »). */
export interface EnrolmentSettings {
  yearlyActions: number;
  yearlyFormations: number;
  structureSeatsPerFormation: number;
  /** Until this day included (`YYYY-MM-DD`), a person may hold only so many live requests for reserved actions. */
  staggeredUntil: string | null;
  staggeredLiveRequests: number | null;
  lateWithdrawalDays: number;
}

/** What a kind of action says of its enrolments (domain.md §6). */
export interface KindRules {
  reserved: boolean;
  countsAsFormation: boolean;
  countsInYearlyTotal: boolean;
  needsHrApproval: boolean;
  needsProviderApproval: boolean;
}

/** Everything that a decision about one person and one session depends on, read after the rows were locked. */
export interface EnrolmentFacts {
  now: Date;
  settings: EnrolmentSettings;
  kind: KindRules;
  isPublished: boolean;
  session: {
    capacity: number;
    waitingCapacity: number;
    registrationOpensAt: Date;
    registrationClosesAt: Date;
    startsAt: Date;
    isCancelled: boolean;
    seatsHeld: number;
    /** Requested, waitlisted, preregistered and enrolled together. */
    live: number;
    /** People in the queue, ahead of this one, who could take a free seat. */
    eligibleAhead: number;
  };
  /** Seats that people of the same structure hold in the action, all its sessions together. */
  structureSeats: number;
  structureName: string;
  structureIsMember: boolean;
  structureIsMemberInSessionYear: boolean;
  stillInStructure: boolean;
  hasLiveRequestForAction: boolean;
  /** Reserved actions that already count in the civil year of the session. */
  used: { actions: number; formations: number };
  /** Live requests of the person for reserved actions, whatever their year. */
  liveReservedRequests: number;
  /** What else the person holds or waits for at the very hours of this session. */
  overlaps: readonly Overlap[];
  /** The session was moved or restored, and the person has not said yet whether they still come. */
  confirmationAwaited: boolean;
}

/** Another enrolment of the person, one of whose half-days meets one of this session's. */
export interface Overlap {
  title: string;
  startsAt: Date;
  endsAt: Date;
}

type Condition = ConditionOn<EnrolmentFacts>;

/** Drafts and archived actions take nobody. */
export const actionIsPublished: Condition = ({ isPublished }) =>
  isPublished || { code: 'not_published', message: 'Cette action n’est pas publiée.' };

export const sessionIsNotCancelled: Condition = ({ session }) =>
  !session.isCancelled || { code: 'session_cancelled', message: 'Cette session est annulée.' };

export const sessionHasNotBegun: Condition = ({ now, session }) =>
  now < session.startsAt || { code: 'session_begun', message: 'Cette session a déjà commencé.' };

export const sessionHasBegun: Condition = ({ now, session }) =>
  now >= session.startsAt || { code: 'not_begun', message: 'Cette session n’a pas commencé.' };

/** Rule 4: the window of the session. */
export const registrationHasOpened: Condition = ({ now, session }) =>
  now >= session.registrationOpensAt || {
    code: 'not_open_yet',
    message: `Les inscriptions ouvriront le ${formatDateTime(session.registrationOpensAt)}.`,
  };

/** Rule 4: the window of the session. */
export const registrationIsNotOver: Condition = ({ now, session }) =>
  now < session.registrationClosesAt || {
    code: 'closed',
    message: `Les inscriptions sont closes depuis le ${formatDay(session.registrationClosesAt)}.`,
  };

export const registrationHasClosed: Condition = ({ now, session }) =>
  now >= session.registrationClosesAt || {
    code: 'still_open',
    message: 'Les inscriptions sont encore ouvertes.',
  };

/** domain.md §5: a membership in force on the day of the request. */
export const structureIsMember: Condition = ({ kind, structureIsMember: isMember, structureName }) =>
  !kind.reserved ||
  isMember || {
    code: 'not_member',
    message: `Cette action est réservée aux adhérents et la structure « ${structureName} » n’a pas d’adhésion en cours.`,
    link: { href: '/parcourspro/condition', label: 'Conditions d’accès et adhésion' },
  };

/** Rule 3: one live enrolment per person and action. */
export const noOtherLiveRequest: Condition = ({ hasLiveRequestForAction }) =>
  !hasLiveRequestForAction || {
    code: 'already_live',
    message: 'Vous avez déjà une demande en cours pour cette action.',
    link: { href: '/parcourspro/mon-espace', label: 'Voir ma demande' },
  };

/** Rule 3, told to whoever enrols somebody else. */
export const personHasNoOtherLiveRequest: Condition = ({ hasLiveRequestForAction }) =>
  !hasLiveRequestForAction || {
    code: 'already_live',
    message: 'Cette personne a déjà une demande en cours pour cette action.',
  };

/** Rule 1: the yearly rights of the person, by the civil year of the session. */
export const yearlyActionsLeft: Condition = ({ kind, settings, used, session }) =>
  !countsInYear(kind) ||
  used.actions < settings.yearlyActions || {
    code: 'yearly_actions_used',
    message: `Vous avez déjà utilisé vos droits individuels de participation pour ${parisYear(session.startsAt)} : ${plural(settings.yearlyActions, 'action réservée', 'actions réservées')} au plus.`,
    link: { href: '/parcourspro/condition', label: 'Conditions d’accès' },
  };

/** Rule 1: « of which at most 3 formations ». */
export const yearlyFormationsLeft: Condition = ({ kind, settings, used, session }) =>
  !countsInYear(kind) ||
  !kind.countsAsFormation ||
  used.formations < settings.yearlyFormations || {
    code: 'yearly_formations_used',
    message: `Vous avez déjà utilisé vos droits individuels de participation pour ${parisYear(session.startsAt)} : ${plural(settings.yearlyFormations, 'formation')} au plus.`,
    link: { href: '/parcourspro/condition', label: 'Conditions d’accès' },
  };

const countsInYear = (kind: KindRules) => kind.reserved && kind.countsInYearlyTotal;

/** Rule 4: staggered opening. */
export const staggeredOpeningAllows: Condition = ({ now, kind, settings, liveReservedRequests }) => {
  const { staggeredUntil, staggeredLiveRequests } = settings;
  if (!kind.reserved || staggeredUntil === null || staggeredLiveRequests === null) return true;
  const isOver = Temporal.PlainDate.compare(parisDay(now), staggeredUntil) > 0;
  if (isOver || liveReservedRequests < staggeredLiveRequests) return true;
  return {
    code: 'staggered_opening',
    message: `Jusqu’au ${formatDay(new Date(`${staggeredUntil}T12:00:00Z`))}, chacun peut avoir ${plural(staggeredLiveRequests, 'demande en cours', 'demandes en cours')} au plus pour des actions réservées.`,
    link: { href: '/parcourspro/condition', label: 'Conditions d’accès' },
  };
};

/** Rule 5: the session takes requests while live enrolments < capacity + waitingCapacity. */
export const roomForOneMore: Condition = ({ session }) =>
  session.live < session.capacity + session.waitingCapacity || {
    code: 'full',
    message: 'Cette session est complète, la liste d’attente également.',
  };

/** Every rule that a new request must satisfy, in the order in which they are explained. */
export const registrationRules: readonly Condition[] = Object.freeze([
  actionIsPublished,
  sessionIsNotCancelled,
  registrationHasOpened,
  registrationIsNotOver,
  sessionHasNotBegun,
  structureIsMember,
  noOtherLiveRequest,
  yearlyActionsLeft,
  yearlyFormationsLeft,
  staggeredOpeningAllows,
  roomForOneMore,
]);

/** Rule 5: a session over its capacity (« sureffectif ») has no free seat either. */
export const seatIsFree: Condition = ({ session }) =>
  session.seatsHeld < session.capacity || { code: 'no_seat', message: 'Toutes les places sont prises.' };

/** Rule 2: at most so many people of one structure hold a seat in one formation. */
export const structureHasSeatLeft: Condition = ({ kind, settings, structureSeats }) =>
  !kind.countsAsFormation ||
  structureSeats < settings.structureSeatsPerFormation || {
    code: 'structure_share_used',
    message: `${plural(settings.structureSeatsPerFormation, 'personne')} de la structure ont déjà une place dans cette formation.`,
  };

/** « Nobody passes ahead of the queue »: whoever waits and could sit comes first. */
export const nobodyAheadInQueue: Condition = ({ session }) =>
  session.eligibleAhead === 0 || { code: 'queue', message: 'D’autres personnes attendent déjà une place.' };

export const stillInStructure: Condition = (facts) =>
  facts.stillInStructure || { code: 'left_structure', message: 'La personne n’est plus dans la structure.' };

/** Only an approval that was asked for can be taken back. */
export const hrApprovalIsNeeded: Condition = ({ kind }) =>
  kind.needsHrApproval || {
    code: 'no_hr_approval',
    message: 'Ce type d’action ne demande pas l’accord de l’employeur.',
  };

export const confirmationIsAwaited: Condition = ({ confirmationAwaited }) =>
  confirmationAwaited || { code: 'nothing_to_confirm', message: 'Votre présence est déjà confirmée.' };

/** domain.md §5: the session falls in a year for which the structure is not a member yet. */
export function membershipWarning(facts: EnrolmentFacts): string | undefined {
  const { kind, session, now, structureName } = facts;
  const year = parisYear(session.startsAt);
  if (!kind.reserved || year === parisYear(now) || facts.structureIsMemberInSessionYear) return undefined;
  return `Cette session a lieu en ${year} : pensez à renouveler l’adhésion de la structure « ${structureName} » pour cette année-là.`;
}

/** Two sessions at the same hours: allowed, but worth knowing before asking and before deciding. */
export function overlapWarnings({ overlaps, now }: EnrolmentFacts, whose: 'own' | 'person'): string[] {
  const holder = whose === 'own' ? 'Vous avez déjà' : 'Cette personne a déjà';
  return overlaps.map(
    ({ title, startsAt, endsAt }) =>
      `${holder} une demande aux mêmes heures : « ${title} » (${formatPeriod(startsAt, endsAt, now)}).`,
  );
}

/** Why somebody waits rather than sits, in words for them; undefined when a seat is theirs to take (rule 2 first). */
export function whyWaiting(facts: EnrolmentFacts): string | undefined {
  if (structureHasSeatLeft(facts) !== true) {
    const { structureSeats } = facts;
    return `Votre structure a déjà ${plural(structureSeats, 'place')} dans cette formation.`;
  }
  if (seatIsFree(facts) !== true) return 'Toutes les places sont prises.';
  return nobodyAheadInQueue(facts) === true ? undefined : 'D’autres personnes attendent déjà une place.';
}

/** The last day on which a withdrawal is not late: so many days before the first half-day. */
export function lastDayToWithdraw(startsAt: Date, lateWithdrawalDays: number): Temporal.PlainDate {
  return parisDay(startsAt).subtract({ days: lateWithdrawalDays });
}

/**
 * Whether a withdrawal now falls within the notice period (« anticipé » no more): that of a seat, for nobody counted on
 * whoever waits (domain.md §7). Whoever is asked to confirm new dates is free to say no.
 */
export function isLateWithdrawal(from: State | null, facts: EnrolmentFacts): boolean {
  if (!holdsSeat(from) || facts.confirmationAwaited) return false;
  const lastDay = lastDayToWithdraw(facts.session.startsAt, facts.settings.lateWithdrawalDays);
  return Temporal.PlainDate.compare(parisDay(facts.now), lastDay) > 0;
}
