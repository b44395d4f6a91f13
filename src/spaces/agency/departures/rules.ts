import type { EnrolmentFile } from '#enrolment/decision/file.ts';
import { LIVE_STATES } from '#enrolment/states.ts';

/**
 * Whether a file is one of « Inscriptions après un départ », examined or not (domain.md §7): the same rule as the SQL of
 * the list.
 */
export function isKeptPlace(
  file: Pick<EnrolmentFile, 'state' | 'startsAt' | 'hasLeft' | 'isClosed'>,
  now: Date,
): boolean {
  return LIVE_STATES.includes(file.state) && file.startsAt > now && (file.hasLeft || file.isClosed);
}
