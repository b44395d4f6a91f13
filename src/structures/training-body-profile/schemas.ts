import { z } from 'zod';
import { formatPhone } from '#platform/french/words.ts';
import {
  email,
  optionalLongText,
  optionalPhone,
  optionalText,
  readable,
} from '#platform/web/forms/fields.ts';
import type { ProfileField, TrainingBodyProfile } from './rules.ts';

/** The regions whose prefects register training bodies. */
export const regions = [
  'Auvergne-Rhône-Alpes',
  'Bourgogne-Franche-Comté',
  'Bretagne',
  'Centre-Val de Loire',
  'Corse',
  'Grand Est',
  'Guadeloupe',
  'Guyane',
  'Hauts-de-France',
  'Île-de-France',
  'La Réunion',
  'Martinique',
  'Mayotte',
  'Normandie',
  'Nouvelle-Aquitaine',
  'Occitanie',
  'Pays de la Loire',
  'Provence-Alpes-Côte d’Azur',
] as const;

const optionalEmail = () =>
  readable({ max: 254 }).transform((typed, context) => {
    if (typed === '') return null;
    const read = email().safeParse(typed);
    if (read.success) return read.data;
    for (const { message } of read.error.issues) context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

const activityNumber = readable({ max: 40 }).transform((typed, context) => {
  const digits = typed.replaceAll(/[\s.\u00a0\u202f-]/g, '');
  if (digits === '') return null;
  if (/^\d{11}$/.test(digits)) return digits;
  context.addIssue({
    code: 'custom',
    message: 'Le numéro de déclaration d’activité a 11 chiffres, par exemple 75 33 00000 33.',
  });
  return z.NEVER;
});

const lines = (max: number) => optionalLongText(max).transform((value) => value || null);

/** What a training body says of itself; everything may be left for later. */
export const profileForm = z
  .object({
    declaration: activityNumber,
    region: readable({ max: 60 }).transform((value, context) => {
      if (value === '') return null;
      if ((regions as readonly string[]).includes(value)) return value;
      context.addIssue({ code: 'custom', message: 'Choisissez une région de la liste.' });
      return z.NEVER;
    }),
    representant: optionalText(120),
    qualite: optionalText(120),
    ville: optionalText(120),
    telephone: optionalPhone(),
    email: optionalEmail(),
    contact: lines(300),
    handicap: lines(300),
    qualiopi: optionalText(60),
  })
  .superRefine(({ declaration, region, representant, qualite }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (declaration && !region)
      refuse('region', 'Choisissez la région dont le préfet a enregistré le numéro.');
    if (region && !declaration) refuse('declaration', 'Saisissez le numéro enregistré dans cette région.');
    if (representant && !qualite)
      refuse('qualite', 'Indiquez la qualité du représentant légal, par exemple «\u00a0Directrice\u00a0».');
    if (qualite && !representant) refuse('representant', 'Saisissez le nom du représentant légal.');
  });

/** The field of the form for each part of the profile. */
export const profileNames: Readonly<Record<ProfileField, keyof typeof profileForm.shape>> = Object.freeze({
  activityNumber: 'declaration',
  activityRegion: 'region',
  representative: 'representant',
  representativeQuality: 'qualite',
  city: 'ville',
  phone: 'telephone',
  email: 'email',
  administrativeContact: 'contact',
  disabilityContact: 'handicap',
  qualiopiNumber: 'qualiopi',
});
const names = Object.entries(profileNames) as [ProfileField, keyof typeof profileForm.shape][];

/** The profile of a form that was accepted. */
export const profileOf = (data: z.output<typeof profileForm>): TrainingBodyProfile =>
  Object.fromEntries(names.map(([field, name]) => [field, data[name]])) as unknown as TrainingBodyProfile;

/** The fields that show a profile. */
export const profileValues = (profile: TrainingBodyProfile): Record<string, string> => ({
  ...Object.fromEntries(names.map(([field, name]) => [name, profile[field] ?? ''])),
  telephone: formatPhone(profile.phone),
});
