import { z } from 'zod';
import { secret, text } from '#platform/web/forms/fields.ts';
import { type FormState, withError } from '#platform/web/forms/forms.ts';

const password = () => secret('Saisissez votre mot de passe.');
// A recovery code has eleven characters; spaces are welcome anywhere.
const code = (required: string) => text(required, 40);
const ANY_CODE = 'Saisissez le code de votre application, ou un code de secours.';

/** The password again, before the key is shown. */
export const passwordForm = z.object({ mot_de_passe: password() });

/** The first code of the application. */
export const firstCodeForm = z.object({
  code: code('Saisissez le code à six chiffres de votre application.'),
});

/** A code of the application, or a recovery code. */
export const codeForm = z.object({ code: code(ANY_CODE) });

/** Both: for what would undo the protection. */
export const passwordAndCodeForm = z.object({ mot_de_passe: password(), code: code(ANY_CODE) });

/** What is never sent back to the page. */
export const SECRET_FIELDS = ['mot_de_passe', 'code'] as const;

/** What a page says of a wrong password or code. */
export const WRONG = {
  password: 'Ce mot de passe n’est pas le vôtre.',
  code: 'Code incorrect ou déjà utilisé. Attendez le code suivant de votre application.',
} as const;

/** The form again, with what was wrong. */
export function refusal(form: FormState, what: keyof typeof WRONG): FormState {
  return withError(form, what === 'password' ? 'mot_de_passe' : 'code', WRONG[what]);
}
