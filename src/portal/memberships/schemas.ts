import { z } from 'zod';
import { rowId, text } from '../../platform/web/fields.ts';

/** The request for membership: for which structure and year, with the charter accepted. */
export const membershipForm = z.object({
  structure: rowId('Choisissez la structure qui adhère.'),
  year: rowId('Choisissez l’année de l’adhésion.'),
  charter: text('Acceptez la charte pour envoyer la demande.', 10).refine((value) => value === '1', {
    message: 'Acceptez la charte pour envoyer la demande.',
  }),
});
