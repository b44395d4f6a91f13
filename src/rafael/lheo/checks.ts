import { readLheoDate } from './dates.ts';
import { cutValue, type IssueCode, type LheoIssue, type Position } from './issues.ts';
import { faultOfAttribute } from './shape/attributes.ts';
import { type ElementShape, shapes } from './shape/shape.ts';
import { elementsOf, isElement, type LheoElement, textAt } from './tree.ts';
import { faultOfValue, tokenOf } from './values.ts';

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
}

const START: Position = { line: 1, column: 1 };
const NUMBERED = new Set(['formation', 'action', 'session']);
/** Regions as INSEE numbers them since 2016. */
const REGIONS = new Set('01 02 03 04 06 11 24 27 28 32 44 52 53 75 76 84 93 94'.split(' '));

/**
 * Checks one formation alone: its elements against the shape of LHÉO 2.3, their values, and what they mean together. Whose it
 * is, numbers that come twice in a file, and codes that a list must have are for who reads the database.
 * @param formation is not changed; what {@link withoutEmpty} takes away is not found here
 */
export function checkFormation(formation: LheoElement, options: CheckOptions = {}): LheoIssue[] {
  const walk: Walk = {
    positionOf: (element) => options.positionOf?.(element) ?? START,
    today: options.today ?? '',
    issues: [],
  };
  checkElement(formation, options.path ?? 'formation[1]', walk);
  return walk.issues;
}

function note(
  walk: Walk,
  at: LheoElement,
  code: IssueCode,
  path: string,
  message: string,
  value?: string,
): void {
  walk.issues.push({
    code,
    severity: code.startsWith('W') ? 'warning' : 'reject',
    ...walk.positionOf(at),
    path,
    message,
    ...(value === undefined ? {} : { value: cutValue(value) }),
  });
}

function checkElement(tree: LheoElement, path: string, walk: Walk): void {
  const shape = shapes.get(tree.name);
  if (!shape) return;
  checkAttributes(tree, path, walk);
  if (shape.isAny) return;
  if (shape.value) checkLeaf(tree, shape, path, walk);
  else checkChildren(tree, shape, path, walk);
  checkMeaning(tree, path, walk);
}

function checkAttributes(tree: LheoElement, path: string, walk: Walk): void {
  for (const attribute in tree.attributes) {
    const value = tree.attributes[attribute] ?? '';
    const fault = faultOfAttribute(tree.name, attribute, value);
    if (fault) {
      note(walk, tree, fault.includes('n’a pas') ? 'E10' : 'E26', `${path}/@${attribute}`, fault, value);
    }
  }
  if (NUMBERED.has(tree.name) && !tree.attributes?.numero?.trim()) {
    note(
      walk,
      tree,
      'E31',
      path,
      `« ${tree.name} » doit porter un « numero », qui la retrouvera au prochain import.`,
    );
  }
}

function checkLeaf(tree: LheoElement, shape: ElementShape, path: string, walk: Walk): void {
  const child = elementsOf(tree)[0];
  if (child) {
    note(walk, child, 'E10', `${path}/${child.name}`, `« ${tree.name} » ne contient qu’une valeur.`);
    return;
  }
  const { text = '' } = tree;
  const fault = faultOfValue(shape, text);
  if (fault) note(walk, tree, fault[0], path, fault[1], text);
  else if (shape.value?.kind === 'text') checkWords(tree, shape, text, path, walk);
}

function checkWords(tree: LheoElement, shape: ElementShape, text: string, path: string, walk: Walk): void {
  if (shape.circle === 1 && /^[\s–—-]*$/.test(text)) {
    note(walk, tree, 'W42', path, 'Ce texte obligatoire ne dit rien.', text);
  }
  if (/<\/?[a-z][^>]*>|&(?:nbsp|amp|lt|gt|eacute|egrave|#\d+);/i.test(text)) {
    note(
      walk,
      tree,
      'W44',
      path,
      'Ce texte contient des balises : elles seront montrées telles quelles.',
      text,
    );
  }
  if (tree.name === 'region' && !REGIONS.has(text)) {
    note(walk, tree, 'W43', path, 'Ce code de région n’a plus cours ; il est gardé tel quel.', text);
  }
}

function checkChildren(tree: LheoElement, shape: ElementShape, path: string, walk: Walk): void {
  const { children: allowed = [], places = new Map<string, number>() } = shape;
  const counts = new Array<number>(allowed.length).fill(0);
  let furthest = 0;
  let words = tree.text ?? '';
  for (const child of tree.children ?? []) {
    if (!isElement(child)) {
      words += child;
      continue;
    }
    const place = places.get(child.name);
    const known = place === undefined ? undefined : allowed[place];
    if (place === undefined || !known) {
      note(walk, child, 'E10', `${path}/${child.name}`, unexpected(child.name, tree.name));
      continue;
    }
    const nth = (counts[place] ?? 0) + 1;
    counts[place] = nth;
    const childPath = known.max > 1 ? `${path}/${child.name}[${nth}]` : `${path}/${child.name}`;
    if (place < furthest && !shape.isChoice) {
      note(
        walk,
        child,
        'E11',
        childPath,
        `« ${child.name} » vient trop tard : sa place est avant « ${allowed[furthest]?.name} ».`,
      );
    } else furthest = place;
    if (nth === known.max + 1) {
      note(
        walk,
        child,
        'E13',
        childPath,
        `« ${tree.name} » contient au plus ${known.max} « ${child.name} ».`,
      );
    }
    checkElement(child, childPath, walk);
  }
  if (words.trim()) note(walk, tree, 'E10', path, `« ${tree.name} » ne contient pas de texte.`, words);
  for (const [place, { name, min }] of allowed.entries()) {
    if ((counts[place] ?? 0) < min) {
      note(walk, tree, 'E12', `${path}/${name}`, `« ${tree.name} » doit contenir « ${name} ».`);
    }
  }
}

const unexpected = (name: string, parent: string): string =>
  shapes.has(name)
    ? `« ${name} » n’a pas sa place dans « ${parent} ».`
    : `LHÉO 2.3 n’a pas d’élément « ${name} ».`;

function checkMeaning(tree: LheoElement, path: string, walk: Walk): void {
  if (tree.name === 'periode') {
    const start = readLheoDate(tokenOf(textAt(tree, 'debut') ?? ''), 'first')?.day;
    const end = readLheoDate(tokenOf(textAt(tree, 'fin') ?? ''), 'last')?.day;
    if (start && end && start > end) {
      note(walk, tree, 'E33', path, 'La période finit avant de commencer.', `${start} – ${end}`);
    }
  }
  if (tree.name === 'session' && walk.today) {
    const end = readLheoDate(tokenOf(textAt(tree, 'periode', 'fin') ?? ''), 'last')?.day;
    const isOpen = tokenOf(textAt(tree, 'etat-recrutement') ?? '1') === '1';
    if (isOpen && end && end < walk.today) {
      note(walk, tree, 'W46', path, 'Cette session est passée, et son recrutement est ouvert.', end);
    }
  }
}
