import { shapeOf } from '../../lheo/shape/shape.ts';
import { isElement, type LheoElement, withChildren } from '../../lheo/tree.ts';
import { type Field, fieldsOf, inRow, mostOf, type Parts, type Rows, rowsOf } from './fields/fields.ts';
import { elementsIn, type Typed } from './reading.ts';

/** A level of a formation with what its form says; what no field shows stays as it is. */
export function writtenLevel(parts: Parts, tree: LheoElement, typed: Typed): LheoElement {
  const written = fieldsOf(parts).reduce((level, field) => put(level, field, typed[field.name]), tree);
  return rowsOf(parts).reduce((level, rows) => writtenRows(rows, level, typed), written);
}

const put = (tree: LheoElement, { at }: Field, texts: readonly string[] | undefined): LheoElement =>
  texts === undefined ? tree : at.put(tree, texts);

/** Rows are the elements of their order; one whose fields were all emptied goes away. */
function writtenRows(rows: Rows, tree: LheoElement, typed: Typed): LheoElement {
  const before = elementsIn(tree, rows);
  const most = mostOf(rows, tree.name);
  const results: (LheoElement | undefined)[] = [];
  for (let index = 0; index < most; index += 1) {
    const texts = rows.fields.map((field) => typed[inRow(rows, index, field)]);
    const base = before[index];
    if (texts.every((one) => one === undefined)) {
      if (base) results.push(base);
      continue;
    }
    const row = rows.fields.reduce<LheoElement>(
      (level, field, at) => put(level, field, texts[at] ?? presetOf(field, base)),
      base ?? { name: rows.element, children: [] },
    );
    const says = rows.fields.some(({ at, preset }) => preset === undefined && at.texts(row).length > 0);
    results.push(says ? settled(row) : undefined);
  }
  return withRows(rows, tree, before, results);
}

/** What a new row shows without being told. */
const presetOf = ({ preset }: Field, base: LheoElement | undefined): string[] | undefined =>
  base || preset === undefined ? undefined : [preset];

/** In their places; those that are new come last. */
function withRows(
  { element }: Rows,
  tree: LheoElement,
  before: readonly LheoElement[],
  results: readonly (LheoElement | undefined)[],
): LheoElement {
  const all = (tree.children ?? []).filter(
    (child): child is LheoElement => isElement(child) && child.name === element,
  );
  const kept = all.flatMap((one) => {
    const at = before.indexOf(one);
    return at === -1 ? [one] : (results[at] ?? []);
  });
  const added = results.slice(before.length).filter((one) => one !== undefined);
  return withChildren(tree, element, [...kept, ...added]);
}

/** With the children that LHÉO wants even where they hold nothing. */
function settled(element: LheoElement): LheoElement {
  return (shapeOf(element.name).children ?? [])
    .filter(({ name, min }) => min > 0 && mayBeEmpty(name) && !hasChild(element, name))
    .reduce((settledSoFar, { name }) => withChildren(settledSoFar, name, [{ name, children: [] }]), element);
}

const hasChild = ({ children = [] }: LheoElement, name: string): boolean =>
  children.some((child) => isElement(child) && child.name === name);

const mayBeEmpty = (name: string): boolean => shapeOf(name).children?.every(({ min }) => min === 0) ?? false;
