import { shapeOf } from '../../lheo/shape/shape.ts';
import { childOf, childrenOf, element, elementsOf, type LheoElement, withChildren } from '../../lheo/tree.ts';

/**
 * The tree with these texts in the leaves at a path, the containers on the way made where they are missing, and taken away where
 * nothing is left in them. Of several containers of a name, the first is meant; attributes that a text had stay with it.
 */
export function withTexts(
  tree: LheoElement,
  path: readonly string[],
  texts: readonly string[],
  attributes?: Record<string, string>,
): LheoElement {
  const [name = '', ...below] = path;
  if (below.length === 0) return withLeaves(tree, name, texts, attributes);
  const [first, ...others] = childrenOf(tree, name);
  if (!first && texts.length === 0) return tree;
  const made = withTexts(first ?? required(name), below, texts, attributes);
  return withChildren(tree, name, isBare(made) && isOptional(tree.name, name) ? others : [made, ...others]);
}

function withLeaves(
  parent: LheoElement,
  name: string,
  texts: readonly string[],
  attributes?: Record<string, string>,
): LheoElement {
  const before = childrenOf(parent, name);
  return withChildren(
    parent,
    name,
    texts.map((text, at) => {
      const same =
        before.find((child) => child.text === text) ?? (texts.length === 1 ? before[at] : undefined);
      return same ? { ...same, text } : element(name, text, attributes);
    }),
  );
}

/** Whether an element says nothing at all: neither a text nor an attribute is in it. */
export const isBare = ({ attributes, text, children = [] }: LheoElement): boolean =>
  !attributes && !text && children.every((child) => typeof child !== 'string' && isBare(child));

const isOptional = (parent: string, name: string): boolean =>
  shapeOf(parent).children?.find((child) => child.name === name)?.min === 0;

/** An element with the containers that it must have; its compulsory values are left for somebody to give. */
export function required(name: string): LheoElement {
  const shape = shapeOf(name);
  return element(
    name,
    (shape.children ?? [])
      .filter((child) => child.min > 0 && shapeOf(child.name).children)
      // Levels of the offer come by their own forms.
      .filter((child) => child.name !== 'action' && child.name !== 'session')
      .map((child) => required(child.name)),
  );
}

/** The extras of an element, and of what stands in it, as they are shown to be read: they are kept, not edited. */
export function extrasOf(tree: LheoElement): LheoElement[] {
  return elementsOf(tree).flatMap((child) =>
    child.name === 'extras'
      ? [child]
      : child.name === 'action' || child.name === 'session'
        ? []
        : extrasOf(child),
  );
}

/** Whether a tree has a child of that name. */
export const has = (tree: LheoElement, name: string): boolean => childOf(tree, name) !== undefined;
