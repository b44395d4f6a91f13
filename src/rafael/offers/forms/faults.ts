import { checkFormation } from '../../lheo/checks.ts';
import type { LheoIssue } from '../../lheo/issues.ts';
import { childrenOf, type LheoElement, withChildren } from '../../lheo/tree.ts';
import { type Field, fieldsOf, inRow, type Parts, type Rows, rowsOf, saidOf } from './fields/fields.ts';
import { elementsIn } from './reading.ts';

/** What LHÉO has against a level, at the field of its form where it is mended. */
export interface LevelFault {
  /** The name of the field; '' where no field of the form says it. */
  field: string;
  /** A sentence, which names what it is about. */
  message: string;
  /** Whether something has still to be said, which may wait in a draft. */
  isMissing: boolean;
}

/**
 * What keeps a level from being published, by the fields of its form. What stands in the levels below is theirs.
 * @param level as its form says it
 */
export const levelFaults = (parts: Parts, level: LheoElement): LevelFault[] =>
  checkFormation(wholeWith(level))
    .filter(({ severity }) => severity === 'reject')
    .flatMap((issue) => {
      const steps = stepsIn(issue.path);
      const depth = { formation: 1, action: 2, session: 3 }[level.name] ?? 1;
      const own = steps.slice(depth);
      const isOwn =
        steps.length >= depth &&
        steps[depth - 1]?.name === level.name &&
        !['action', 'session'].includes(own[0]?.name ?? '');
      return isOwn ? [faultAt(parts, level, own, issue)] : [];
    });

/** A level in the formation that LHÉO wants around it. */
function wholeWith(level: LheoElement): LheoElement {
  if (level.name === 'formation') return withChildren(level, 'action', []);
  const action = level.name === 'session' ? { name: 'action', children: [level] } : level;
  return { name: 'formation', children: [action] };
}

/** One name of the path of an issue; the nth of its name, where there may be several. */
export interface Step {
  name: string;
  nth: number;
}

/** `formation[3]/action[1]/rythme-formation` as its steps. */
export const stepsIn = (path: string): Step[] =>
  path.split('/').map((step) => {
    const [, name = step, nth = '1'] = /^([^[]+)(?:\[(\d+)\])?$/.exec(step) ?? [];
    return { name, nth: Number(nth) };
  });

/** What an issue says, at the field that is nearest. @param steps within the level */
export function faultAt(
  parts: Parts,
  level: LheoElement,
  steps: readonly Step[],
  issue: LheoIssue,
): LevelFault {
  const isMissing = issue.code === 'E12' || issue.code === 'W42';
  const found = fieldAt(parts, level, steps);
  if (!found) return { field: '', message: issue.message, isMissing };
  const { field, name } = found;
  return {
    field: name,
    message: isMissing && field.missing ? field.missing : saidOf(field.label, issue.message),
    isMissing,
  };
}

function fieldAt(
  parts: Parts,
  level: LheoElement,
  steps: readonly Step[],
): { field: Field; name: string } | undefined {
  const names = steps.map(({ name }) => name);
  const alone = nearest(fieldsOf(parts), names);
  if (alone) return { field: alone, name: alone.name };
  const rows = rowsOf(parts).find(({ element }) => element === names[0]);
  // A whole row is wanted: it begins with what it cannot be without.
  const field =
    rows &&
    (names.length === 1 ? rows.fields.find(({ missing }) => missing) : nearest(rows.fields, names.slice(1)));
  const index = rows && rowAt(rows, level, steps[0]?.nth ?? 1);
  return rows && field && index !== undefined ? { field, name: inRow(rows, index, field) } : undefined;
}

/** The row that shows the nth element of its name; undefined for one that is no row. */
function rowAt(rows: Rows, level: LheoElement, nth: number): number | undefined {
  const element = childrenOf(level, rows.element)[nth - 1];
  if (!element) return 0;
  const index = elementsIn(level, rows).indexOf(element);
  return index === -1 ? undefined : index;
}

/** The field whose path goes farthest along these names, as far as either of them reaches. */
function nearest(fields: readonly Field[], names: readonly string[]): Field | undefined {
  const reach = ({ at: { path } }: Field): number => {
    const common = path.findIndex((name, index) => name !== names[index]);
    const length = common === -1 ? path.length : common;
    return length > 0 && length === Math.min(path.length, names.length) ? length : -1;
  };
  let best: Field | undefined;
  for (const field of fields) {
    const [mine, others] = [reach(field), best ? reach(best) : -1];
    // Of those that are as near, one that has something to say of what is missing.
    if (mine > others || (mine === others && mine >= 0 && field.missing && !best?.missing)) best = field;
  }
  return best;
}
