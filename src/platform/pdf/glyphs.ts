import { createRequire } from 'node:module';
import { type Font, openSync } from 'fontkit';
import { lazily } from '../lazily.ts';

const require = createRequire(import.meta.url);
const body = lazily(() => openSync(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf')) as Font);

/** What a document writes of a text: composed letters, without marks that have no width. */
export const tidied = (text: string): string =>
  text.normalize('NFC').replaceAll(/[\u200b-\u200f\u2060\ufeff]/g, '');

/** The characters of a text that the fonts of documents do not have, each once, in the order in which they come. */
export function unwritable(text: string): string[] {
  const font = body();
  return [...new Set(tidied(text))].filter(
    (character) =>
      !/[\n\r\t]/.test(character) && !font.hasGlyphForCodePoint(character.codePointAt(0) as number),
  );
}
