import type { FormState, Option } from '#platform/web/forms/forms.ts';
import type { LheoElement } from '../../lheo/tree.ts';
import { countName, type Field, inRow, labelInRow, mostOf, type Parts, type Rows } from './fields/fields.ts';

/** A field as `partials/field` shows it. */
interface ShownField {
  name: string;
  label: string;
  hint: string;
  required: boolean;
  type: string;
  maxlength: number;
  rows: number;
  inputmode: string;
  options: Option[] | null;
  placeholder: string;
}

/** Elements that come several times, a row of fields each. */
interface ShownRows {
  /** The hidden field that says how many rows there are. */
  countName: string;
  rows: { legend: string; fields: ShownField[] }[];
  /** The button that adds some; undefined where LHÉO takes no more. */
  add: { value: string; label: string } | undefined;
}

/** A fieldset of a form of the catalogue. */
interface ShownPart {
  legend: string;
  intro: string;
  fields: ShownField[];
  rows: ShownRows | undefined;
  /** « Plus de détails »: open where something in it is wrong; it tells how many of its fields say something. */
  more: { isOpen: boolean; said: number; fields: ShownField[]; rows: ShownRows | undefined } | undefined;
}

/** Choices that are told when the page is made, by the name of their field. */
export type Choices = Readonly<Record<string, readonly Option[]>>;

/** A form as its page shows it. @param form filled in, from which come how many rows there are */
export function shownParts(
  parts: Parts,
  level: LheoElement,
  form: FormState,
  choices: Choices = {},
): ShownPart[] {
  const shownField = (
    field: Field,
    name = field.name,
    isNeeded = field.missing !== undefined,
  ): ShownField => ({
    name,
    label: field.label,
    hint: field.hint ?? '',
    required: isNeeded,
    type: field.kind.type,
    maxlength: field.kind.maxlength,
    rows: field.kind.rows,
    inputmode: field.kind.inputmode,
    options: optionsOf(field, form.values[name] ?? '', choices),
    placeholder: isNeeded ? 'Choisissez' : 'Non précisé',
  });
  const shownRows = (rows: Rows | undefined): ShownRows | undefined => {
    if (!rows) return undefined;
    const count = Number(form.values[countName(rows)] ?? 0);
    return {
      countName: countName(rows),
      rows: Array.from({ length: count }, (_, index) => ({
        legend: `${rows.label} ${index + 1}`,
        fields: rows.fields.map((field) =>
          shownField(
            field,
            inRow(rows, index, field),
            Boolean(rows.isNeeded && index === 0 && field.missing),
          ),
        ),
      })),
      add: count < mostOf(rows, level.name) ? { value: rows.name, label: rows.addLabel } : undefined,
    };
  };
  return parts.map(({ legend, intro = '', fields, rows, more, moreRows }) => {
    const folded =
      more || moreRows
        ? { fields: (more ?? []).map((field) => shownField(field)), rows: shownRows(moreRows) }
        : undefined;
    return {
      legend,
      intro,
      fields: fields.map((field) => shownField(field)),
      rows: shownRows(rows),
      more: folded && {
        ...folded,
        ...stateOf([...folded.fields, ...(folded.rows?.rows.flatMap((row) => row.fields) ?? [])], form),
      },
    };
  });
}

const stateOf = (fields: readonly ShownField[], { values, errors }: FormState) => ({
  isOpen: fields.some(({ name }) => errors[name]),
  said: fields.filter(({ name }) => values[name]).length,
});

/** The choices of a field, with what it says already where that is offered no more. */
function optionsOf({ name, kind }: Field, value: string, choices: Choices): Option[] | null {
  const options = choices[name] ?? kind.options;
  if (!options) return null;
  const isKnown = value === '' || options.some((option) => String(option.value) === value);
  return isKnown ? [...options] : [...options, { value, label: kind.labelOf?.(value) ?? value }];
}

/** The names of the fields of a form, as comparisons say them. */
export function labelsOf(parts: Parts, { values }: FormState): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const { fields, more = [], rows, moreRows } of parts) {
    for (const field of [...fields, ...more]) labels[field.name] = field.label;
    for (const one of [rows, moreRows])
      for (let index = 0; one && index < Number(values[countName(one)] ?? 0); index += 1)
        for (const field of one.fields) labels[inRow(one, index, field)] = labelInRow(one, index, field);
  }
  return labels;
}

/** What a field says, as people read it: the label of a code. */
export function wordsOf(parts: Parts, name: string, value: string): string {
  const plainName = name.replace(/^[a-z]+_\d+_/, '');
  const field = parts
    .flatMap(({ fields, more = [], rows, moreRows }) => [
      ...fields,
      ...more,
      ...(rows?.fields ?? []),
      ...(moreRows?.fields ?? []),
    ])
    .find((one) => one.name === name || one.name === plainName);
  return field?.kind.labelOf?.(value) ?? value;
}
