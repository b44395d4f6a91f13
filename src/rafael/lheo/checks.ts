import { readLheoDate } from './dates.ts';
import { cutValue, type IssueCode, type LheoIssue, type Position } from './issues.ts';
import { faultOfAttribute } from './shape/attributes.ts';
import { type ElementShape, shapes } from './shape/shape.ts';
import { isElement, type LheoElement, textAt } from './tree.ts';
import { faultOfValue, tokenOf } from './values.ts';
import { isOfLheo, keepsLheo } from './within-extra.ts';

/** What a check is told besides the tree. */
export interface CheckOptions {
  /** Where each element stands in its file; without it, everything is at 1:1. */
  positionOf?(element: LheoElement): Position | undefined;
  /** The path of the formation. */
  path?: string;
  /** The present day, `YYYY-MM-DD`: what is past, and still open, is noted. */
  today?: string;
}

interface Walk {
  positionOf(element: LheoElement): Position;
  today: string;
  issues: LheoIssue[];
  /** The way to what is looked at: names, and which of its name each is; 0 where only one may be. */
  names: string[];
  numbers: number[];
  /** Whether it stands within `extra`, where the schema judges elements of LHÉO too, and numbers are nobody's. */
  isWithinExtra: boolean;
  /** How often each child was met, of one container after the other on that way: one list, not one for each container. */
  counts: number[];
  /** How much of that list is in use. */
  counted: number;
}

const START: Position = { line: 1, column: 1 };
const NUMBERED = new Set(['formation', 'action', 'session']);
/** Regions as INSEE numbers them since 2016. */
const REGIONS = new Set('01 02 03 04 06 11 24 27 28 32 44 52 53 75 76 84 93 94'.split(' '));
/** As many as are told of one formation, of each severity: a report is to be read. */
const MOST_ISSUES = 100;

/**
 * Checks one formation alone: its elements against the shape of LHÉO 2.3, their values, and what they mean together. Whose it
 * is, numbers that come twice in a file, and codes that a list must have are for who reads the database.
 * @param formation is not changed; what `dropEmpty` takes away is not found here
 * @returns at most a hundred that reject and a hundred that warn
 */
export function checkFormation(formation: LheoElement, options: CheckOptions = {}): LheoIssue[] {
  const walk: Walk = {
    positionOf: (element) => options.positionOf?.(element) ?? START,
    today: options.today ?? '',
    issues: [],
    names: [options.path ?? 'formation[1]'],
    numbers: [0],
    isWithinExtra: false,
    counts: [],
    counted: 0,
  };
  checkElement(formation, walk);
  return walk.issues;
}

function note(
  { issues, names, numbers, positionOf }: Walk,
  at: LheoElement,
  code: IssueCode,
  message: string,
  { value, below = '' }: { value?: string; below?: string } = {},
): void {
  const severity = code.startsWith('W') ? 'warning' : 'reject';
  if (issues.filter((issue) => issue.severity === severity).length >= MOST_ISSUES) return;
  const path = names.map((name, depth) => (numbers[depth] ? `${name}[${numbers[depth]}]` : name)).join('/');
  const { line, column } = positionOf(at);
  issues.push({
    code,
    severity,
    line,
    column,
    path: path + below,
    message,
    ...(value === undefined ? {} : { value: cutValue(value) }),
  });
}

function checkElement(tree: LheoElement, walk: Walk): void {
  const shape = shapes.get(tree.name);
  if (!shape) return;
  checkAttributes(tree, walk);
  if (shape.isAny) checkExtra(tree, walk);
  else if (shape.value) checkLeaf(tree, shape, walk);
  else checkChildren(tree, shape, walk);
  checkMeaning(tree, walk);
}

function checkAttributes(tree: LheoElement, walk: Walk): void {
  for (const attribute in tree.attributes) {
    // A declaration is kept on what stands in `extra`; the reader leaves it out elsewhere.
    if (attribute.startsWith('xmlns')) continue;
    const value = tree.attributes[attribute] ?? '';
    const fault = faultOfAttribute(tree.name, attribute, value);
    if (fault) note(walk, tree, ...fault, { value, below: `/@${attribute}` });
  }
  if (!walk.isWithinExtra && NUMBERED.has(tree.name) && !tree.attributes?.numero?.trim()) {
    const message = `« ${tree.name} » doit porter un « numero », qui la retrouvera au prochain import.`;
    note(walk, tree, 'E31', message);
  }
}

function checkLeaf(tree: LheoElement, shape: ElementShape, walk: Walk): void {
  const child = tree.children?.find(isElement);
  if (child) {
    const message = `« ${tree.name} » ne contient qu’une valeur.`;
    note(walk, child, 'E10', message, { below: `/${child.name}` });
    return;
  }
  // Within `extra` a value is kept as all else there: as children.
  const text = tree.text ?? tree.children?.join('') ?? '';
  const fault = faultOfValue(shape, text);
  if (fault) note(walk, tree, ...fault, { value: text });
  else if (shape.value?.kind === 'text') checkWords(tree, shape, text, walk);
}

