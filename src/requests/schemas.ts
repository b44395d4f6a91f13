import { z } from 'zod';
import { longText } from '#platform/web/forms/fields.ts';

/** The refusal of a request: the reason is sent to the person. */
export const refusalForm = z.object({
  reason: longText('Indiquez le motif du refus\u00a0: il est envoyé à la personne.', 2000),
});
