import { z } from 'zod';
import { choice, optionalPhone } from '#platform/web/forms/fields.ts';
import { optionalPlainWords, personName } from '#platform/web/forms/names.ts';

export const CIVILITIES = ['Mme', 'M.'] as const;

/** « -- Fonction -- » (guide 003): what people of training bodies, job centres and town halls usually do. */
export const JOB_TITLES = [
  'Assistant ou assistante',
  'Chargé ou chargée d’accueil',
  'Chargé ou chargée d’insertion',
  'Chargé ou chargée de mission',
  'Chargé ou chargée de relation entreprises',
  'Conseiller ou conseillère en évolution professionnelle',
  'Conseiller ou conseillère en insertion professionnelle',
  'Coordinateur ou coordinatrice',
  'Directeur ou directrice',
  'Formateur ou formatrice',
  'Psychologue de l’Éducation nationale',
  'Référent ou référente handicap',
  'Responsable de formation',
  'Responsable des ressources humaines',
  'Autre fonction',
] as const;

/** « Mes informations » (guide 002 §3: « remplissez d’abord les champs puis cliquez sur “modifier” »). */
export const detailsForm = z.object({
  civility: choice(CIVILITIES, 'Choisissez votre civilité.'),
  last_name: personName('Saisissez votre nom.'),
  first_name: personName('Saisissez votre prénom.'),
  job_title: optionalPlainWords(120),
  phone: optionalPhone(),
  mobile: optionalPhone(),
});
