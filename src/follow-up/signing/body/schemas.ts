import { z } from 'zod';
import { parseRowId, text } from '#platform/web/forms/fields.ts';
import type { SigningSlot } from '../windows/repository.ts';

/** « Donner un lien à un intervenant », for half-days among these. */
export const linkForm = (slots: readonly Pick<SigningSlot, 'id'>[]) =>
  z.object({
    nom: text('Indiquez le nom de l’intervenant.'),
    demi_journees: z.unknown().transform((sent, context) => {
      const asked = [sent ?? []].flat().map(parseRowId);
      const ids = slots.map(({ id }) => id).filter((id) => asked.includes(id));
      if (ids.length > 0) return ids;
      context.addIssue({ code: 'custom', message: 'Choisissez au moins une demi-journée.' });
      return z.NEVER;
    }),
  });
