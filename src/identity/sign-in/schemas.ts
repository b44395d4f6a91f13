import { z } from 'zod';
import { knownEmail, secret } from '#platform/web/forms/fields.ts';

/** « Identification requise » (guide 003, step 2). */
export const signInForm = z.object({
  identifiant: knownEmail('Saisissez votre identifiant\u00a0: votre adresse e-mail.'),
  mot_de_passe: secret('Saisissez votre mot de passe.'),
});
