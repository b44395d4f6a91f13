import { z } from 'zod';
import { email, secret } from '#platform/web/forms/fields.ts';

/** « Mot de passe oublié ? » */
export const forgottenPasswordForm = z.object({ email: email() });

/** The new password, twice. */
export const newPasswordForm = z.object({
  password: secret('Choisissez un nouveau mot de passe.'),
  password_confirmation: secret('Saisissez le mot de passe une seconde fois.'),
});

export const SECRET_FIELDS = ['password', 'password_confirmation'] as const;
