import { attributesOf, LHEO_2_3 } from './shape/shape.ts';
import type { LheoElement } from './tree.ts';
import { isOfLheo, keepsLheo } from './within-extra.ts';

// What XML 1.0 cannot hold, even escaped: most control characters, halves of pairs, and two that are no characters.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is for
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
// Most texts have none of these, and one look tells; halves of pairs are told from pairs only then.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is for
const SPECIAL = /[&<>"\u0000-\u001f\ud800-\udfff\ufffe\uffff]/;
const IN_TEXT: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };
const IN_ATTRIBUTE: Readonly<Record<string, string>> = {
  ...IN_TEXT,
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** A text without the signs that a file cannot hold. */
export const writable = (text: string): string => (SPECIAL.test(text) ? text.replace(UNWRITABLE, '') : text);

const escapeText = (text: string): string =>
  SPECIAL.test(text)
    ? text.replace(UNWRITABLE, '').replace(/[&<>\r]/g, (sign) => IN_TEXT[sign] as string)
    : text;
const escapeAttribute = (text: string): string =>
  SPECIAL.test(text)
    ? text.replace(UNWRITABLE, '').replace(/[&<>\r"\n\t]/g, (sign) => IN_ATTRIBUTE[sign] as string)
    : text;

/**
 * One element as XML, attributes in the order of LHÉO, without white space of its own.
 * @param without an attribute that is left out, of every element
 */
export function writeElement({ name, attributes, children, text }: LheoElement, without?: string): string {
  let written = `<${name}`;
  if (attributes) {
    for (const attribute of inOrder(name, Object.keys(attributes))) {
      if (attribute === without) continue;
      written += ` ${attribute}="${escapeAttribute(attributes[attribute] ?? '')}"`;
    }
  }
  if (!children) return text ? `${written}>${escapeText(text)}</${name}>` : `${written}/>`;
  if (children.length === 0) return `${written}/>`;
  written += '>';
  for (const child of children) {
    written += typeof child === 'string' ? escapeText(child) : writeElement(child, without);
  }
  return `${written}</${name}>`;
}

/** The names of attributes in the order in which those of an element are written; any other after them. */
export function inOrder(element: string, attributes: string[]): string[] {
  if (attributes.length < 2) return attributes;
  const known = attributesOf(element);
  const rank = (one: string) => (known.includes(one) ? known.indexOf(one) : known.length);
  return attributes.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** How a file begins. @param exportedAt the moment of the export */
export const lheoOpening = (exportedAt: Date): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<lheo xmlns="${LHEO_2_3}" horodatage-export="${exportedAt.toISOString()}"><offres>\n`;

/** How a file ends. */
export const LHEO_CLOSING = '</offres></lheo>\n';

// Texts go out in pieces of about this many characters: one write for several formations.
const PIECE = 65_536;

/**
 * A whole file, in pieces, as its formations come. Files of several bodies may use an `id` twice, which one file may not: the
 * second is renamed, with what refers to it in its formation; a reference to another formation is left out.
 * @param exportedAt the moment of the export
 */
export async function* writeLheo(
  formations: AsyncIterable<LheoElement>,
  exportedAt: Date,
): AsyncGenerator<string> {
  const seen = new Map<string, number>();
  let piece = lheoOpening(exportedAt);
  for await (const formation of formations) {
    piece += `${writeElement(withOwnIds(formation, seen))}\n`;
    if (piece.length >= PIECE) {
      yield piece;
      piece = '';
    }
  }
  yield piece + LHEO_CLOSING;
}

/**
 * The formation with ids that the file does not have yet, each of them once.
 * @param seen the ids of the file, each with the number of its last copy; those of the formation are added
 */
function withOwnIds(formation: LheoElement, seen: Map<string, number>): LheoElement {
  const ids: string[] = [];
  let refers = false;
  const collect = (tree: LheoElement, around: boolean): void => {
    if (tree.attributes && isOfLheo(tree, around)) {
      if (tree.attributes.id) ids.push(tree.attributes.id);
      if (tree.attributes.idref) refers = true;
    }
    const within = keepsLheo(tree, around);
    for (const child of tree.children ?? []) if (typeof child !== 'string') collect(child, within);
  };
  collect(formation, true);
  const names = ids.map((id) => freeName(id, seen));
  if (!refers && names.every((name, at) => name === ids[at])) return formation;
  // Of two with the same id, what refers to it means the first.
  const targets = new Map(names.map((name, at): [string, string] => [ids[at] as string, name]).reverse());
  return renamed(formation, true, { names: names.values(), targets });
}

/** As {@link withOwnIds} found the ids, in the same order, with the names that they are given. */
interface Renaming {
  names: Iterator<string>;
  targets: ReadonlyMap<string, string>;
}

function renamed(tree: LheoElement, around: boolean, renaming: Renaming): LheoElement {
  let { attributes } = tree;
  if (attributes && isOfLheo(tree, around)) {
    const { id, idref, ...others } = attributes;
    const target = renaming.targets.get(idref ?? '');
    attributes = {
      ...others,
      ...(id ? { id: renaming.names.next().value } : {}),
      ...(target ? { idref: target } : {}),
    };
  }
  const within = keepsLheo(tree, around);
  return {
    ...tree,
    ...(attributes ? { attributes } : {}),
    ...(tree.children
      ? {
          children: tree.children.map((child) =>
            typeof child === 'string' ? child : renamed(child, within, renaming),
          ),
        }
      : {}),
  };
}

function freeName(id: string, seen: Map<string, number>): string {
  const last = seen.get(id);
  if (last === undefined) {
    seen.set(id, 1);
    return id;
  }
  let copy = last + 1;
  while (seen.has(`${id}.${copy}`)) copy += 1;
  const name = `${id}.${copy}`;
  seen.set(id, copy).set(name, 1);
  return name;
}
