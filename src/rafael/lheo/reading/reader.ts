import { setImmediate as turn } from 'node:timers/promises';
import { checkFormation } from '../checks.ts';
import type { LheoIssue, Position } from '../issues.ts';
import { elementsOf, type LheoElement } from '../tree.ts';
import { decode } from './decoding.ts';
import { dropEmpty } from './empty.ts';
import { LheoParser, type ParsedFormation } from './parser.ts';

/** One formation of a file, checked alone. */
export interface ReadFormation {
  kind: 'formation';
  /** From 1, in the order of the file. */
  index: number;
  tree: LheoElement;
  /** Of which one that rejects is enough for the formation not to be taken. */
  issues: LheoIssue[];
  line: number;
}

/** The file was read to its end. */
export interface ReadEnd {
  kind: 'end';
  version: '2.2' | '2.3';
  formations: number;
}

export interface ReadOptions {
  /** The present day, `YYYY-MM-DD`: sessions that are past, and still open, are noted. */
  today?: string;
  /** For how long at a time nothing else runs in this process, in milliseconds; `Infinity` where nothing else has to. */
  atOnce?: number;
}

const AT_ONCE = 5;

/**
 * Reads a file of LHÉO 2.3 or 2.2, formation by formation; what is 2.2 becomes 2.3, which takes all of it under another
 * namespace. It holds no more than a formation and a piece of the file.
 * @param chunks the bytes of the file, in pieces of any size
 * @throws LheoFileRefused where the file as a whole is not taken; formations before that moment have been given then
 */
export async function* readLheo(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { today, atOnce = AT_ONCE }: ReadOptions = {},
): AsyncGenerator<ReadFormation | ReadEnd> {
  const parser = new LheoParser();
  let index = 0;
  let since = performance.now();
  const checked = ({ tree, position, places, isTooLarge, hasEmpty }: ParsedFormation): ReadFormation => {
    index += 1;
    const path = `formation[${index}]`;
    const positionOf = positionsIn(tree, places);
    const issues = isTooLarge
      ? [tooLarge(path, position)]
      : [
          ...(hasEmpty ? dropEmpty(tree, path, positionOf) : []),
          ...checkFormation(tree, { positionOf, path, ...(today ? { today } : {}) }),
        ];
    return { kind: 'formation', index, tree, issues, line: position.line };
  };
  for await (const text of decode(chunks)) {
    for (const formation of parser.write(text)) yield checked(formation);
    if (performance.now() - since > atOnce) {
      await turn();
      since = performance.now();
    }
  }
  for (const formation of parser.end()) yield checked(formation);
  yield { kind: 'end', version: parser.version, formations: index };
}

/** Where the elements of a tree stand; looked for only once something is wrong with one. */
function positionsIn(tree: LheoElement, places: readonly number[]): (element: LheoElement) => Position {
  let positions: Map<LheoElement, Position> | undefined;
  return (element) => {
    if (!positions) {
      positions = new Map();
      for (const one of inOrder(tree)) {
        const at = positions.size * 2;
        positions.set(one, { line: places[at] ?? 1, column: places[at + 1] ?? 1 });
      }
    }
    return positions.get(element) ?? { line: places[0] ?? 1, column: places[1] ?? 1 };
  };
}

/** Every element, in the order in which they begin. */
function* inOrder(tree: LheoElement): Generator<LheoElement> {
  yield tree;
  for (const child of elementsOf(tree)) yield* inOrder(child);
}

const tooLarge = (path: string, position: { line: number; column: number }): LheoIssue => ({
  code: 'E14',
  severity: 'reject',
  ...position,
  path,
  message: 'Une formation compte au plus 20 000 éléments et 2 millions de caractères.',
});
