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
    const shape = shapes.get(parent.name);
    if (!parent.children || !shape?.children) return;
    const isNeeded = new Set(shape.children.filter(({ min }) => min > 0).map(({ name }) => name));
    parent.children = parent.children.filter((child) => {
      if (!isElement(child)) return true;
      const leaf = shapes.get(child.name);
      const isEmpty = leaf?.value && !child.children && !child.text?.trim();
      if (!isEmpty || isNeeded.has(child.name) || !faultOfValue(leaf, child.text ?? '')) {
        walk(child, `${at}/${child.name}`);
        return true;
      }
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
