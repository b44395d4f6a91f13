import { z } from 'zod';
import { secret } from '#platform/web/forms/fields.ts';

/** « Changer de mot de passe »: the present one, the new one twice. */
export const passwordForm = z.object({
  present_password: secret('Saisissez votre mot de passe actuel.'),
  password: secret('Choisissez un nouveau mot de passe.'),
  password_confirmation: secret('Saisissez le mot de passe une seconde fois.'),
});

/** The fields whose values never go back to the page. */
export const SECRET_FIELDS = ['present_password', 'password', 'password_confirmation'] as const;
