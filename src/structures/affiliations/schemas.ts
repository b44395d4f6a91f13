import { z } from 'zod';
import { choice, longText, rowId } from '#platform/web/forms/fields.ts';
import { structureQuery } from '../search/routes.ts';

/** « Demande d'affiliation à une structure ». `q` is what was typed to find the structure. */
export const affiliationRequestForm = z.object({
  q: structureQuery.default(''),
  structure_id: rowId('Choisissez la structure dans la liste.'),
});

/** « Accepter la sélection » or « Refuser la sélection ». */
export const selectionForm = z.object({
  decision: choice(['accepter', 'refuser'], 'Choisissez d’accepter ou de refuser la sélection.'),
});

/** One reason for all that is refused at once. */
export const commonReasonForm = z.object({
  reason: longText('Indiquez le motif du refus\u00a0: il est envoyé à chaque personne.', 2000),
});
