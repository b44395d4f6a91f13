import { plural } from '#platform/french/words.ts';
import { childrenOf, element, type LheoElement, textAt, withChildren } from '../../lheo/tree.ts';
import { projectSession } from '../../offers/project/session.ts';
import { numberOf } from '../../offers/project/split.ts';

/** A session for which people are registered, or ask to be. */
export interface TakenSession {
  actionNumber: string;
  number: string;
  seatsHeld: number;
  waiting: number;
  lheo: LheoElement;
  /** Its action, without sessions. */
  action: LheoElement;
}

/** What the file says, with what people have of it kept. */
export interface Kept {
  tree: LheoElement;
  /** What was kept against the file, said of which action and session. */
  notes: { actionNumber: string; number: string; message: string }[];
}

/** The places of a session; null where it says nothing. */
const capacityOf = (session: LheoElement): number | null => projectSession(session).capacity;

/**
 * The formation of a file, in which sessions that people are registered for stay, with as many places as are taken: a
 * file that leaves one out, or gives it fewer, knows nothing of them.
 */
export function withTakenKept(tree: LheoElement, taken: readonly TakenSession[]): Kept {
  if (taken.length === 0) return { tree, notes: [] };
  const notes: Kept['notes'] = [];
  let actions = childrenOf(tree, 'action');
  for (const one of taken) {
    const { actionNumber, number } = one;
    const action = actions.find((some) => numberOf(some) === actionNumber);
    const session = action && childrenOf(action, 'session').find((some) => numberOf(some) === number);
    const told = (message: string) => notes.push({ actionNumber, number, message });
    if (!session) {
      const after = [...(action ? childrenOf(action, 'session') : []), one.lheo];
      const kept = withChildren(action ?? one.action, 'session', after);
      actions = action ? actions.map((some) => (some === action ? kept : some)) : [...actions, kept];
      told(
        'Cette session n’est pas dans le fichier\u00a0: des candidatures y sont en cours, elle est gardée.',
      );
      continue;
    }
    const capacity = capacityOf(session);
    if (capacity === null || capacity >= one.seatsHeld) continue;
    const kept = withChildren(session, 'cycle', cyclesWith(session, one));
    actions = actions.map((some) =>
      some === action
        ? withChildren(
            action,
            'session',
            childrenOf(action, 'session').map((each) => (each === session ? kept : each)),
          )
        : some,
    );
    told(
      `Le fichier donne ${plural(capacity, 'place')}, ${plural(one.seatsHeld, 'est déjà prise', 'sont déjà prises')}\u00a0: le nombre de places ne change pas.`,
    );
  }
  return { tree: notes.length === 0 ? tree : withChildren(tree, 'action', actions), notes };
}

/** The cycles of the file, the first that has places with those of today. */
function cyclesWith(session: LheoElement, { lheo, seatsHeld }: TakenSession): LheoElement[] {
  const places = String(capacityOf(lheo) ?? seatsHeld);
  let isDone = false;
  return childrenOf(session, 'cycle').map((cycle) => {
    if (isDone || !textAt(cycle, 'capacite-simultanee')?.trim()) return cycle;
    isDone = true;
    return withChildren(cycle, 'capacite-simultanee', [element('capacite-simultanee', places)]);
  });
}
