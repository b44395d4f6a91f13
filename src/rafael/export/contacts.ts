import { elementsOf, isElement, type LheoElement } from '../lheo/tree.ts';

/** What names a person among coordinates. */
const NAMES = new Set(['civilite', 'nom', 'prenom']);
/** What reaches that very person, where one is named. */
const THEIRS = new Set(['portable', 'courriel', 'ligne']);

/**
 * A formation without the people to contact: their names, and what reaches a named person alone. Numbers and addresses of
 * the body stay, as does whatever LHÉO must have.
 */
export function withoutPeople(tree: LheoElement): LheoElement {
  const { children } = tree;
  if (!children) return tree;
  if (tree.name === 'coordonnees') return anonymous(tree);
  return { ...tree, children: children.map((child) => (isElement(child) ? withoutPeople(child) : child)) };
}

function anonymous(coordinates: LheoElement): LheoElement {
  const children = elementsOf(coordinates);
  const isNamed = children.some(({ name, text }) => NAMES.has(name) && name !== 'civilite' && text?.trim());
  return {
    ...coordinates,
    children: children.filter(
      // Extras may say anything, names among it.
      ({ name }) => !NAMES.has(name) && name !== 'extras' && !(isNamed && THEIRS.has(name)),
    ),
  };
}
