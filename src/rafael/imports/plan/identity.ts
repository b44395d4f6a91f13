import { plural } from '#platform/french/words.ts';
import { cutValue, type IssueCode, type LheoIssue } from '../../lheo/issues.ts';
import type { ReadFormation } from '../../lheo/reading/reader.ts';
import { childrenOf, type LheoElement } from '../../lheo/tree.ts';
import { numberOf } from '../../offers/project/split.ts';

/** As long as a number is kept. */
export const LONGEST_NUMBER = 100;

/** Something about a formation as a whole, at the line where it begins. */
export const issueAt = (
  { line, index }: Pick<ReadFormation, 'line' | 'index'>,
  code: IssueCode,
  message: string,
  { path = '', value }: { path?: string; value?: string } = {},
): LheoIssue => ({
  code,
  severity: code.startsWith('W') ? 'warning' : 'reject',
  line,
  column: 1,
  path: [`formation[${index}]`, ...(path ? [path] : [])].join('/'),
  message,
  ...(value === undefined ? {} : { value: cutValue(value) }),
});

/** What is wrong with the numbers within a formation: each action has its own, and each session of an action. */
export function numberFaults(formation: ReadFormation): LheoIssue[] {
  const { tree } = formation;
  const faults: LheoIssue[] = [];
  const check = (path: string, children: readonly LheoElement[], name: string) => {
    const seen = new Set<string>();
    for (const [at, child] of children.entries()) {
      const number = numberOf(child);
      const childPath = `${path}${name}[${at + 1}]`;
      if (number !== '' && seen.has(number)) {
        const message = `Deux ${name}s portent ce numéro\u00a0: donnez à chacune le sien.`;
        faults.push(issueAt(formation, 'E32', message, { path: childPath, value: number }));
      }
      seen.add(number);
      checkLength(`${childPath}/`, number);
    }
  };
  const checkLength = (path: string, number: string) => {
    if ([...number].length <= LONGEST_NUMBER) return;
    const message = `Un numéro compte ${LONGEST_NUMBER}\u00a0caractères au plus.`;
    faults.push(issueAt(formation, 'E20', message, { path: `${path}@numero`, value: number }));
  };
  checkLength('', numberOf(tree));
  const actions = childrenOf(tree, 'action');
  check('', actions, 'action');
  for (const [at, action] of actions.entries())
    check(`action[${at + 1}]/`, childrenOf(action, 'session'), 'session');
  return faults;
}

/** Where a number stands in the file. */
export interface Place {
  /** Of the item of the plan. */
  position: number;
  line: number;
}

/** Formations that bear the number of another one of the same body, found while the file goes by. */
export class Repeated {
  readonly #first = new Map<string, Place>();
  readonly #all = new Map<string, Place[]>();

  /**
   * Notes a formation.
   * @returns those before it with the same number; none for the first
   */
  note(structureId: number, number: string, place: Place): readonly Place[] {
    const key = `${structureId} ${number}`;
    const first = this.#first.get(key);
    if (!first) {
      this.#first.set(key, place);
      return [];
    }
    const all = this.#all.get(key) ?? [first];
    this.#all.set(key, [...all, place]);
    return all;
  }

  isEmpty(): boolean {
    return this.#all.size === 0;
  }

  /** The formations of each number that came more than once, in the order of the file. */
  all(): Place[][] {
    return [...this.#all.values()];
  }
}

/** Says that a number came several times, naming where. @param here the line of the formation that is told so */
export function repeatedMessage(places: readonly Place[], here: number): string {
  const others = places.filter(({ line }) => line !== here).map(({ line }) => line);
  const lines = others.slice(0, 5).join(', ');
  if (others.length === 0)
    return 'Plusieurs formations de cette ligne portent ce numéro\u00a0: aucune n’est prise.';
  return `Ce numéro est aussi ${others.length > 1 ? 'aux lignes' : 'à la ligne'} ${lines}${
    others.length > 5 ? ` et ${plural(others.length - 5, 'autre')}` : ''
  }\u00a0: aucune de ces formations n’est prise.`;
}
