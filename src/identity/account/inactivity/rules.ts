import { isAllowed, type Right, type StructureFlags } from '#access/rights.ts';
import { parisDay, parisMoment, parisYear } from '#platform/french/time.ts';

/** Months without a sign-in after which a person is warned. */
export const WARN_AFTER_MONTHS = 23;
/** Months without a sign-in after which the account is closed. */
export const CLOSE_AFTER_MONTHS = 24;
/** Months of notice at least, from the day on which the warning left. */
export const NOTICE_MONTHS = 1;
/** Months after its closing in which an account can be reopened; it is anonymised then. */
export const REOPEN_WITHIN_MONTHS = 12;

/** An open account, with the latest warning that its owner was sent. */
export interface OpenAccount {
  lastActiveAt: Date;
  warnedAt: Date | null;
  /** When the warning left, or was given up on; null as long as neither. */
  noticeFrom: Date | null;
}

const later = (a: Temporal.PlainDate, b: Temporal.PlainDate) =>
  Temporal.PlainDate.compare(a, b) < 0 ? b : a;
const hasCome = (day: Temporal.PlainDate, now: Date) => Temporal.PlainDate.compare(day, parisDay(now)) <= 0;

/**
 * The day on which an account is closed: 24 months after its last use, and a month after the warning, whichever comes
 * last. Calendar months in Paris: a month after the 31st is the last day of a shorter month.
 * @param noticeFrom when the warning left
 */
export function closingDay(lastActiveAt: Date, noticeFrom: Date): Temporal.PlainDate {
  return later(
    parisDay(lastActiveAt).add({ months: CLOSE_AFTER_MONTHS }),
    parisDay(noticeFrom).add({ months: NOTICE_MONTHS }),
  );
}

/** Whether somebody was warned since they last used their account: whoever came back starts afresh. */
export const isWarned = ({ lastActiveAt, warnedAt }: OpenAccount): boolean =>
  warnedAt !== null && warnedAt > lastActiveAt;

/** What has to be done today with an open account; nothing as long as a warning has not left. */
export function dueToday(account: OpenAccount, now: Date): 'nothing' | 'warn' | 'close' {
  const { lastActiveAt, noticeFrom } = account;
  if (!isWarned(account)) {
    return hasCome(parisDay(lastActiveAt).add({ months: WARN_AFTER_MONTHS }), now) ? 'warn' : 'nothing';
  }
  return noticeFrom && hasCome(closingDay(lastActiveAt, noticeFrom), now) ? 'close' : 'nothing';
}

/** The day on which a closed account is anonymised. */
export function anonymisationDay(closedAt: Date): Temporal.PlainDate {
  return parisDay(closedAt).add({ months: REOPEN_WITHIN_MONTHS });
}

/** Whether a closed account is to be anonymised today. */
export const isAnonymisationDue = (closedAt: Date, now: Date): boolean =>
  hasCome(anonymisationDay(closedAt), now);

/**
 * The first day on which a training record no longer needs a name: its term runs from the end of the civil year of
 * the session.
 * @param years the agency's setting `TRAINING_RECORD_YEARS`
 */
export function recordTerm(sessionEndsAt: Date, years: number): Temporal.PlainDate {
  return new Temporal.PlainDate(parisYear(sessionEndsAt) + years + 1, 1, 1);
}

/** Days by which a month can be shorter than another, and one more for the day that is not over. */
const SLACK_DAYS = 4;

/**
 * A moment before which lies everything that is due after so many months, and little else: for the index to narrow
 * down what the rules above then decide.
 */
export function earlierThan(months: number, now: Date): Date {
  return parisMoment(parisDay(now).subtract({ months }).add({ days: SLACK_DAYS }), '00:00');
}

/** A right that was set aside, with what its structure is today. */
export interface SetAside {
  right: Right;
  structure: StructureFlags;
  /** Somebody else is référent of the structure now. */
  hasReferent: boolean;
}

/**
 * Whether a right comes back with a reopened account: one that the structure still allows (domain.md §2), and « Référent »
 * where the structure would have none without it; whoever took over since may give it again.
 */
export const comesBack = ({ right, structure, hasReferent }: SetAside): boolean =>
  isAllowed(right, structure) && !(right === 'referent' && hasReferent);
