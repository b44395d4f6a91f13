import { z } from 'zod';
import { longText, readable } from '#platform/web/forms/fields.ts';
import { readStrokes } from './strokes.ts';

/** A drawing, which nobody has to make. */
const drawing = () =>
  z.unknown().transform((sent, context): string => {
    const strokes = readStrokes(typeof sent === 'string' ? sent : '');
    if (strokes !== undefined) return strokes;
    context.addIssue({
      code: 'custom',
      message: 'Le dessin est vide ou illisible\u00a0: recommencez-le, ou signez sans dessin.',
    });
    return z.NEVER;
  });

/** « Je signe »: only a drawing can come with it. */
export const signatureForm = z.object({ dessin: drawing() });

/** « Signer en retard ». */
export const lateForm = z.object({
  motif: longText('Indiquez pourquoi vous signez en retard.', 500),
  dessin: drawing(),
});

/** The six digits of a room, spaces left out. */
export const digitsForm = z.object({
  chiffres: readable({ required: 'Saisissez les six chiffres affichés dans la salle.', max: 20 }).transform(
    (typed, context) => {
      const digits = typed.replaceAll(/[\s\u00a0-]/g, '');
      if (/^\d{6}$/.test(digits)) return digits;
      context.addIssue({ code: 'custom', message: 'Le code a six chiffres, par exemple 123 456.' });
      return z.NEVER;
    },
  ),
});
