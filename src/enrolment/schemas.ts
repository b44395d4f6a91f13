import { z } from 'zod';
import { choice, longText, rowId } from '#platform/web/forms/fields.ts';

/** « Inscription à une action » (guide 003). */
export const requestForm = z.object({
  structure: rowId('Choisissez la structure pour laquelle vous faites cette demande.'),
  motivation: longText('Indiquez votre demande et vos éléments de motivation.', 4000),
});

/** Why somebody refuses or withdraws; always required, always sent to the people concerned. */
export const reasonForm = z.object({
  motif: longText('Indiquez un motif : il sera transmis aux personnes concernées.', 2000),
});

/** The validator's two buttons. */
export const decisionForm = z.object({
  decision: choice(['approuver', 'refuser'], 'Choisissez d’approuver ou de refuser la demande.'),
  motif: z.unknown().optional(),
});
