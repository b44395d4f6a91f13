import { z } from 'zod';
import { longText, text } from '#platform/web/forms/fields.ts';

const count = (required: string) =>
  text(required, 6).transform((value, context) => {
    if (/^\d{1,5}$/.test(value) && Number(value) <= 10_000) return Number(value);
    context.addIssue({ code: 'custom', message: 'Saisissez un nombre entier de 0 à 10\u202f000.' });
    return z.NEVER;
  });

/** Why a session is cancelled or moved; sent to everybody concerned. */
export const sessionReasonForm = z.object({
  motif: longText('Indiquez un motif\u00a0: il sera transmis à toutes les personnes concernées.', 2000),
});

/** « Places » and « Liste d’attente » of a session. */
export const capacityForm = z.object({
  places: count('Indiquez le nombre de places.'),
  attente: count('Indiquez le nombre de places en liste d’attente.'),
});
