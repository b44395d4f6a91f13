import { attributesOf, LHEO_2_3 } from './shape/shape.ts';
import type { LheoElement } from './tree.ts';

// What XML 1.0 cannot hold, even escaped: most control characters, halves of pairs, and two that are no characters.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is for
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
const IN_TEXT: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };
const IN_ATTRIBUTE: Readonly<Record<string, string>> = {
  ...IN_TEXT,
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

const escapeText = (text: string): string =>
  text.replace(UNWRITABLE, '').replace(/[&<>\r]/g, (sign) => IN_TEXT[sign] as string);
const escapeAttribute = (text: string): string =>
  text.replace(UNWRITABLE, '').replace(/[&<>\r"\n\t]/g, (sign) => IN_ATTRIBUTE[sign] as string);

/** One element as XML, attributes in the order of LHÉO, without white space of its own. */
export function writeElement(tree: LheoElement): string {
  const parts: string[] = [];
  write(tree, parts);
  return parts.join('');
}

function write({ name, attributes, children, text }: LheoElement, parts: string[]): void {
  parts.push('<', name);
  if (attributes) {
    for (const attribute of inOrder(name, Object.keys(attributes))) {
      parts.push(' ', attribute, '="', escapeAttribute(attributes[attribute] ?? ''), '"');
    }
  }
  if (children ? children.length === 0 : !text) {
    parts.push('/>');
    return;
  }
  parts.push('>');
  if (children) {
    for (const child of children) {
      if (typeof child === 'string') parts.push(escapeText(child));
      else write(child, parts);
    }
  } else parts.push(escapeText(text ?? ''));
  parts.push('</', name, '>');
}

function inOrder(name: string, attributes: string[]): string[] {
  if (attributes.length < 2) return attributes;
  const known = attributesOf(name);
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
  const seen = new Set<string>();
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

/** The formation with ids that the file does not have yet, which are then noted as seen. */
function withOwnIds(formation: LheoElement, seen: Set<string>): LheoElement {
  const names = new Map<string, string>();
  let refers = false;
  const collect = ({ attributes, children }: LheoElement): void => {
    if (attributes?.idref) refers = true;
    if (attributes?.id) names.set(attributes.id, freeName(attributes.id, seen));
    for (const child of children ?? []) if (typeof child !== 'string') collect(child);
  };
  collect(formation);
  if (!refers && [...names].every(([before, after]) => before === after)) return formation;
  const renamed = (tree: LheoElement): LheoElement => {
    const { id, idref, ...others } = tree.attributes ?? {};
    const target = idref && names.get(idref);
    const attributes = {
      ...others,
      ...(id ? { id: names.get(id) ?? id } : {}),
      ...(target ? { idref: target } : {}),
    };
    return {
      ...tree,
      ...(tree.attributes ? { attributes } : {}),
      ...(tree.children
        ? { children: tree.children.map((child) => (typeof child === 'string' ? child : renamed(child))) }
        : {}),
    };
  };
  return renamed(formation);
}

function freeName(id: string, seen: Set<string>): string {
  let name = id;
  for (let copy = 2; seen.has(name); copy += 1) name = `${id}.${copy}`;
  seen.add(name);
  return name;
}
