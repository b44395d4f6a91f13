import { z } from 'zod';
import type { Fields } from '#platform/web/forms/body.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, firstOf, type ReadForm, readForm } from '#platform/web/forms/forms.ts';
import { childrenOf, type LheoElement } from '../../lheo/tree.ts';
import {
  countName,
  type Field,
  fieldsOf,
  inRow,
  labelInRow,
  mostOf,
  type Parts,
  type Rows,
  rowsOf,
  saidOf,
} from './fields/fields.ts';

/** What was typed, by the name of the field: texts of leaves, or nothing where the field says what it said. */
export type Typed = Readonly<Record<string, readonly string[] | undefined>>;

/** The elements of a level that are rows of a form. */
export const elementsIn = (tree: LheoElement, { element, has = () => true }: Rows): LheoElement[] =>
  childrenOf(tree, element).filter(has);

/** A level of a formation as its form shows it. @param counts how many rows, where more are asked for */
export function shownLevel(
  parts: Parts,
  tree: LheoElement,
  counts: Readonly<Record<string, number>> = {},
): FormState {
  const values: Record<string, string> = {};
  for (const field of fieldsOf(parts)) values[field.name] = field.kind.show(field.at.texts(tree));
  for (const rows of rowsOf(parts)) {
    const elements = elementsIn(tree, rows);
    const most = mostOf(rows, tree.name);
    const count = Math.max(
      elements.length,
      Math.min(most, counts[rows.name] ?? elements.length + rows.blank),
    );
    values[countName(rows)] = String(count);
    for (let index = 0; index < count; index += 1)
      for (const field of rows.fields) values[inRow(rows, index, field)] = shownInRow(field, elements[index]);
  }
  return emptyForm(values);
}

const shownInRow = ({ at, kind, preset = '' }: Field, element: LheoElement | undefined): string =>
  element ? kind.show(at.texts(element)) : preset;

/** How many rows of each sort a form was sent with. */
export const countsIn = (parts: Parts, body: Fields): Record<string, number> =>
  Object.fromEntries(
    rowsOf(parts).map((rows) => [rows.name, parseRowId(firstOf(body[countName(rows)])) ?? 0]),
  );

/**
 * Reads the form of a level. What says the same as before is not looked at: a text that a file brought is not refused to
 * whoever changes another.
 * @param tree as it is kept
 */
export function readLevel(parts: Parts, tree: LheoElement, body: Fields): ReadForm<Typed> {
  const shown = shownLevel(parts, tree, countsIn(parts, body)).values;
  const fields: [name: string, schema: z.ZodType<readonly string[] | undefined>][] = fieldsOf(parts).map(
    (field) => [field.name, changed(field, shown[field.name], field.label)],
  );
  for (const rows of rowsOf(parts)) {
    fields.push([countName(rows), z.unknown().transform(() => undefined)]);
    for (let index = 0; index < Number(shown[countName(rows)]); index += 1)
      for (const field of rows.fields) {
        const name = inRow(rows, index, field);
        fields.push([name, changed(field, shown[name], labelInRow(rows, index, field))]);
      }
  }
  const read = readForm(z.object(Object.fromEntries(fields)), body);
  const form = {
    ...read.form,
    // How many rows were shown, not what was sent.
    values: {
      ...read.form.values,
      ...Object.fromEntries(rowsOf(parts).map((rows) => [countName(rows), shown[countName(rows)] ?? '0'])),
    },
  };
  return read.ok ? { ...read, form } : { ok: false, form };
}

const plain = (text: string): string => text.replace(/\r\n?/g, '\n').trim();

/** What a field reads, where it does not say what it showed; what is wrong names the field, as several may be of one sort. */
const changed = ({ kind }: Field, shown = '', label: string): z.ZodType<readonly string[] | undefined> =>
  z.unknown().transform((input, context) => {
    if (typeof input === 'string' && plain(input) === plain(shown)) return undefined;
    const read = kind.read.safeParse(input);
    if (read.success) return read.data;
    for (const { message } of read.error.issues)
      context.addIssue({ code: 'custom', message: saidOf(label, message) });
    return z.NEVER;
  });
