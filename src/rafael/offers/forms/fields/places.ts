import { UNKNOWN_END, UNKNOWN_START } from '../../../lheo/dates.ts';
import { childrenOf, type LheoElement, textsOf, withChildren } from '../../../lheo/tree.ts';
import { tokenOf } from '../../../lheo/values.ts';
import { type OwnOfAction, ownOfAction, withOwn } from '../../project/own.ts';

/** Where the texts of a field stand in a level of a formation. */
export interface Place {
  /** The names on the way to the leaf, by which faults find their field; none for what LHÉO has no element for. */
  path: readonly string[];
  /** Where the same is said again. */
  second?: readonly string[];
  texts(tree: LheoElement): string[];
  /** A copy that has these texts there. */
  put(tree: LheoElement, texts: readonly string[]): LheoElement;
}

/** The leaf, or leaves, at the end of a path of names. */
export const leaf = (...path: readonly [string, ...string[]]): Place => ({
  path,
  texts: (tree) => textsAt(tree, path),
  put: (tree, texts) => putAt(tree, path, texts),
});

/** The same text in several leaves: a day is the first and the last of its period. */
export const leaves = (
  first: readonly [string, ...string[]],
  second: readonly [string, ...string[]],
): Place => ({
  path: first,
  second,
  texts: (tree) => textsAt(tree, first),
  put: (tree, texts) => putAt(putAt(tree, first, texts), second, texts),
});

/** The address of a place: a new postcode or town makes what else was known of it untrue. */
export const inAddress = (...path: readonly [string, ...string[]]): Place => ({
  ...leaf(...path),
  put: (tree, texts) => putAt(withoutSituation(tree, path.slice(0, -1)), path, texts),
});

/** One end of the time to ask for a place: LHÉO wants both, and has a way to say that one is not known. */
export function boundOf(end: 'debut' | 'fin'): Place {
  const way = (name: string) => ['periode-inscription', 'periode', name] as const;
  const [other, nothing] =
    end === 'debut' ? (['fin', UNKNOWN_END] as const) : (['debut', UNKNOWN_START] as const);
  return {
    ...leaf(...way(end)),
    put(session, texts) {
      const [said] = textsAt(session, way(other));
      const isOtherKnown = said !== undefined && said !== nothing;
      const own = end === 'debut' ? UNKNOWN_START : UNKNOWN_END;
      if (texts.length === 0 && !isOtherKnown) return putAt(putAt(session, way(end), []), way(other), []);
      const told = putAt(session, way(end), texts.length > 0 ? texts : [own]);
      return said === undefined ? putAt(told, way(other), [nothing]) : told;
    },
  };
}

/** What RafaelPro says of an action in extras of its own. */
export const own = (key: keyof OwnOfAction): Place => ({
  path: [],
  texts: (action) => [ownOfAction(action)[key]].filter(Boolean),
  put: (action, [text = '']) => withOwn(action, { ...ownOfAction(action), [key]: text }),
});

function textsAt(tree: LheoElement, [name = '', ...rest]: readonly string[]): string[] {
  if (rest.length === 0) return textsOf(tree, name);
  const [child] = childrenOf(tree, name);
  return child ? textsAt(child, rest) : [];
}

/** The version of a list that a code is of, where LHÉO files say it. */
const VERSIONS: Readonly<Record<string, string>> = { 'code-FORMACODE': 'V14', 'code-public-vise': 'V14' };

function putAt(
  tree: LheoElement,
  [name = '', ...rest]: readonly string[],
  texts: readonly string[],
): LheoElement {
  const before = childrenOf(tree, name);
  if (rest.length === 0) return withChildren(tree, name, leavesOf(name, before, texts));
  const [first = { name, children: [] }, ...others] = before;
  const next = putAt(first, rest, texts);
  const isEmpty = (next.children ?? []).length === 0 && !next.attributes;
  return withChildren(tree, name, isEmpty ? others : [next, ...others]);
}

/** Leaves of these texts; each keeps the attributes that it had, and a changed one those of its place. */
function leavesOf(name: string, before: readonly LheoElement[], texts: readonly string[]): LheoElement[] {
  const version = VERSIONS[name];
  const isOne = before.length <= 1 && texts.length <= 1;
  return texts.map(
    (text) =>
      before.find((one) => tokenOf(one.text ?? '') === text) ??
      (isOne && before[0] && !version
        ? { ...before[0], text }
        : { name, ...(version ? { attributes: { ref: version } } : {}), text }),
  );
}

const SITUATION = ['departement', 'code-INSEE-commune', 'code-INSEE-canton', 'region', 'geolocalisation'];

function withoutSituation(tree: LheoElement, [name = '', ...rest]: readonly string[]): LheoElement {
  if (!name) return SITUATION.reduce((address, child) => withChildren(address, child, []), tree);
  const [first, ...others] = childrenOf(tree, name);
  return first ? withChildren(tree, name, [withoutSituation(first, rest), ...others]) : tree;
}
