import { capacityForm, sessionReasonForm } from '#enrolment/session-changes/schemas.ts';
import { optionalDay } from '#platform/web/forms/fields.ts';
import { datesForm } from '#training/sessions/schemas.ts';

/** « Déplacer la session »: the new dates, and why. */
export const moveDatesForm = datesForm.extend(sessionReasonForm.shape);

/** « Places et inscriptions » */
export const seatsForm = capacityForm.extend({ ouverture: optionalDay(), cloture: optionalDay() });
