import type { State } from './states.ts';

declare module '#platform/events.ts' {
  interface DomainEvents {
    /** An enrolment has another state, or another session; told under the locks of its action and its sessions. */
    'enrolment.changed': {
      enrolmentId: number;
      sessionId: number;
      /** Null for a new one. */
      from: State | null;
      to: State;
      /** Where the person was before a move. */
      fromSessionId?: number;
    };
    /** A session has other dates or another place, or is cancelled or restored; told under the locks of its action. */
    'session.changed': { sessionId: number };
  }
}
