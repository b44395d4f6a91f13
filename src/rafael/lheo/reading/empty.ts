import { cutValue, type LheoIssue, type Position } from '../issues.ts';
import { shapes } from '../shape/shape.ts';
import { isElement, type LheoElement } from '../tree.ts';
import { faultOfValue } from '../values.ts';

/**
 * Takes away the optional leaves that are empty where LHÉO wants a value, as files have them, and notes each.
 * @param tree is changed
 * @returns what was taken away
 */
export function dropEmpty(
  tree: LheoElement,
  path: string,
  positionOf: (element: LheoElement) => Position,
): LheoIssue[] {
  const dropped: LheoIssue[] = [];
  const walk = (parent: LheoElement, at: string): void => {
    if (!parent.children || !shapes.get(parent.name)?.children) return;
    let holdsEmpty = false;
    for (const child of parent.children) {
      if (!isElement(child)) continue;
      if (child.children) walk(child, `${at}/${child.name}`);
      else if (mayGo(parent, child)) holdsEmpty = true;
    }
    if (!holdsEmpty) return;
    parent.children = parent.children.filter((child) => {
      if (!isElement(child) || child.children || !mayGo(parent, child)) return true;
      dropped.push({
        code: 'W45',
        severity: 'warning',
        ...positionOf(child),
        path: `${at}/${child.name}`,
        message: 'Cet élément facultatif est vide : il est laissé de côté.',
        value: cutValue(child.text ?? ''),
      });
      return false;
    });
  };
  walk(tree, path);
  return dropped;
}

/** Whether an optional leaf is empty where a value must stand. */
function mayGo(parent: LheoElement, { name, text = '' }: LheoElement): boolean {
  if (text.trim()) return false;
  const leaf = shapes.get(name);
  const { children = [], places } = shapes.get(parent.name) ?? {};
  const place = places?.get(name);
  const isOptional = place !== undefined && children[place]?.min === 0;
  return isOptional && leaf?.value !== undefined && faultOfValue(leaf, text) !== undefined;
}
