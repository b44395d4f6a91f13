import type { z } from 'zod';
import type { Fields } from '#platform/web/forms/body.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, firstOf, readForm, withError } from '#platform/web/forms/forms.ts';
import { structureQuery } from '#structures/search/routes.ts';
import { legalFields, legalForm, legalOf } from './legal.ts';
import { actionForm } from './schemas.ts';
import type { ActionContent, ManagedAction } from './service.ts';

/** An action's form as it was sent. */
export type SubmittedAction = { form: FormState; providerId: number | undefined } & (
  | { ok: true; content: ActionContent }
  | { ok: false }
);

/** Reads the form of an action; the structure that runs it is chosen beside the other fields. */
export function readAction(body: Fields): SubmittedAction {
  const submitted = readForm(actionForm, body);
  const legal = readForm(legalForm, body);
  const providerId = parseRowId(firstOf(body.structure_id));
  const q = structureQuery.parse(body.q);
  const form = {
    values: { ...submitted.form.values, ...legal.form.values, q },
    errors: { ...submitted.form.errors, ...legal.form.errors },
  };
  if (!submitted.ok || !legal.ok || providerId === undefined) {
    const faulty =
      providerId === undefined ? withError(form, 'q', 'Choisissez l’organisme qui réalise l’action.') : form;
    return { ok: false, form: faulty, providerId };
  }
  const { data } = submitted;
  return {
    ok: true,
    form,
    providerId,
    content: { ...contentOf(data, providerId), legal: legalOf(legal.data) },
  };
}

/** An action as the agency writes it, out of its form. */
export const contentOf = (data: z.output<typeof actionForm>, providerId: number): ActionContent => ({
  title: data.titre,
  kindId: data.type,
  themeId: data.theme,
  providerId,
  modality: data.modalite,
  durationDays: data.duree,
  trainer: data.intervenant ?? '',
  objectives: data.objectifs,
  audience: data.public,
  prerequisites: data.prerequis,
  programme: data.programme,
  reference: data.reference,
});

/** The fields that show an action. */
export const actionFields = (action: ManagedAction): Record<string, string> => ({
  titre: action.title,
  type: String(action.kindId),
  theme: String(action.themeId),
  modalite: action.modality,
  duree: String(action.durationDays).replace('.', ','),
  intervenant: action.trainer,
  objectifs: action.objectives,
  public: action.audience,
  prerequis: action.prerequisites,
  programme: action.programme,
  reference: action.reference ?? '',
  ...legalFields(action.legal),
});

/** A form without its errors: somebody looks for a structure, or reads the page before saving. */
export const withoutErrors = ({ values }: FormState): FormState => emptyForm({ ...values });
