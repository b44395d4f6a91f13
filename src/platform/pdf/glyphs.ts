import { documentFonts } from './drawing/fonts.ts';

/** What has no shape: spaces of no width, and marks that force a direction. */
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
/** What stands for a character that the fonts do not have. */
export const UNKNOWN = '\ufffd';

/** What a document writes of a text: composed letters, without what has no shape. */
export const tidied = (text: string): string =>
  text.normalize('NFC').replaceAll(/\r\n?/g, '\n').replaceAll('\t', ' ').replaceAll(INVISIBLE, '');

/** Whether documents can write a character, in whichever of their fonts it comes. */
function isWritable(character: string): boolean {
  const code = character.codePointAt(0) as number;
  if (character === '\n') return true;
  return (
    character !== UNKNOWN && Object.values(documentFonts()).every((font) => font.hasGlyphForCodePoint(code))
  );
}

/** The characters of a text that the fonts of documents do not have, each once, in the order in which they come. */
export const unwritable = (text: string): string[] =>
  [...new Set(tidied(text))].filter((character) => !isWritable(character));

/** A text as documents write it; what they cannot write is noted in `unknown`. */
export function written(text: string, unknown: Set<string>): string {
  return [...tidied(text)]
    .map((character) => {
      if (isWritable(character)) return character;
      unknown.add(character);
      return UNKNOWN;
    })
    .join('');
}
