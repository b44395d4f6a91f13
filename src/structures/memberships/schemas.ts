import { z } from 'zod';
import { rowId, text } from '#platform/web/forms/fields.ts';
import { currentCharter } from './charter.ts';

/** The request for membership: for which structure and year, with the charter accepted. */
export const membershipForm = z.object({
  structure: rowId('Choisissez la structure qui adhère.'),
  year: rowId('Choisissez l’année de l’adhésion.'),
  charter: text('Acceptez la charte pour envoyer la demande.', 10).refine((value) => value === '1', {
    message: 'Acceptez la charte pour envoyer la demande.',
  }),
  // Whoever opened the page before another text was published has not read that one.
  charter_version: text('Relisez la charte avant de l’accepter.', 20).refine(
    (version) => version === currentCharter.version,
    { message: 'La charte a changé depuis l’ouverture de cette page\u00a0: relisez-la.' },
  ),
});
