import { z } from 'zod';
import { email, secret } from '../../platform/web/forms/fields.ts';

/** « Identification requise » (guide 003, step 2). */
export const signInForm = z.object({
  identifiant: email('Saisissez votre identifiant\u00a0: votre adresse e-mail.'),
  mot_de_passe: secret('Saisissez votre mot de passe.'),
});
