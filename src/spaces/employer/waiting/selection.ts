import { decideSeveral, type Outcome, readTicked } from '#enrolment/service.ts';
import type { State } from '#enrolment/states.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import type { HrProfile } from '../profile.ts';
import { findRanks, findSelected, type SelectedRequest } from './repository.ts';

/** As many requests as are decided at once: more than a page of the list shows. */
export const LARGEST_SELECTION = 25;

/** The boxes of a form, as they came. */
export const readSelection = (ticked: string | readonly string[] | undefined): number[] =>
  readTicked(ticked, LARGEST_SELECTION);

/**
 * The requests of a selection, oldest first.
 * @throws NotFound when one of them is of another structure, or none at all: nothing is decided then
 */
export async function getSelection(
  { db }: Dependencies,
  { structureId }: HrProfile,
  ids: readonly number[],
): Promise<SelectedRequest[]> {
  const selected = await findSelected(db, structureId, ids);
  if (selected.length !== ids.length) throw new NotFound();
  return selected;
}

/** What became of one request of a selection. */
export interface SelectionOutcome extends SelectedRequest {
  done: boolean;
  /** Where the person stands now, or why nothing was done. */
  text: string;
}

/**
 * Decides several requests, oldest first.
 * @param reason why they are refused; null approves them
 */
export async function decideSelection(
  deps: Dependencies,
  { userId }: HrProfile,
  selection: readonly SelectedRequest[],
  reason: string | null,
): Promise<SelectionOutcome[]> {
  const event = reason === null ? 'approve' : 'refuse_by_hr';
  const by = { role: 'hr_validator', userId, way: 'page' } as const;
  const ids = selection.map(({ id }) => id);
  const outcomes = await decideSeveral(deps, ids, { event, by, reason });
  const done = ids.filter((id) => 'state' in (outcomes.get(id) as Outcome));
  const ranks = await findRanks(deps.db, done);
  return selection.map((one) => {
    const outcome = outcomes.get(one.id) as Outcome;
    return 'why' in outcome
      ? { ...one, done: false, text: outcome.why }
      : { ...one, done: true, text: outcomeWords(outcome.state, ranks.get(one.id)) };
  });
}

function outcomeWords(state: State, rank: number | undefined): string {
  if (state === 'preregistered') return 'Préinscrit\u00a0: le prestataire confirmera.';
  if (state === 'refused_by_hr') return 'La personne reçoit votre motif.';
  return rank === undefined ? 'Liste d’attente.' : `Liste d’attente, rang\u00a0${rank}.`;
}
