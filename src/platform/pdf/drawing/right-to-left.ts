/** A stretch of a line that is written in one direction. */
export interface Run {
  text: string;
  isRightToLeft: boolean;
}

// Hebrew, Arabic and their neighbours, with the shapes that older files hold of them.
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const MIRRORED = new Map([...'()[]{}<>«»'].map((sign, index, all) => [sign, all[index ^ 1] as string]));

export const hasRightToLeft = (text: string): boolean => RIGHT_TO_LEFT.test(text);

/**
 * A line of a French text in the order in which it is seen, from left to right. What Unicode's bidirectional algorithm
 * (UAX 9) says of letters, figures and signs; marks that force a direction are none of our documents'.
 */
export function directionalRuns(line: string): Run[] {
  const characters = [...line];
  const levels = levelsOf(characters);
  const seen: { text: string; level: number }[] = [];
  for (const [index, character] of characters.entries()) {
    const level = levels[index] as number;
    const shown = level === 1 ? (MIRRORED.get(character) ?? character) : character;
    const last = seen.at(-1);
    if (last?.level === level) last.text += shown;
    else seen.push({ text: shown, level });
  }
  const ordered: typeof seen = [];
  for (let from = 0; from < seen.length; ) {
    let to = from + 1;
    if (seen[from]?.level !== 0) while (to < seen.length && seen[to]?.level !== 0) to += 1;
    ordered.push(...seen.slice(from, to).reverse());
    from = to;
  }
  return ordered.map(({ text, level }) => ({ text, isRightToLeft: level === 1 }));
}

/** Of each character: 0 in a French stretch, 1 in one read from right to left, 2 for a number within such a one. */
function levelsOf(characters: readonly string[]): number[] {
  const levels: (0 | 1 | 2 | undefined)[] = [];
  let strong: 0 | 1 = 0;
  for (const character of characters) {
    if (/\p{M}/u.test(character)) {
      levels.push(levels.at(-1));
    } else if (/\p{Nd}/u.test(character)) {
      levels.push(strong === 1 ? 2 : 0);
    } else if (/\p{L}/u.test(character)) {
      strong = RIGHT_TO_LEFT.test(character) ? 1 : 0;
      levels.push(strong);
    } else {
      levels.push(undefined);
    }
  }
  // A sign goes the way of what stands on both sides of it, and else that of the line.
  for (let from = 0; from < levels.length; from += 1) {
    if (levels[from] !== undefined) continue;
    let to = from;
    while (to < levels.length && levels[to] === undefined) to += 1;
    const before = levels[from - 1] ?? 0;
    const after = levels[to] ?? 0;
    const isInNumber =
      before === 2 && after === 2 && to === from + 1 && /[.,:/-]/.test(characters[from] ?? '');
    levels.fill(isInNumber ? 2 : before > 0 && after > 0 ? 1 : 0, from, to);
    from = to;
  }
  return levels as number[];
}
