import { z } from 'zod';
import { choice, day, searchText } from '#platform/web/forms/fields.ts';

/** How to be told of new requests. */
export const digestForm = z.object({
  courriels: choice(['un-par-demande', 'un-par-jour'], 'Choisissez quand recevoir les e-mails.'),
});

/** Who decides during an absence, and when. */
export const delegationForm = z.object({
  /** A number of the list, or an e-mail where there are too many to list. */
  personne: searchText(254).refine((value) => value !== '', {
    message: 'Choisissez une personne de la structure.',
  }),
  du: day('Indiquez le premier jour.'),
  au: day('Indiquez le dernier jour.'),
});
