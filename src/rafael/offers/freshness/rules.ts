const DAY_MS = 86_400_000;

/** After so many days without a word a body is asked, once, whether a formation is still right. */
export const REMIND_AFTER_DAYS = 150;
/** After so many it is no longer published, where the agency has set it so. */
export const UNPUBLISH_AFTER_DAYS = 210;
/** Whatever its age, it stays so many days after the body was asked. */
export const ANSWER_DAYS = 30;

/** What was confirmed before this moment is to be confirmed. */
export const askedBefore = (now: Date): Date => new Date(now.getTime() - REMIND_AFTER_DAYS * DAY_MS);

/** The moments by which a formation leaves the offer: last confirmed before, and asked about before. */
export const leavesBefore = (now: Date): { confirmed: Date; reminded: Date } => ({
  confirmed: new Date(now.getTime() - UNPUBLISH_AFTER_DAYS * DAY_MS),
  reminded: new Date(now.getTime() - ANSWER_DAYS * DAY_MS),
});
