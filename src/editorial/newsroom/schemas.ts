import { z } from 'zod';
import { day, longText, optionalDay, optionalText, text } from '#platform/web/forms/fields.ts';
import { localPath } from '#platform/web/forms/local-path.ts';

export const LONGEST_TITLE = 150;
export const LONGEST_TEXT = 5000;

// Of this site, or over https: the same as the links of the text.
const link = optionalText(500).transform((typed, context) => {
  const address = typed === null ? null : addressOf(typed);
  if (address !== undefined) return address;
  context.addIssue({
    code: 'custom',
    message:
      'Saisissez une adresse qui commence par https://, ou une page de ce site qui commence par /, par exemple /parcourspro.',
  });
  return z.NEVER;
});

function addressOf(typed: string): string | undefined {
  if (typed.startsWith('/')) return localPath(typed, '') || undefined;
  const url = /^https:\/\/\S+$/i.test(typed) ? URL.parse(typed) : null;
  return url && url.username === '' && url.password === '' ? url.href : undefined;
}

/** A piece of news, as « Nouvelle actualité » and « Modifier une actualité » send it. Days are those of Paris. */
export const newsForm = z
  .object({
    title: text('Donnez un titre à l’actualité.', LONGEST_TITLE),
    body: longText('Écrivez le texte de l’actualité.', LONGEST_TEXT),
    link,
    online_from: day('Dites à partir de quel jour l’actualité est en ligne.'),
    online_until: optionalDay(),
  })
  .superRefine(({ online_from, online_until }, context) => {
    if (online_until !== null && online_until < online_from) {
      context.addIssue({
        code: 'custom',
        path: ['online_until'],
        message: 'Le dernier jour est avant le premier.',
      });
    }
  });

/** What a manager wrote, checked. */
export type NewsDraft = z.output<typeof newsForm>;
