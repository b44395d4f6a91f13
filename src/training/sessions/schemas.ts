import { z } from 'zod';
import { checkbox, longText, optionalDay, optionalText, wholeNumber } from '#platform/web/forms/fields.ts';
import { parseTime } from './slots.ts';

const optionalTime = optionalText(10).transform((value, context) => {
  if (value === null) return null;
  const time = parseTime(value);
  if (time) return time;
  context.addIssue({ code: 'custom', message: 'Saisissez une heure, par exemple 9:00.' });
  return z.NEVER;
});

const optionalPostcode = optionalText(10).transform((value, context) => {
  const code = value?.replace(/\s/g, '') ?? '';
  if (code === '' || /^\d{5}$/.test(code)) return code;
  context.addIssue({ code: 'custom', message: 'Saisissez un code postal de cinq chiffres.' });
  return z.NEVER;
});

const optionalLink = optionalText(500).transform((value, context) => {
  if (value === null) return '';
  if (URL.canParse(value) && new URL(value).protocol === 'https:') return value;
  context.addIssue({ code: 'custom', message: 'Saisissez une adresse complète, qui commence par https://.' });
  return z.NEVER;
});

/** « Calculer les dates »: half-days that repeat. */
export const repetitionForm = z.object({
  du: optionalDay(),
  au: optionalDay(),
  jour_1: checkbox(),
  jour_2: checkbox(),
  jour_3: checkbox(),
  jour_4: checkbox(),
  jour_5: checkbox(),
  jour_6: checkbox(),
  jour_7: checkbox(),
  matin_de: optionalTime,
  matin_a: optionalTime,
  apres_midi_de: optionalTime,
  apres_midi_a: optionalTime,
  feries: checkbox(),
});

const dates = {
  creneaux: longText('Indiquez au moins une demi-journée.', 12_000),
  ouverture: optionalDay(),
  cloture: optionalDay(),
  lieu: optionalText(120),
  adresse: optionalText(200),
  code_postal: optionalPostcode,
  ville: optionalText(80),
  lien: optionalLink,
};

/** The half-days of a session, where they take place, and when one may ask for a place. */
export const datesForm = z.object(dates);

/** A session of an action. */
export const sessionForm = z.object({
  ...dates,
  places: wholeNumber('Indiquez le nombre de places.', { min: 1, max: 10_000 }),
  attente: wholeNumber('Indiquez le nombre de places en liste d’attente, 0 s’il n’y en a pas.', {
    min: 0,
    max: 10_000,
  }),
  reference: optionalText(60),
});
