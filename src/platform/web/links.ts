import type { RequestHandler } from 'express';

/** What a mail reader takes for a part of the link before it: the end of a sentence, of a parenthesis, of a quotation. */
const AROUND = /(?:[\s.,;:!?)\]}>'"’»”…*\u00a0\u202f])+$/u;

/**
 * Opens a link to which a mail reader, or somebody's copying, added the sign that followed it: none of our addresses
 * ends with one.
 * @param opens whether there is a page at an address
 */
export function linksWithSignsAfter(opens: (path: string) => boolean): RequestHandler {
  return (req, res, next) => {
    const path = req.originalUrl;
    if (!['GET', 'HEAD'].includes(req.method) || path.includes('?')) return next();
    const meant = withoutSigns(path);
    if (meant === path || meant.length < 2 || meant.startsWith('//') || !opens(meant)) return next();
    res.set('Cache-Control', 'no-store').redirect(303, meant);
  };
}

/** The address as sent, percent signs kept, without what is too much at its end. */
function withoutSigns(path: string): string {
  let kept = path;
  for (;;) {
    // The last character, which may be written in several bytes.
    const last = /(?:%[0-9a-f]{2})+$/i.exec(kept)?.[0] ?? kept.slice(-1);
    const signs = decoded(last);
    if (signs === undefined) return kept;
    const rest = signs.replace(AROUND, '');
    if (rest === signs) return kept;
    kept = kept.slice(0, -last.length) + encodeURIComponent(rest);
    if (rest !== '' || kept === '') return kept;
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
