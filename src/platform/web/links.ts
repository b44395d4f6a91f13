import type { RequestHandler } from 'express';

/** What a mail reader takes for a part of the link before it: the end of a sentence, of a parenthesis, of a quotation. */
const AROUND = /^[\s.,;:!?)\]}>'"’»”…*\u00a0\u202f]$/u;
/** No link that we send is longer, and nobody's copying adds more signs; every request comes through here. */
const LONGEST = 500;
const MOST_SIGNS = 10;

/**
 * Opens a link to which a mail reader, or somebody's copying, added the sign that followed it: none of our addresses
 * ends with one.
 * @param opens whether there is a page at an address
 */
export function linksWithSignsAfter(opens: (path: string) => boolean): RequestHandler {
  return (req, res, next) => {
    const path = req.originalUrl;
    if (!['GET', 'HEAD'].includes(req.method) || path.length > LONGEST || path.includes('?')) {
      return next();
    }
    const meant = withoutSigns(path);
    if (meant === path || meant.length < 2 || meant.startsWith('//') || !opens(meant)) return next();
    res.set('Cache-Control', 'no-store').redirect(303, meant);
  };
}

/** The address as sent, percent signs kept, without what is too much at its end. */
function withoutSigns(path: string): string {
  let end = path.length;
  for (let taken = 0; taken < MOST_SIGNS && end > 0; taken++) {
    const start = lastCharacter(path, end);
    const sign = decoded(path.slice(start, end));
    if (sign === undefined || !AROUND.test(sign)) break;
    end = start;
  }
  return path.slice(0, end);
}

/** Where the last character before `end` begins: it may be written in up to four bytes, « %E2%80%A6 ». */
function lastCharacter(path: string, end: number): number {
  for (let bytes = 1; bytes <= 4; bytes++) {
    const start = end - 3 * bytes;
    const byte = /^%([0-9a-f]{2})/i.exec(path.slice(Math.max(start, 0), start + 3))?.[1];
    if (byte === undefined) break;
    // Bytes 10xxxxxx go on with the character that began before them.
    if ((Number.parseInt(byte, 16) & 0xc0) !== 0x80) return start;
  }
  return end - 1;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
