import type { RequestHandler } from 'express';

/** What a mail reader takes for a part of the link before it: the end of a sentence, of a parenthesis, of a quotation. */
const AROUND = /^[\s.,;:!?)\]}>'"’»”…*\u00a0\u202f]$/u;
/** No link that we send is longer, and nobody's copying adds more signs; every request comes through here. */
const LONGEST = 500;
const MOST_SIGNS = 10;

/** Where a link of an e-mail ends with a query: a structure, or the page to go on to. A search may end with any sign. */
const QUERY_OF_LINK = /[?&](?:structure=\d+|suite=(?:\/|%2f)[^?&]*)$/i;

/**
 * Opens a link to which a mail reader, or somebody's copying, added the sign that followed it: none of the addresses in
 * our e-mails ends with one.
 * @param opens whether there is a page at a path
 */
export function linksWithSignsAfter(opens: (path: string) => boolean): RequestHandler {
  return (req, res, next) => {
    const address = req.originalUrl;
    if (!['GET', 'HEAD'].includes(req.method) || address.length > LONGEST) return next();
    const meant = withoutSigns(address);
    const [path = '', query] = meant.split('?', 2);
    if (meant === address || path.length < 2 || path.startsWith('//') || !opens(path)) return next();
    if (query !== undefined && !QUERY_OF_LINK.test(meant)) return next();
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
