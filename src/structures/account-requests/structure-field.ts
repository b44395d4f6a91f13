import type { Dependencies } from '#platform/dependencies.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, firstOf, withError } from '#platform/web/forms/forms.ts';
import { structureQuery } from '../search/routes.ts';
import { findFirstStructures } from '../search/service.ts';
import { findChosenStructure, type OpenStructure } from './service.ts';

/** A form that asks for a structure, in one of three moments: looked for, found, chosen. */
export interface StructureForm {
  form: FormState;
  chosen?: OpenStructure;
}

/** What fills in the view of the same name, and the files that its page needs. */
export async function structureField(deps: Dependencies, { form, chosen }: StructureForm) {
  const q = form.values.q ?? '';
  const found = chosen || q === '' ? undefined : await findFirstStructures(deps, q);
  return {
    styles: ['vendor/accessible-autocomplete.css'],
    scripts: ['vendor/accessible-autocomplete.js', 'js/structure-search.js'],
    form,
    chosen,
    q,
    results: found?.structures,
    areMore: found?.areMore ?? false,
  };
}

/** The structure that was sent; undefined for none, and for one that nobody may choose. */
export async function sentStructure(deps: Dependencies, body: Fields): Promise<OpenStructure | undefined> {
  const id = parseRowId(firstOf(body.structure_id));
  return id === undefined ? undefined : findChosenStructure(deps, id);
}

/**
 * The form as an address opens it: `?structure=` chooses one, `?q=` looks for some.
 * @param unavailable what is said of one that nobody may choose
 */
export async function openedForm(
  deps: Dependencies,
  query: Fields,
  unavailable: string,
): Promise<StructureForm & { status: number }> {
  const id = parseRowId(firstOf(query.structure));
  const chosen = id === undefined ? undefined : await findChosenStructure(deps, id);
  const form = emptyForm({ q: chosen ? '' : structureQuery.parse(query.q) });
  if (id !== undefined && !chosen) return { form: withError(form, 'q', unavailable), status: 404 };
  return { form, chosen, status: 200 };
}

/**
 * Without scripts, the structure is looked for with the same form, so that nothing typed is lost.
 * @returns the form to go on with; undefined where it was sent for good
 */
export function searchingForm(body: Fields, { values }: FormState): StructureForm | undefined {
  const step = firstOf(body.step);
  if (step === 'search') return { form: emptyForm({ ...values }) };
  return step === 'change' ? { form: emptyForm({ ...values, q: '' }) } : undefined;
}
