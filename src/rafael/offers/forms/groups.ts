import type { Option } from '#platform/web/forms/forms.ts';
import { element, type LheoElement } from '../../lheo/tree.ts';
import { writeElement } from '../../lheo/writer.ts';
import { extrasOf } from './edit.ts';
import { longestOf, type OfferField, optionsOf } from './fields.ts';
import { DETAILS } from './formation.ts';

/** A field as `partials/field` shows it. */
export interface ShownField {
  name: string;
  label: string;
  hint: string;
  required: boolean;
  maxlength: number;
  rows: number;
  inputmode: string;
  options?: Option[];
}

/** A fieldset of a form of the catalogue. */
export interface ShownGroup {
  legend: string;
  /** Folded: what LHÉO leaves optional. */
  isFolded: boolean;
  fields: ShownField[];
}

const shownField = (field: OfferField): ShownField => {
  const { control } = field;
  const options = optionsOf(field);
  return {
    name: field.name,
    label: field.label,
    hint: field.hint ?? '',
    required: field.required ?? false,
    maxlength: control.kind === 'codes' ? 400 : longestOf(field),
    rows: control.kind === 'long' ? (control.rows ?? 4) : 0,
    inputmode: control.kind === 'number' ? 'numeric' : '',
    ...(options.length > 0 ? { options } : {}),
  };
};

/** The fieldsets of a form, in the order in which its fields name them. */
export const groupsOf = (fields: readonly OfferField[]): ShownGroup[] =>
  [...Map.groupBy(fields, ({ group }) => group)].map(([legend, some]) => ({
    legend,
    isFolded: legend === DETAILS,
    fields: some.map(shownField),
  }));

/** What a level says in extras that RafaelPro does not read, as a file would write it. */
export const shownExtras = (level: LheoElement): string[] =>
  extrasOf(element(level.name, level.children?.filter((child) => typeof child !== 'string') ?? []))
    .filter(({ attributes }) => attributes?.info !== 'rafaelpro')
    .map(writeElement);
