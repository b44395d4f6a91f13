import { z } from 'zod';
import { choice, optionalPhone } from '../../platform/web/forms/fields.ts';
import { optionalPlainWords, personName } from '../../platform/web/forms/names.ts';
import { CIVILITIES } from '../account-requests/schemas.ts';

/** « Mes informations » (guide 002 §3: « remplissez d’abord les champs puis cliquez sur “modifier” »). */
export const detailsForm = z.object({
  civility: choice(CIVILITIES, 'Choisissez votre civilité.'),
  last_name: personName('Saisissez votre nom.'),
  first_name: personName('Saisissez votre prénom.'),
  job_title: optionalPlainWords(120),
  phone: optionalPhone(),
  mobile: optionalPhone(),
});
