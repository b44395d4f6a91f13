import { z } from 'zod';
import { choice, secret } from '#platform/web/forms/fields.ts';

/** « Demander la suppression de mon compte »: the password, and that its consequences are understood. */
export const deletionForm = z.object({
  confirmation: choice(['1'], 'Cochez la case pour confirmer votre demande.'),
  present_password: secret('Saisissez votre mot de passe actuel.'),
});

/** The fields whose values never go back to the page. */
export const SECRET_FIELDS = ['present_password'] as const;
