import { type TemplateFault, templateFaults as writtenFaults } from '#platform/pdf/template/faults.ts';
import { type TemplateKind, templateFields } from './fields.ts';
import { lockedPassages } from './locked.ts';

/** What a template of a kind may name: texts anywhere, the rest alone on its line. */
export function namesOf(kind: TemplateKind): { texts: string[]; blocks: string[]; required: string[] } {
  const { texts, blocks } = templateFields[kind];
  const locked = Object.keys(lockedPassages[kind] ?? {});
  // What a locked passage holds is there already.
  const held = Object.values(lockedPassages[kind] ?? {}).map(({ text }) => text);
  const required = Object.entries(blocks)
    .filter(([name, block]) => 'isRequired' in block && !held.some((text) => text.includes(`{${name}}`)))
    .map(([name]) => name);
  return {
    texts: Object.keys(texts),
    blocks: [...Object.keys(blocks), ...locked],
    required: [...locked, ...required],
  };
}

/**
 * What keeps a template of this kind from being published, from top to bottom: what a document does not print, a word in
 * braces that it may not name, something drawn twice, and last what the kind cannot go without (line 0).
 */
export function templateFaults(kind: TemplateKind, body: string): TemplateFault[] {
  const { texts, blocks, required } = namesOf(kind);
  const drawn = body.split('\n').flatMap((text, index) => {
    const [, name = ''] = /^\s*\{([^{}]*)\}\s*$/.exec(text) ?? [];
    return blocks.includes(name) ? [{ name, line: index + 1 }] : [];
  });
  const again = drawn
    .filter(({ name }, index) => drawn.findIndex((one) => one.name === name) < index)
    .map(({ name, line }) => ({ line, message: `{${name}} figure déjà plus haut.` }));
  const missing = required
    .filter((name) => !body.includes(`{${name}}`))
    .map((name) => ({ line: 0, message: `Il manque {${name}}, seul sur une ligne.` }));
  const found = [...writtenFaults(body, { texts, blocks }), ...again].sort((a, b) => a.line - b.line);
  return [...found, ...missing];
}

/** A line of a comparison. */
export interface ComparedLine {
  change: 'kept' | 'removed' | 'added';
  text: string;
}

/** Beyond, what differs is told as a whole: comparing costs the product of both lengths. */
const MOST_COMPARED = 1_000_000;

/** What changes between two texts, line by line, by their longest common part. */
export function comparedLines(before: string, after: string): ComparedLine[] {
  const [old, now] = [before.trimEnd().split('\n'), after.trimEnd().split('\n')];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  )
    end += 1;
  const kept = (text: string): ComparedLine => ({ change: 'kept', text });
  return [
    ...old.slice(0, start).map(kept),
    ...differing(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(kept),
  ];
}

function differing(old: readonly string[], now: readonly string[]): ComparedLine[] {
  const removed = (text: string): ComparedLine => ({ change: 'removed', text });
  const added = (text: string): ComparedLine => ({ change: 'added', text });
  if (old.length * now.length > MOST_COMPARED) return [...old.map(removed), ...now.map(added)];
  // common[i][j]: how many lines the ends of both share from there.
  const common = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      (common[i] as Uint32Array)[j] =
        old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: ComparedLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ change: 'kept', text: old[i] as string });
      i += 1;
      j += 1;
    } else if (j === now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(removed(old[i] as string));
      i += 1;
    } else {
      lines.push(added(now[j] as string));
      j += 1;
    }
  }
  return lines;
}

/** The same, without what stays far from any change. @param around how many lines on each side are shown */
export function changedPassages(lines: readonly ComparedLine[], around = 2): ComparedLine[][] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ change }) => change !== 'kept'),
  );
  const passages: ComparedLine[][] = [];
  lines.forEach((line, index) => {
    if (!near[index]) return;
    if (!near[index - 1]) passages.push([]);
    passages.at(-1)?.push(line);
  });
  return passages;
}
