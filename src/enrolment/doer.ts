import type { Role } from './states.ts';

/** By which way a change came (domain.md §7, history). */
export type Way = 'page' | 'email_link' | 'system';

/** Who changes an enrolment, and how. */
export interface Doer {
  role: Role;
  /** Null for the system alone. */
  userId: number | null;
  way: Way;
  /** The absent Valideur RH in whose name they decide, where they do. */
  forUserId?: number | null;
  /** Who is signed in where a mailed link is used: it may not be whom it was sent to. */
  browsedBy?: number | null;
}
