import type { Request } from 'express';
import type { Policy } from '#platform/web/gate.ts';
import type { Sheet } from './repository.ts';

/** Whose space shows the sheet: the training body's, or the agency's. */
export interface SheetSpace {
  /** The session's own page, before its number; the sheet is below that. */
  sessions: string;
  /** Of the session's page: the list that the sheet was opened from. */
  list: string;
  section: string;
  role: 'provider' | 'agency';
  /** To look, and to record. */
  policies: { read: Policy; write: Policy };
  /** Refuses the sheet of a session that is not theirs. */
  check?(req: Request, sheet: Sheet): void;
}
