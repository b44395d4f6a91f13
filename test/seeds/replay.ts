import type { Knex } from 'knex';
import { holdsSeat, type Role, type State } from '#enrolment/states.ts';

/** One line of an enrolment's history, with what the rules depend on. */
export interface HistoryLine {
  id: number;
  enrolment_id: number;
  at: Date;
  from_state: State | null;
  to_state: State;
  by_user_id: number | null;
  by_role: Role;
  way: string;
  reason: string | null;
  user_id: number;
  structure_id: number;
  action_id: number;
  session_id: number;
  state: State;
  requested_at: Date;
  withdrawn_late: boolean;
  capacity: number;
  starts_at: Date;
  registration_opens_at: Date;
  registration_closes_at: Date;
  counts_as_formation: boolean;
  reserved: boolean;
  needs_hr_approval: boolean;
  needs_provider_approval: boolean;
  provider_id: number;
}

/** The whole history, in the order in which it was written. */
export async function loadHistory(db: Knex): Promise<HistoryLine[]> {
  return db('enrolment_history as h')
    .join('enrolments as e', 'e.id', 'h.enrolment_id')
    .join('sessions as s', 's.id', 'e.session_id')
    .join('actions as a', 'a.id', 'e.action_id')
    .join('action_kinds as k', 'k.id', 'a.kind_id')
    .orderBy('h.id')
    .select('e.*', 's.*', 'k.*', 'a.provider_id', 'h.*');
}

/**
 * Lives the history again in the order of time.
 * @returns every moment at which a session held more seats than it has, a structure more than its share of a
 *   formation, or somebody was made to wait although a seat was theirs to take
 */
export function replayFaults(history: readonly HistoryLine[]): string[] {
  const faults: string[] = [];
  const inSession = new Map<number, number>();
  const ofStructure = new Map<string, number>();
  for (const line of history.toSorted(byTime)) {
    const share = `${line.action_id}/${line.structure_id}`;
    const change = Number(holdsSeat(line.to_state)) - Number(holdsSeat(line.from_state));
    const seats = (inSession.get(line.session_id) ?? 0) + change;
    const shareHeld = (ofStructure.get(share) ?? 0) + change;
    inSession.set(line.session_id, seats);
    ofStructure.set(share, shareHeld);
    const isShareUsed = line.counts_as_formation && shareHeld >= 2;
    if (seats > line.capacity) faults.push(`session ${line.session_id} holds ${seats} of ${line.capacity}`);
    if (line.counts_as_formation && shareHeld > 2) faults.push(`structure holds ${shareHeld} in ${share}`);
    if (line.to_state === 'waitlisted' && seats < line.capacity && !isShareUsed) {
      faults.push(`enrolment ${line.enrolment_id} waits for nothing`);
    }
  }
  return faults;
}

// A seat is given back before it is given away at the same moment.
const byTime = (a: HistoryLine, b: HistoryLine) =>
  a.at.getTime() - b.at.getTime() || Number(holdsSeat(a.to_state)) - Number(holdsSeat(b.to_state));

/** The lines of each enrolment. */
export function linesByEnrolment(history: readonly HistoryLine[]): HistoryLine[][] {
  return [...Map.groupBy(history, (line) => line.enrolment_id).values()];
}
