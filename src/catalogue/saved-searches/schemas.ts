import { z } from 'zod';
import { searchText, text } from '#platform/web/forms/fields.ts';

/** « Enregistrer cette recherche ». `recherche` is the search as its address writes it. */
export const saveSchema = z.object({
  nom: text('Donnez un nom à cette recherche, par exemple « VAE en Gironde ».', 80),
  alerte: z.unknown().transform((value) => value === '1'),
  recherche: searchText(2000),
});
