import { z } from 'zod';
import { checkbox, choice, optionalLongText, rowId } from '#platform/web/forms/fields.ts';

/** « Demander un open badge » */
export const askingForm = z.object({
  badge: rowId('Choisissez un badge.'),
  preuve: optionalLongText(2000),
  certificat: checkbox(),
});

/** « Si mon compte est supprimé » */
export const wishForm = z.object({
  choix: choice(['garder', 'revoquer'], 'Choisissez ce que deviennent vos badges.'),
});
