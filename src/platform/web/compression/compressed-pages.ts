import type { RequestHandler } from 'express';
import { compressAtOnce, encodingFor } from './encodings.ts';

/** Characters under which a page fits into a packet as it is. */
const LEAST = 1024;
/** Beyond, everybody else would wait some milliseconds: what is longer is no page, and left to `compression`. */
const MOST = 256 * 1024;

/**
 * Compresses a page that is made for one person, whole and in no time: as a stream, at the level of files that are kept,
 * that took as long as to make the page. To be put after `compression`, which has nothing left to do then.
 */
export const compressedPages: RequestHandler = (req, res, next) => {
  const send = res.send.bind(res);
  res.send = (body) => {
    const isPage = typeof body === 'string' && body.length >= LEAST && body.length <= MOST;
    if (!isPage || res.hasHeader('Content-Encoding')) return send(body);
    res.vary('Accept-Encoding');
    const encoding = encodingFor(req);
    if (!encoding) return send(body);
    if (!res.hasHeader('Content-Type')) res.type('html');
    res.set('Content-Encoding', encoding);
    return send(compressAtOnce(body, encoding));
  };
  next();
};
