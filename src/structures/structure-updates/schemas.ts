import { z } from 'zod';
import type { Fields } from '#platform/web/forms/body.ts';
import { longText } from '#platform/web/forms/fields.ts';
import { firstOf, type ReadForm, readForm } from '#platform/web/forms/forms.ts';
import { box, structureFields } from '../structure-requests/schemas.ts';
import { FIELDS, type Field, isUnchanged, type StructureValues } from './rules.ts';

const optionalLongText = (max: number) => longText('', max).transform((value) => value || null);

const commentForm = z.object({ comment: optionalLongText(2000).default(null) });

/** What is asked for: the fields that were changed, and why. */
interface UpdateData {
  wanted: Partial<StructureValues>;
  comment: string | null;
}

/**
 * Reads « Demander une mise à jour ». What was left as the list has it is not checked: an imported name may be longer
 * than anybody may type, and a missing address is not the fault of whoever corrects the sigle.
 * @param current what the structure holds, as the form was filled in with
 */
export function readUpdate(body: Fields, current: StructureValues): ReadForm<UpdateData> {
  const touched = FIELDS.filter((field) => {
    const typed = body[field];
    return Array.isArray(typed) || !isUnchanged(field, current[field], firstOf(typed));
  });
  const mask = Object.fromEntries(touched.map((field) => [field, true])) as { [key in Field]?: true };
  const values = readForm(z.object(structureFields).pick(mask), body);
  const comment = readForm(commentForm, body);
  const form = {
    values: {
      ...Object.fromEntries(FIELDS.map((field) => [field, firstOf(body[field]).replaceAll('\ufffd', '')])),
      ...comment.form.values,
    },
    errors: { ...values.form.errors, ...comment.form.errors },
  };
  if (!values.ok || !comment.ok) return { ok: false, form };
  const data = { wanted: values.data as Partial<StructureValues>, comment: comment.data.comment };
  return { ok: true, data, form };
}

/** The agency accepts: what a structure may be given beside its words. */
export const acceptanceForm = z.object({
  is_training_body: box().default(false),
  may_preregister: box().default(false),
});