/** What stands in `extra`: anything, of which the schema judges what is of LHÉO, however deep. */
function checkExtra(extra: LheoElement, walk: Walk): void {
  const wasWithin = walk.isWithinExtra;
  walk.isWithinExtra = true;
  checkWithin(extra, keepsLheo(extra, true), walk);
  walk.isWithinExtra = wasWithin;
}

function checkWithin({ children = [] }: LheoElement, around: boolean, walk: Walk): void {
  for (const child of children) {
    if (!isElement(child)) continue;
    walk.names.push(child.name);
    walk.numbers.push(0);
    if (isOfLheo(child, around) && shapes.has(child.name)) checkElement(child, walk);
    else checkWithin(child, keepsLheo(child, around), walk);
    walk.names.pop();
    walk.numbers.pop();
  }
}

function checkWords(tree: LheoElement, shape: ElementShape, text: string, walk: Walk): void {
  if (shape.circle === 1 && /^[\s–—-]*$/.test(text)) {
    note(walk, tree, 'W42', 'Ce texte obligatoire ne dit rien.', { value: text });
  }
  // Most texts have neither sign, and to look for one is quick.
  if (
    (text.includes('<') || text.includes('&')) &&
    /<\/?[a-z][^>]*>|&(?:nbsp|amp|lt|gt|eacute|egrave|#\d+);/i.test(text)
  ) {
    const message = 'Ce texte contient des balises : elles seront montrées telles quelles.';
    note(walk, tree, 'W44', message, { value: text });
  }
  if (tree.name === 'region' && !REGIONS.has(text)) {
    const message = 'Ce code de région n’a plus cours ; il est gardé tel quel.';
    note(walk, tree, 'W43', message, { value: text });
  }
}

function checkChildren(tree: LheoElement, shape: ElementShape, walk: Walk): void {
  const { children: allowed = [], places, required = [] } = shape;
  const { names, numbers, counts } = walk;
  const depth = names.length;
  const first = walk.counted;
  walk.counted += allowed.length;
  counts.fill(0, first, walk.counted);
  while (counts.length < walk.counted) counts.push(0);
  let furthest = 0;
  let words = tree.text ?? '';
  for (const child of tree.children ?? []) {
    if (!isElement(child)) {
      words += child;
      continue;
    }
    names[depth] = child.name;
    numbers[depth] = 0;
    const isStranger = walk.isWithinExtra && !isOfLheo(child, true);
    const place = isStranger ? -1 : (places?.get(child.name) ?? -1);
    const known = allowed[place];
    if (!known) {
      note(walk, child, 'E10', unexpected(child.name, tree.name));
      continue;
    }
    const nth = (counts[first + place] ?? 0) + 1;
    counts[first + place] = nth;
    if (known.max > 1) numbers[depth] = nth;
    if (place < furthest && !shape.isChoice) {
      const message = `« ${child.name} » vient trop tard : sa place est avant « ${allowed[furthest]?.name} ».`;
      note(walk, child, 'E11', message);
    } else furthest = place;
    if (nth === known.max + 1) {
      note(walk, child, 'E13', `« ${tree.name} » contient au plus ${known.max} « ${child.name} ».`);
    }
    checkElement(child, walk);
  }
  if (names.length > depth) {
    names.pop();
    numbers.pop();
  }
  if (words.trim()) note(walk, tree, 'E10', `« ${tree.name} » ne contient pas de texte.`, { value: words });
  for (const place of required) {
    const { name = '', min = 0 } = allowed[place] ?? {};
    if ((counts[first + place] ?? 0) >= min) continue;
    note(walk, tree, 'E12', `« ${tree.name} » doit contenir « ${name} ».`, { below: `/${name}` });
  }
  walk.counted = first;
}

const unexpected = (name: string, parent: string): string =>
  shapes.has(name)
    ? `« ${name} » n’a pas sa place dans « ${parent} ».`
    : `LHÉO 2.3 n’a pas d’élément « ${name} ».`;

function checkMeaning(tree: LheoElement, walk: Walk): void {
  if (tree.name === 'periode') {
    const start = readLheoDate(tokenOf(textAt(tree, 'debut') ?? ''), 'first')?.day;
    const end = readLheoDate(tokenOf(textAt(tree, 'fin') ?? ''), 'last')?.day;
    if (start && end && start > end) {
      note(walk, tree, 'E33', 'La période finit avant de commencer.', { value: `${start} – ${end}` });
    }
  }
  if (tree.name === 'session' && walk.today) {
    const end = readLheoDate(tokenOf(textAt(tree, 'periode', 'fin') ?? ''), 'last')?.day;
    const isOpen = tokenOf(textAt(tree, 'etat-recrutement') ?? '1') === '1';
    if (isOpen && end && end < walk.today) {
      const message = 'Cette session est passée, et son recrutement est ouvert.';
      note(walk, tree, 'W46', message, { value: end });
    }
  }
}
