import type { SaxesAttributeNS, SaxesTagNS } from 'saxes';
import type { LheoElement } from '../tree.ts';

/** The prefixes that the kept tree has declared where an element stands, each with its namespace. */
export type Scope = Readonly<Record<string, string>>;

const XML = 'http://www.w3.org/XML/1998/namespace';
/** Of attributes that declare a namespace. */
export const XMLNS = 'http://www.w3.org/2000/xmlns/';
/** Of attributes for whoever validates the file, such as where its schema is: of the file, not of what is in it. */
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/**
 * `extra`, or an element within it, of another namespace or of LHÉO: its name as it is written, and of the declarations of prefixes
 * those that it needs where it now stands, wherever the file made them.
 * @param scope what is declared around it
 * @param lheo the namespace of LHÉO in this file, which is kept as that of LHÉO 2.3
 */
export function foreignElement(
  tag: SaxesTagNS,
  scope: Scope,
  lheo: string,
  kept: string,
): { element: LheoElement; scope: Scope } {
  const inner: Record<string, string> = { ...scope };
  const declared: Record<string, string> = {};
  const declare = (prefix: string, uri: string): void => {
    if ((inner[prefix] ?? '') === uri || prefix === 'xml') return;
    inner[prefix] = uri;
    declared[prefix ? `xmlns:${prefix}` : 'xmlns'] = uri;
  };
  const isLheo = tag.uri === lheo;
  declare(isLheo ? '' : tag.prefix, isLheo ? kept : tag.uri);
  const attributes: Record<string, string> = {};
  for (const attribute of Object.values(tag.attributes) as SaxesAttributeNS[]) {
    if (attribute.uri === XMLNS || attribute.uri === XSI) continue;
    if (attribute.prefix && attribute.uri !== XML) {
      declare(attribute.prefix, attribute.uri === lheo ? kept : attribute.uri);
    }
    attributes[attribute.name] = attribute.value;
  }
  const all = { ...declared, ...attributes };
  return {
    element: {
      name: isLheo ? tag.local : tag.name,
      ...(Object.keys(all).length > 0 ? { attributes: all } : {}),
      children: [],
    },
    scope: inner,
  };
}
