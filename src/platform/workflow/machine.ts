import { against, type Condition, type Refusal, Refused } from './conditions.ts';

/** One row of a table of transitions; each machine adds to it what its own rows say. */
export interface Row<State extends string, Event extends string, Role extends string, Facts> {
  event: Event;
  /** Null for what does not exist yet. */
  from: State | null;
  to: State;
  /** As whom somebody may do it. */
  by: readonly Role[];
  /** For which facts the row stands in the table at all; for all when left out. Nothing is said where it does not. */
  onlyWhere?(facts: Facts): boolean;
  /** All must hold; each that does not gives its reason. */
  when: readonly Condition<Facts>[];
  /** Whoever acts must say why. */
  needsReason?: boolean;
}

/** Every change of state that exists for one kind of thing. */
export interface Machine<OneRow extends Row<string, string, string, never>> {
  /** Those of one event and state are tried in their order. */
  rows: readonly OneRow[];
  /** What is said where nothing leads out of a state for that event and role. */
  nowhere: Refusal;
}

/** What is to happen, from which state, and as whom somebody does it. */
export interface Asked<OneRow extends Row<string, string, string, never>> {
  event: OneRow['event'];
  from: OneRow['from'];
  by: OneRow['by'][number];
  /** Where it must lead, for an event that leads to several states. */
  to?: OneRow['to'];
}

/** The row to apply, or why none applies. */
export type Choice<OneRow> = { ok: true; transition: OneRow } | { ok: false; refusals: readonly Refusal[] };

/**
 * Finds the row for an event.
 * @returns the first whose conditions hold; otherwise the reasons of the one that comes closest, with the fewest against it
 */
export function choose<Facts, OneRow extends Row<string, string, string, Facts>>(
  { rows, nowhere }: Machine<OneRow>,
  { event, from, by, to }: Asked<OneRow>,
  facts: Facts,
): Choice<OneRow> {
  let closest: readonly Refusal[] | undefined;
  for (const row of rows) {
    if (row.event !== event || row.from !== from || !row.by.includes(by)) continue;
    if ((to !== undefined && row.to !== to) || row.onlyWhere?.(facts) === false) continue;
    const refusals = against(row.when, facts);
    if (refusals.length === 0) return { ok: true, transition: row };
    if (!closest || refusals.length < closest.length) closest = refusals;
  }
  return { ok: false, refusals: closest ?? [nowhere] };
}

/** The row that was found. @throws Refused with the reasons when there is none */
export function allowed<OneRow>(choice: Choice<OneRow>): OneRow {
  if (!choice.ok) throw new Refused(choice.refusals);
  return choice.transition;
}
