import { createHash } from 'node:crypto';
import { attributesOf } from './shape/shape.ts';
import { isElement, type LheoElement } from './tree.ts';
import { writeElement } from './writer.ts';

/**
 * The same tree in the one form that is kept and compared: attributes in the order of LHÉO, those of the moment of an
 * export gone, neither an attribute list nor children where there are none.
 */
export function canonical(tree: LheoElement): LheoElement {
  const { name, attributes = {}, children, text } = tree;
  const known = attributesOf(name);
  const names = Object.keys(attributes)
    .filter((attribute) => attribute !== 'horodatage-export')
    .sort((a, b) => rank(known, a) - rank(known, b) || (a < b ? -1 : 1));
  return {
    name,
    ...(names.length > 0
      ? { attributes: Object.fromEntries(names.map((one) => [one, attributes[one] as string])) }
      : {}),
    ...(children
      ? { children: children.map((child) => (isElement(child) ? canonical(child) : child)) }
      : { text: text ?? '' }),
  };
}

const rank = (known: readonly string[], attribute: string): number => {
  const at = known.indexOf(attribute);
  return at === -1 ? known.length : at;
};

/** SHA-256 of the canonical writing: two trees that say the same have the same. */
export const fingerprintOf = (tree: LheoElement): Buffer =>
  createHash('sha256')
    .update(writeElement(canonical(tree)))
    .digest();
