import { z } from 'zod';
import {
  choice,
  optionalLongText,
  optionalText,
  optionalWholeNumber,
  readable,
  text,
} from '#platform/web/forms/fields.ts';
import type { Option } from '#platform/web/forms/forms.ts';
import { type DictionaryName, dictionaries } from '../../lheo/shape/dictionaries.ts';
import { shapeOf } from '../../lheo/shape/shape.ts';
import { elementAt, type LheoElement, textAt, textsOf } from '../../lheo/tree.ts';
import { withTexts } from './edit.ts';

/** How a field is filled in. */
export type Control =
  | { kind: 'line' }
  | { kind: 'long'; rows?: number }
  | { kind: 'choice' }
  | { kind: 'number' }
  /** Several codes, which people separate by commas, spaces or lines. */
  | { kind: 'codes'; pattern: RegExp; most: number; example: string };

/** One field of a form of the catalogue: a value of LHÉO, its place in the tree, and how a page asks for it. */
export interface OfferField {
  name: string;
  label: string;
  hint?: string;
  /** From the level of the form to the leaf. */
  path: readonly string[];
  control: Control;
  required?: boolean;
  /** Of the fieldset that it stands in. */
  group: string;
  /** What the leaf bears when it is written first, such as the version of its code list. */
  attributes?: Record<string, string>;
}

const leafOf = ({ path }: OfferField): string => path.at(-1) ?? '';

/** The most characters that LHÉO takes there. */
export function longestOf(field: OfferField): number {
  const { value } = shapeOf(leafOf(field));
  return value?.kind === 'text' ? value.max : 20;
}

/** The choices of a field, by the dictionary of its leaf; empty for others. */
export function optionsOf(field: OfferField): Option[] {
  const { value } = shapeOf(leafOf(field));
  if (field.control.kind !== 'choice' || value?.kind !== 'code') return [];
  return [...dictionaries[value.dictionary]]
    .filter(([, label]) => label !== 'Code(s) obsolète(s)')
    .map(([code, label]) => ({ value: code, label }));
}

const missing = (field: OfferField): string =>
  field.control.kind === 'choice' ? `Choisissez : ${field.label}.` : `Renseignez : ${field.label}.`;

/** A field that had to say something, and says « - », says nothing. */
const saysSomething = (said: string) => !/^[\s–—-]*$/.test(said);

function typeOf(field: OfferField): z.ZodType<string | string[] | null> {
  const { control, required } = field;
  const most = longestOf(field);
  switch (control.kind) {
    case 'line':
      return required ? text(missing(field), most).refine(saysSomething, missing(field)) : optionalText(most);
    case 'long':
      return required
        ? readable({ required: missing(field), max: most, multiline: true }).refine(
            saysSomething,
            missing(field),
          )
        : optionalLongText(most).transform((said) => said || null);
    case 'choice': {
      const { value } = shapeOf(leafOf(field));
      const codes = [...dictionaries[(value as { dictionary: DictionaryName }).dictionary].keys()];
      const one = choice(codes as [string, ...string[]], missing(field));
      return required ? one : z.preprocess((typed) => typed || null, z.union([z.null(), one]));
    }
    case 'number':
      return optionalWholeNumber({ min: 0, max: 99_999 }).transform((number) =>
        number === null ? null : String(number),
      );
    case 'codes':
      return readable({
        max: 400,
        multiline: true,
        ...(required ? { required: missing(field) } : {}),
      }).transform((typed, context) => {
        const codes = [
          ...new Set(
            typed
              .toUpperCase()
              .split(/[\s,;]+/)
              .filter(Boolean),
          ),
        ];
        const wrong = codes.find((code) => !control.pattern.test(code));
        const problem = wrong
          ? `« ${wrong} » n’est pas un code : écrivez par exemple ${control.example}.`
          : codes.length > control.most
            ? `${control.most} codes au plus.`
            : undefined;
        if (!problem) return codes;
        context.addIssue({ code: 'custom', message: problem });
        return z.NEVER;
      });
  }
}

/** What the form of these fields takes, by their names. */
export const schemaOf = (fields: readonly OfferField[]): z.ZodObject =>
  z.object(Object.fromEntries(fields.map((field) => [field.name, typeOf(field)])));

/** What a tree says in these fields, as the form shows it. */
export function valuesOf(tree: LheoElement, fields: readonly OfferField[]): Record<string, string> {
  return Object.fromEntries(
    fields.map((field) => {
      const { path, name, control } = field;
      if (control.kind !== 'codes') return [name, textAt(tree, ...path)?.trim() ?? ''];
      const parent = elementAt(tree, ...path.slice(0, -1));
      return [name, parent ? textsOf(parent, leafOf(field)).join(', ') : ''];
    }),
  );
}

/** The tree with what a form says in its place; what a field leaves empty goes. @param data read by {@link schemaOf} */
export function withFields(
  tree: LheoElement,
  fields: readonly OfferField[],
  data: Readonly<Record<string, unknown>>,
): LheoElement {
  return fields.reduce((made, { name, path, attributes }) => {
    const said = data[name] as string | string[] | null;
    const texts = said === null || said === '' ? [] : [said].flat();
    return withTexts(made, path, texts, attributes);
  }, tree);
}
