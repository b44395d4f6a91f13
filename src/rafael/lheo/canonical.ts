import { hash } from 'node:crypto';
import type { LheoElement } from './tree.ts';
import { inOrder, writable, writeElement } from './writer.ts';

/** What says when a file was made, not what is in it. */
const OF_EXPORT = 'horodatage-export';

/**
 * The same tree in the one form that is kept and compared, which is the one that is read of its writing: attributes in the order
 * of LHÉO, without the moment of an export, no attribute list where there is none, no sign that a file cannot hold, and texts side
 * by side as one.
 */
export function canonical(tree: LheoElement): LheoElement {
  const { name, attributes = {}, children, text = '' } = tree;
  const names = inOrder(name, Object.keys(attributes)).filter((attribute) => attribute !== OF_EXPORT);
  const known = Object.fromEntries(names.map((one) => [one, writable(attributes[one] ?? '')]));
  return {
    name,
    ...(names.length > 0 ? { attributes: known } : {}),
    ...(children ? { children: canonicalChildren(children) } : { text: writable(text) }),
  };
}

function canonicalChildren(children: readonly (LheoElement | string)[]): (LheoElement | string)[] {
  const some: (LheoElement | string)[] = [];
  for (const child of children) {
    if (typeof child !== 'string') some.push(canonical(child));
    else if (typeof some.at(-1) === 'string') some.push(`${some.pop()}${writable(child)}`);
    else if (writable(child) !== '') some.push(writable(child));
  }
  return some;
}

/** SHA-256 of the canonical writing: two trees that say the same have the same. */
export const fingerprintOf = (tree: LheoElement): Buffer =>
  hash('sha256', writeElement(tree, OF_EXPORT), 'buffer');
