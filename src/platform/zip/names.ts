import { lazily } from '../lazily.ts';

/** In bytes, as archives count them; file systems take 255, and tools put folders before it. */
const LONGEST = 120;
// Of any system: what separates folders, what Windows refuses, and what cannot be seen.
const FORBIDDEN = /[\\/:*?"<>|\p{Cc}\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+/gu;
/** Windows' names of devices, which no file may bear. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

const bytesOf = (text: string): number => Buffer.byteLength(text);

/**
 * Gives names to the files of one archive: of any letters, in one folder, never that of another file even where
 * capitals are not told from small letters.
 * @returns what makes a name of some words and an extension (« .pdf »)
 */
export function fileNames(): (words: string, extension: string) => string {
  const taken = new Set<string>();
  return (words, extension) => {
    const plain = words
      .normalize('NFC')
      .replaceAll(FORBIDDEN, '-')
      .replace(/^[.\s]+/, '')
      .replace(DEVICE, '_');
    for (let copy = 1; ; copy += 1) {
      const end = `${copy > 1 ? ` (${copy})` : ''}${extension}`;
      const name = `${cut(plain, LONGEST - bytesOf(end)) || 'document'}${end}`;
      const key = name.toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return name;
    }
  };
}

// Made once: making one takes longer than cutting a thousand names.
const letters = lazily(() => new Intl.Segmenter('fr'));

/** The beginning that fits in `most` bytes: whole letters, accents included. */
function cut(text: string, most: number): string {
  if (bytesOf(text) <= most) return text.replace(/[.\s]+$/, '');
  let kept = '';
  for (const { segment } of letters().segment(text)) {
    if (bytesOf(kept) + bytesOf(segment) > most) break;
    kept += segment;
  }
  return kept.replace(/[.\s]+$/, '');
}
