import { shapeOf, shapes } from './shape/shape.ts';

/** One element of LHÉO, as plain JSON: what the database keeps. */
export interface LheoElement {
  name: string;
  attributes?: Record<string, string>;
  /** Elements in their order, and texts where anything may stand (in `extra`). Absent for a leaf. */
  children?: (LheoElement | string)[];
  /** The text of a leaf. */
  text?: string;
}

/**
 * Makes an element.
 * @param content the text of a leaf, or children of which those that are undefined are left out
 */
export function element(
  name: string,
  content: string | readonly (LheoElement | undefined)[] = [],
  attributes?: Record<string, string>,
): LheoElement {
  const some = attributes && Object.keys(attributes).length > 0 ? { attributes } : {};
  if (typeof content === 'string') return { name, ...some, text: content };
  if (shapes.get(name)?.value) return { name, ...some, text: '' };
  return { name, ...some, children: content.filter((child) => child !== undefined) };
}

/** Whether a child is an element, not a text of `extra`. */
export const isElement = (child: LheoElement | string): child is LheoElement => typeof child !== 'string';

/** The child elements, in their order. */
export const elementsOf = ({ children = [] }: LheoElement): LheoElement[] => children.filter(isElement);

/** The first child of that name. */
export const childOf = (parent: LheoElement, name: string): LheoElement | undefined =>
  parent.children?.find((child): child is LheoElement => isElement(child) && child.name === name);

/** Every child of that name, in their order. */
export const childrenOf = (parent: LheoElement, name: string): LheoElement[] =>
  elementsOf(parent).filter((child) => child.name === name);

/** The element at a path of names, the first of each; undefined where one is missing. */
export function elementAt(parent: LheoElement, ...path: readonly string[]): LheoElement | undefined {
  let at: LheoElement | undefined = parent;
  for (const name of path) at = at && childOf(at, name);
  return at;
}

/** The text of the leaf at a path of names, the first of each. */
export const textAt = (parent: LheoElement, ...path: readonly string[]): string | undefined =>
  elementAt(parent, ...path)?.text;

/** Every text of the children of that name. */
export const textsOf = (parent: LheoElement, name: string): string[] =>
  childrenOf(parent, name).map(({ text = '' }) => text);

/**
 * A copy whose children of that name are these, at the place that LHÉO gives them; none takes them away.
 * @throws Error where LHÉO has no such child there
 */
export function withChildren(
  parent: LheoElement,
  name: string,
  children: readonly LheoElement[],
): LheoElement {
  const order = (shapeOf(parent.name).children ?? []).map((child) => child.name);
  const place = order.indexOf(name);
  if (place === -1) throw new Error(`no ${name} in ${parent.name}`);
  const others = elementsOf(parent).filter((child) => child.name !== name);
  const after = others.findIndex((child) => order.indexOf(child.name) > place);
  const at = after === -1 ? others.length : after;
  return { ...parent, children: [...others.slice(0, at), ...children, ...others.slice(at)] };
}

/** A copy whose leaf of that name has this text; without one, or with an empty one, the leaf goes. */
export const withText = (parent: LheoElement, name: string, text: string | undefined): LheoElement =>
  withChildren(parent, name, text ? [{ ...(childOf(parent, name) ?? { name }), text }] : []);
