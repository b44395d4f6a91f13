import type { Dependencies } from '../../../platform/dependencies.ts';
import { DomainError, NotFound } from '../../../platform/errors.ts';
import { parseRowId } from '../../../platform/web/forms/fields.ts';
import { decideEnrolment } from '../../enrolment/service.ts';
import type { State } from '../../enrolment/states.ts';
import type { HrProfile } from '../profile.ts';
import { findRanks, findSelected, type SelectedRequest } from './repository.ts';

/** As many requests as are decided at once: more than a page of the list shows. */
export const LARGEST_SELECTION = 25;

/**
 * Reads the boxes of a form, each once; whatever is no number is left out.
 * @param ticked the field as it came
 */
export function readSelection(ticked: string | readonly string[] | undefined): number[] {
  const ids = [ticked ?? []].flat().map(parseRowId);
  return [...new Set(ids.filter((id) => id !== undefined))].slice(0, LARGEST_SELECTION);
}

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
 * Decides several requests, each in its own transaction and under its own locks, oldest first: one that cannot be decided
 * stops none of the others.
 * @param reason why they are refused; null approves them
 */
export async function decideSelection(
  deps: Dependencies,
  { userId }: HrProfile,
  selection: readonly SelectedRequest[],
  reason: string | null,
): Promise<SelectionOutcome[]> {
  const by = { role: 'hr_validator', userId, way: 'page' } as const;
  const event = reason === null ? 'approve' : 'refuse_by_hr';
  const states = new Map<number, State>();
  const failed = new Map<number, string>();
  for (const { id } of selection) {
    try {
      states.set(id, await decideEnrolment(deps, id, { event, by, reason }));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      failed.set(id, error.message);
    }
  }
  const ranks = await findRanks(deps.db, [...states.keys()]);
  return selection.map((one) => {
    const why = failed.get(one.id);
    return why === undefined
      ? { ...one, done: true, text: outcomeWords(states.get(one.id) as State, ranks.get(one.id)) }
      : { ...one, done: false, text: why };
  });
}

function outcomeWords(state: State, rank: number | undefined): string {
  if (state === 'preregistered') return 'Préinscrit\u00a0: le prestataire confirmera.';
  if (state === 'refused_by_hr') return 'La personne reçoit votre motif.';
  return rank === undefined ? 'Liste d’attente.' : `Liste d’attente, rang\u00a0${rank}.`;
}
