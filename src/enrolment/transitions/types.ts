import type { Row } from '#platform/workflow/machine.ts';
import type { EnrolmentFacts } from '../rules.ts';
import type { Role, State } from '../states.ts';

/** What happens to an enrolment. */
export type EnrolmentEvent =
  | 'request'
  | 'approve'
  | 'refuse_by_hr'
  | 'promote'
  | 'accept'
  | 'refuse_by_provider'
  | 'withdraw'
  | 'leave'
  | 'expire'
  | 'withdraw_approval'
  | 'seat'
  | 'enrol'
  | 'move'
  | 'confirm'
  | 'attend'
  | 'miss'
  | 'cancel_session'
  | 'restore'
  | 'reschedule';

/** Who is told of a transition. */
export type Audience = 'person' | 'validators' | 'provider';

/** One row of the table in domain.md §7. */
export interface Transition extends Row<State, EnrolmentEvent, Role, EnrolmentFacts> {
  /** Who gets an e-mail about this person. */
  tell: readonly Audience[];
  /** Who gets one e-mail about everybody concerned, where the whole session changes. */
  tellTogether?: readonly Audience[];
}
