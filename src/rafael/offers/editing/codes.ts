import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { FormRefused } from '#platform/web/forms/form-page.ts';
import type { Field } from '../forms/fields/fields.ts';
import type { Typed } from '../forms/reading.ts';

/** As many codes as are proposed for some words. */
const MOST_PROPOSED = 8;
const IS_CODE = /^\d{5}$/;
/** Codes of publics begin like that. */
const PUBLIC = '8';

interface Found {
  code: string;
  label: string;
  isWhole: boolean;
}

/**
 * The same, with the codes of the words that were typed in their place.
 * @throws FormRefused where words have no code, or several: it names them
 */
export async function findCodes(db: Knex, fields: readonly Field[], typed: Typed): Promise<Typed> {
  const found: Record<string, readonly string[]> = {};
  for (const { name, lookup } of fields) {
    const texts = typed[name];
    if (!lookup || !texts || texts.every((text) => IS_CODE.test(text))) continue;
    const codes: string[] = [];
    for (const text of texts) codes.push(IS_CODE.test(text) ? text : await codeOf(db, name, lookup, text));
    found[name] = [...new Set(codes)];
  }
  return { ...typed, ...found };
}

async function codeOf(db: Knex, field: string, lookup: 'domain' | 'public', words: string): Promise<string> {
  const rows = await query<Found[]>(
    db,
    `select f.code, f.label, plain_words(f.label) = plain_words(:words) as "isWhole"
       from (select distinct on (code) code, label from formacodes
              where (left(code, 1) = :prefix) = :isPublic order by code, version desc) f
      where plain_words(f.label) like all (word_patterns(:words))
      order by "isWhole" desc, length(f.label), f.code limit :most`,
    { words, prefix: PUBLIC, isPublic: lookup === 'public', most: MOST_PROPOSED + 1 },
  );
  const [first, second] = rows;
  if (first && (!second || (first.isWhole && !second.isWhole))) return first.code;
  if (!first) {
    throw new FormRefused(
      field,
      `«\u00a0${words}\u00a0»\u00a0: ce mot n’est pas dans la liste des Formacodes. Écrivez le code de cinq chiffres.`,
    );
  }
  const proposed = rows.slice(0, MOST_PROPOSED).map(({ code, label }) => `${code} (${label})`);
  const more = rows.length > MOST_PROPOSED ? '…' : '';
  throw new FormRefused(
    field,
    `«\u00a0${words}\u00a0»\u00a0: plusieurs codes conviennent. Gardez-en un\u00a0: ${proposed.join(', ')}${more}.`,
  );
}
