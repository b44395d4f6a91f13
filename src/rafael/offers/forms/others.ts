import { valueInWords, wordOf } from '../../imports/plan/words.ts';
import { cutValue } from '../../lheo/issues.ts';
import { isElement, type LheoElement } from '../../lheo/tree.ts';
import { type Field, fieldsOf, type Parts, rowsOf } from './fields/fields.ts';
import { elementsIn } from './reading.ts';

/** Something that a level says and its form does not ask for: it is kept, and given back at the export. */
export interface Other {
  /** « Équipement › Commentaire » */
  label: string;
  text: string;
}

/** As many as a page shows. */
const MOST_SHOWN = 60;
/** Levels that have forms of their own, and what goes without saying. */
const LEFT_OUT = new Set(['action', 'session', 'type-cycle']);

/** What a level says beyond the fields of its form, to be read. */
export function othersOf(parts: Parts, level: LheoElement): Other[] {
  const rows = new Map(
    rowsOf(parts).flatMap((one) => elementsIn(level, one).map((element) => [element, one.fields] as const)),
  );
  const found: Other[] = [];
  walk(level, fieldsOf(parts), [], []);
  return found.slice(0, MOST_SHOWN);

  function walk(
    parent: LheoElement,
    fields: readonly Field[],
    path: readonly string[],
    labels: readonly string[],
  ): void {
    const seen = new Set<string>();
    for (const child of parent.children ?? []) {
      if (!isElement(child) || LEFT_OUT.has(child.name) || isOurs(child)) continue;
      const isFirst = !seen.has(child.name);
      seen.add(child.name);
      const label = [...labels, wordOf(child.name)];
      const inRow = rows.get(child);
      const below = inRow ? [] : [...path, child.name];
      // Fields show the first of several, unless they show them all.
      const near =
        inRow ?? fields.filter((field) => isOnTheWay(field, below) && (isFirst || showsAll(field, below)));
      if (child.text === undefined) {
        if (child.name === 'extra') note(label, wordsIn(child));
        else walk(child, near, below, label);
      } else if (!near.some(({ at }) => ends(at, below))) note(label, valueInWords(child.name, child.text));
    }
  }

  function note(label: readonly string[], text: string): void {
    const shown = cutValue(text);
    if (shown) found.push({ label: label.join(' › '), text: shown });
  }
}

const isOurs = ({ name, attributes }: LheoElement): boolean =>
  name === 'extras' && attributes?.info === 'rafaelpro';

const waysOf = ({ path, second }: Field['at']): (readonly string[])[] => (second ? [path, second] : [path]);
const isOnTheWay = ({ at }: Field, path: readonly string[]): boolean =>
  waysOf(at).some((way) => path.every((name, index) => way[index] === name));
const ends = (at: Field['at'], path: readonly string[]): boolean =>
  waysOf(at).some((way) => way.length === path.length && way.every((name, index) => path[index] === name));
const showsAll = ({ at, kind }: Field, path: readonly string[]): boolean =>
  Boolean(kind.isList) && ends(at, path);

function wordsIn({ text, children = [] }: LheoElement): string {
  return text ?? children.map((child) => (isElement(child) ? wordsIn(child) : child)).join(' ');
}
