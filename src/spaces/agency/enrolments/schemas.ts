import { z } from 'zod';
import { longText, parseRowId, rowId, text } from '#platform/web/forms/fields.ts';

const reason = () => longText('Indiquez un motif\u00a0: il sera transmis aux personnes concernées.', 2000);

/** « Inscrire quelqu’un »: a person as one of a structure, a session, and why. */
export const byHandForm = z.object({
  personne: text('Choisissez une personne.', 30).transform((value, context) => {
    const [userId, structureId] = value.split(':').map((part) => parseRowId(part));
    if (userId !== undefined && structureId !== undefined) return { userId, structureId };
    context.addIssue({ code: 'custom', message: 'Choisissez une personne.' });
    return z.NEVER;
  }),
  session: rowId('Choisissez une session.'),
  motif: reason(),
});

/** « Changer de session »: where to, and why. */
export const moveForm = z.object({
  session: rowId('Choisissez la nouvelle session.'),
  motif: reason(),
});
