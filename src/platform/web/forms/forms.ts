import type { z } from 'zod';
import type { Fields } from './body.ts';

/** A form as a page shows it: what was typed and what is wrong with it, by field name. */
export interface FormState {
  values: Readonly<Record<string, string>>;
  errors: Readonly<Record<string, string>>;
}

/** One of the choices of a field. */
export interface Option {
  value: string | number;
  label: string;
}

/** A form that nobody has filled in yet. */
export function emptyForm(values: Record<string, string> = {}): FormState {
  return { values, errors: {} };
}

/** The outcome of {@link readForm}: the schema's data, or the form to show again. */
export type ReadForm<T> = { ok: true; data: T; form: FormState } | { ok: false; form: FormState };

/**
 * Checks a submitted form.
 * @param schema an object schema made of the fields in `fields.ts`
 * @param body the fields as they came
 * @param secretFields names whose values are never sent back to the page (passwords)
 */
export function readForm<S extends z.ZodObject>(
  schema: S,
  body: Fields,
  secretFields: readonly string[] = [],
): ReadForm<z.output<S>> {
  const values: Record<string, string> = {};
  // A field left out is a field left empty: its own message then says so.
  const submitted: Record<string, unknown> = {};
  for (const name of Object.keys(schema.shape)) {
    submitted[name] = body[name];
    if (!secretFields.includes(name)) values[name] = firstOf(body[name]).replaceAll('�', '');
  }
  const parsed = schema.safeParse(submitted);
  if (parsed.success) return { ok: true, data: parsed.data, form: { values, errors: {} } };
  const errors: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const name = String(issue.path[0] ?? '');
    errors[name] ??= issue.message;
  }
  return { ok: false, form: { values, errors } };
}

/** The same form with one more error, for a rule that only the database can tell. */
export function withError(form: FormState, field: string, message: string): FormState {
  return { values: form.values, errors: { ...form.errors, [field]: message } };
}

/** The value of a field that should come once. */
export function firstOf(value: string | readonly string[] | undefined): string {
  return (typeof value === 'string' ? value : value?.[0]) ?? '';
}
