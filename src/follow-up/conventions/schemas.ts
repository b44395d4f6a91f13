import { z } from 'zod';
import { checkbox, text } from '#platform/web/forms/fields.ts';

/** « Signer la convention ». */
export const signatureForm = z.object({
  qualite: text('Indiquez en quelle qualité vous signez, par exemple directrice.', 120),
  engagement: checkbox().refine((isTicked) => isTicked, {
    message: 'Cochez cette case pour signer\u00a0: elle dit ce à quoi vous engagez votre structure.',
  }),
});
