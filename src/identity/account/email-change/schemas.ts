import { z } from 'zod';
import { email, secret } from '#platform/web/forms/fields.ts';

/** « Changer d’adresse e-mail »: the new address and the present password. */
export const emailChangeForm = z.object({
  new_email: email('Saisissez votre nouvelle adresse e-mail.'),
  present_password: secret('Saisissez votre mot de passe actuel.'),
});

/** The fields whose values never go back to the page. */
export const SECRET_FIELDS = ['present_password'] as const;
