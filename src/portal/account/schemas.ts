import { z } from 'zod';
import { choice, optionalPhone, optionalText, text } from '../../platform/web/forms/fields.ts';
import { CIVILITIES } from '../account-requests/schemas.ts';

/** « Mes informations » (guide 002 §3: « remplissez d’abord les champs puis cliquez sur “modifier” »). */
export const detailsForm = z.object({
  civility: choice(CIVILITIES, 'Choisissez votre civilité.'),
  last_name: text('Saisissez votre nom.', 80),
  first_name: text('Saisissez votre prénom.', 80),
  job_title: optionalText(120),
  phone: optionalPhone(),
  mobile: optionalPhone(),
});
