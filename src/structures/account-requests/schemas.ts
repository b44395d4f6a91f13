import { z } from 'zod';
import { CIVILITIES, JOB_TITLES } from '#identity/account/schemas.ts';
import { choice, email, optionalPhone, rowId, secret } from '#platform/web/forms/fields.ts';
import { personName } from '#platform/web/forms/names.ts';
import { structureQuery } from '../search/routes.ts';

/** « Demande de création de compte » (domain.md §3, guide 003 step 3). `q` is what was typed to find the structure. */
export const accountRequestForm = z.object({
  // A field that is not sent at all is an empty one, like a box left empty.
  q: structureQuery.default(''),
  structure_id: rowId('Choisissez votre structure dans la liste.'),
  civility: choice(CIVILITIES, 'Choisissez votre civilité.'),
  last_name: personName('Saisissez votre nom.'),
  first_name: personName('Saisissez votre prénom.'),
  job_title: choice(JOB_TITLES, 'Choisissez votre fonction dans la liste.'),
  phone: optionalPhone().default(null),
  mobile: optionalPhone().default(null),
  email: email('Saisissez votre adresse e-mail professionnelle.'),
  password: secret('Choisissez un mot de passe.'),
  password_confirmation: secret('Saisissez le mot de passe une seconde fois.'),
});

/** The confirmation: whoever opens the link shows that they chose the password. */
export const confirmationForm = z.object({
  password: secret('Saisissez le mot de passe que vous avez choisi dans votre demande.'),
});

/** The fields whose values never go back to the page. */
export const SECRET_FIELDS = ['password', 'password_confirmation'] as const;
