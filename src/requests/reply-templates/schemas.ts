import { z } from 'zod';
import { longText, text } from '#platform/web/forms/fields.ts';

/** A template of reason; the text is as long as a reason may be once its names are filled in. */
export const templateForm = z.object({
  title: text('Donnez un titre au modèle.', 80),
  body: longText('Écrivez le texte du modèle.', 1500),
});
