import { z } from 'zod';
import { choice, longText, secret } from '#platform/web/forms/fields.ts';

/** « Demander la suppression de mon compte »: the password, and that its consequences are understood. */
export const deletionForm = z.object({
  confirmation: choice(['1'], 'Cochez la case pour confirmer votre demande.'),
  present_password: secret('Saisissez votre mot de passe actuel.'),
});

/** The fields whose values never go back to the page. */
export const SECRET_FIELDS = ['present_password'] as const;

/** The agency's refusal: the reason is sent to the person. */
export const refusalForm = z.object({
  reason: longText('Indiquez le motif du refus\u00a0: il est envoyé à la personne.', 2000),
});
