import type { Fields } from './body.ts';

/** A field of a form as a page gives it back: shown to be copied, or hidden to be sent again. */
export interface TypedField {
  name: string;
  value: string;
}

/** Fields of the machinery: a token, the key of the form, where to go next. */
const OURS = /^(_csrf|_envoi|cle|suite\w*|cle_\w+|envoi_\w+)$/;
/** Never in a page again once typed: passwords and codes, among which neither « code_postal » nor « passees ». */
const SECRET = /^(?:code|(?:cle_)?verification)$|mot_de_passe|password|jeton|token/i;
/** Several words, or one longer than a name: what somebody would be sorry to lose. */
const WORDS = /\S\s+\S|[^\s]{31}/;
/** A file sent as a field is still where it came from. */
const LONGEST = 20_000;

/**
 * What somebody typed and would have to type again, from a form that was refused as a whole: its longer texts, without
 * passwords, codes and what we put in the form ourselves.
 * @param body the fields as they came; anything else holds nothing typed
 */
export function typedWords(body: unknown): TypedField[] {
  return fieldsSent(body).filter(
    ({ name, value }) => !OURS.test(name) && !SECRET.test(name) && isWords(value) && value.length <= LONGEST,
  );
}

const isWords = (value: string) => WORDS.test(value.trim());

/**
 * The fields of a form that may be sent again as they are, all but our token and key.
 * @returns undefined where one of them is a secret, which no page holds
 */
export function fieldsToSendAgain(body: unknown): TypedField[] | undefined {
  const fields = fieldsSent(body).filter(({ name }) => name !== '_csrf' && name !== '_envoi');
  return fields.some(({ name, value }) => SECRET.test(name) && value !== '') ? undefined : fields;
}

function fieldsSent(body: unknown): TypedField[] {
  if (typeof body !== 'object' || body === null || Buffer.isBuffer(body)) return [];
  return Object.entries(body as Fields).flatMap(([name, values]) =>
    [values ?? []].flat().map((value) => ({ name, value: String(value).replaceAll('\0', '') })),
  );
}

/** Whether something that {@link typedWords} would give back was sent. */
export const holdsWords = (body: unknown): boolean => typedWords(body).length > 0;
