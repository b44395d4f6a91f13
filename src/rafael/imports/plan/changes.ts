import { canonical } from '../../lheo/canonical.ts';
import { cutValue } from '../../lheo/issues.ts';
import { shapes } from '../../lheo/shape/shape.ts';
import { elementsOf, isElement, type LheoElement, textAt } from '../../lheo/tree.ts';
import { writeElement } from '../../lheo/writer.ts';
import { valueInWords, wordOf } from './words.ts';

/** A field that an import changes, as the plan shows it. */
export interface Change {
  /** « Session S1 › Période › Début » */
  label: string;
  /** What is there; absent where the element is new. */
  from?: string;
  /** What the file says; absent where it has no such element any more. */
  to?: string;
}

/** The first fields that change, and how many there are. */
export interface Changes {
  shown: Change[];
  count: number;
}

/** As many fields of a formation as a plan shows. */
export const MOST_SHOWN = 20;
/** Found again by their numbers, wherever they stand. */
const NUMBERED = new Set(['action', 'session']);

/** What differs between two trees of one formation, field by field, in the order of LHÉO. */
export function changesBetween(before: LheoElement, after: LheoElement): Changes {
  const found: Changes = { shown: [], count: 0 };
  compare(canonical(before), canonical(after), [], found);
  return found;
}

function note(found: Changes, trail: readonly string[], change: Omit<Change, 'label'>): void {
  found.count += 1;
  if (found.shown.length < MOST_SHOWN) found.shown.push({ label: trail.join(' › '), ...change });
}

function compare(before: LheoElement, after: LheoElement, trail: readonly string[], found: Changes): void {
  compareAttributes(before, after, trail, found);
  const { name } = after;
  const shape = shapes.get(name);
  if (before.text !== after.text) note(found, trail, { from: shown(before), to: shown(after) });
  if (!before.children && !after.children) return;
  if (shape?.isAny || shape?.isChoice) {
    if (writeElement({ ...before, attributes: {} }) !== writeElement({ ...after, attributes: {} }))
      note(found, trail, {});
    return;
  }
  const olds = Map.groupBy(elementsOf(before), (child) => child.name);
  const news = Map.groupBy(elementsOf(after), (child) => child.name);
  const order = shape?.children?.map((child) => child.name) ?? [];
  for (const name of new Set([...order, ...olds.keys(), ...news.keys()]))
    compareGroup(name, olds.get(name) ?? [], news.get(name) ?? [], trail, found);
}

function compareAttributes(
  before: LheoElement,
  after: LheoElement,
  trail: readonly string[],
  found: Changes,
): void {
  const [olds, news] = [before.attributes ?? {}, after.attributes ?? {}];
  for (const name of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    if (olds[name] === news[name]) continue;
    const label = [...trail.slice(0, -1), `${trail.at(-1) ?? 'Formation'} (attribut ${name})`];
    note(found, label, {
      ...(olds[name] === undefined ? {} : { from: cutValue(olds[name]) }),
      ...(news[name] === undefined ? {} : { to: cutValue(news[name]) }),
    });
  }
}

function compareGroup(
  name: string,
  olds: readonly LheoElement[],
  news: readonly LheoElement[],
  trail: readonly string[],
  found: Changes,
): void {
  if (olds.length === 0 && news.length === 0) return;
  if (NUMBERED.has(name)) {
    compareNumbered(name, olds, news, trail, found);
    return;
  }
  const isList = Math.max(olds.length, news.length) > 1;
  if (isList && shapes.get(name)?.value && olds.length !== news.length) {
    note(found, [...trail, wordOf(name)], { from: listed(olds), to: listed(news) });
    return;
  }
  for (let index = 0; index < Math.max(olds.length, news.length); index += 1) {
    const label = [...trail, isList ? `${wordOf(name)} ${index + 1}` : wordOf(name)];
    compareOne(olds[index], news[index], label, found);
  }
}

function compareNumbered(
  name: string,
  olds: readonly LheoElement[],
  news: readonly LheoElement[],
  trail: readonly string[],
  found: Changes,
): void {
  const byNumber = (list: readonly LheoElement[]) => new Map(list.map((one) => [numberOf(one), one]));
  const [before, after] = [byNumber(olds), byNumber(news)];
  const kept = [...after.keys()].filter((number) => before.has(number));
  const former = [...before.keys()].filter((number) => after.has(number));
  for (const number of new Set([...after.keys(), ...before.keys()]))
    compareOne(before.get(number), after.get(number), [...trail, `${wordOf(name)} ${number}`], found);
  if (kept.join('\n') !== former.join('\n')) {
    const label = [...trail, `Ordre des ${name}s`];
    note(found, label, { from: cutValue(former.join(', ')), to: cutValue(kept.join(', ')) });
  }
}

function compareOne(
  before: LheoElement | undefined,
  after: LheoElement | undefined,
  trail: readonly string[],
  found: Changes,
): void {
  if (before && after) compare(before, after, trail, found);
  else if (before) note(found, trail, { from: shown(before) });
  else if (after) note(found, trail, { to: shown(after) });
}

const numberOf = ({ attributes }: LheoElement): string => attributes?.numero ?? '';
const listed = (elements: readonly LheoElement[]): string =>
  cutValue(elements.map(({ name, text = '' }) => valueInWords(name, text)).join(', '));

/** A leaf by its value; a session by its dates; anything else by the first words in it. */
function shown(element: LheoElement): string {
  const { name, text } = element;
  if (text !== undefined) return cutValue(valueInWords(name, text));
  if (name === 'session') {
    const [start, end] = [textAt(element, 'periode', 'debut'), textAt(element, 'periode', 'fin')];
    return `${valueInWords('debut', start ?? '')} – ${valueInWords('fin', end ?? '')}`;
  }
  return cutValue(wordsIn(element));
}

function wordsIn(element: LheoElement): string {
  const children = element.children ?? [];
  return children
    .map((child) =>
      isElement(child)
        ? child.text === undefined
          ? wordsIn(child)
          : valueInWords(child.name, child.text)
        : child,
    )
    .filter(Boolean)
    .slice(0, 5)
    .join(', ');
}
