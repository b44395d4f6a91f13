import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';
import type { RequestHandler } from 'express';

/** Characters under which a page fits into a packet as it is. */
const LEAST = 1024;

const FORMS = {
  br: (html: string) => brotliCompressSync(html, { params: { [zlib.BROTLI_PARAM_QUALITY]: 1 } }),
  gzip: (html: string) => gzipSync(html, { level: 1 }),
};

/**
 * Compresses a page that is made for one person, whole and in no time: as a stream, at the level of files that are kept,
 * that took as long as to make the page. To be put after `compression`, which has nothing left to do then.
 */
export const compressedPages: RequestHandler = (req, res, next) => {
  const send = res.send.bind(res);
  res.send = (body) => {
    if (typeof body !== 'string' || body.length < LEAST || res.hasHeader('Content-Encoding'))
      return send(body);
    res.vary('Accept-Encoding');
    // What makes it smallest: browsers take both, and name the other first.
    const encoding = (['br', 'gzip'] as const).find((one) => req.acceptsEncodings(one));
    if (!encoding) return send(body);
    if (!res.hasHeader('Content-Type')) res.type('html');
    res.set('Content-Encoding', encoding);
    return send(FORMS[encoding](body));
  };
  next();
};
