import { z } from 'zod';
import { MOST_RECIPIENTS } from '#follow-up/messages/rules.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { longText, parseRowId, text } from '#platform/web/forms/fields.ts';
import { firstOf } from '#platform/web/forms/forms.ts';

/** « Écrire aux participants » */
export const messageForm = z.object({
  objet: text('Indiquez l’objet du message.', 120),
  message: longText('Écrivez le message.', 4000),
});

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : (value ?? []);

/** The groups and the people that were ticked; whatever is neither is left out. */
export function readChoice(body: Fields): { groups: string[]; ids: number[] } {
  const ids = listOf(body.personne).slice(0, MOST_RECIPIENTS).map(parseRowId);
  return {
    groups: [...new Set(listOf(body.groupe))].slice(0, 20),
    ids: [...new Set(ids.filter((id) => id !== undefined))],
  };
}

/** The people whom the preview showed, sent back as one field: « 12,13,14 ». */
export function readShown(body: Fields): number[] {
  const ids = firstOf(body.personnes).slice(0, 20_000).split(',').slice(0, MOST_RECIPIENTS).map(parseRowId);
  return [...new Set(ids.filter((id) => id !== undefined))];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The key of the form, as it was given; undefined for what is none. */
export function readFormKey(body: Fields): string | undefined {
  const key = firstOf(body.cle);
  return UUID.test(key) ? key : undefined;
}
