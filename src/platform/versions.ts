import { Conflict } from './errors.ts';
import { parseRowId } from './web/forms/fields.ts';
import { type FormState, firstOf } from './web/forms/forms.ts';

/** Somebody else saved the same thing while this form was open: nothing of either is lost. */
export class Stale extends Conflict {
  override name = 'Stale';
  constructor() {
    super('Quelqu’un d’autre a enregistré des modifications entre-temps. Rouvrez la page pour les voir.');
  }
}

/** Another one of the list has this name. */
export class LabelTaken extends Conflict {
  override name = 'LabelTaken';
  constructor() {
    super('Ce nom est déjà dans la liste.');
  }
}

/** The version on which a form was opened; 0, which nothing has, where it does not say. */
export const versionOf = (body: { version?: string | string[] }): number =>
  parseRowId(firstOf(body.version)) ?? 0;

/** A field whose saved value is not the one typed. */
export interface Difference {
  label: string;
  saved: string;
}

/**
 * What a form shown again after {@link Stale} says: the fields where the saved text differs from the typed one.
 * @param labels of the fields, by name
 * @param inWords what a field holds, as its form says it
 */
export function differences(
  form: FormState,
  saved: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
  inWords: (name: string, value: string) => string = (_name, value) => value,
): Difference[] {
  const plain = (text: string | undefined) => (text ?? '').replace(/\r\n?/g, '\n').trim();
  return Object.entries(labels)
    .filter(([name]) => plain(form.values[name]) !== plain(saved[name]))
    .map(([name, label]) => ({ label, saved: inWords(name, plain(saved[name])) || 'vide' }));
}
