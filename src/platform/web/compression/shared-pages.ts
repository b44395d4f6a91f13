import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { compress, type Encoding, encodingFor } from './encodings.ts';

/** Pages kept at the same moment; a page is some 50 KB with its compressed forms. */
const MOST_PAGES = 200;
/** A longer address is no page that many people open. */
const LONGEST_ADDRESS = 500;

/** The page; or the answer was for one visitor only (an error, a redirection); or they left before it was made. */
type Outcome = Buffer | 'alone' | 'gone';

/** A page on its way or made, the same for every visitor. */
interface SharedPage {
  /** When it was asked for (milliseconds): what it shows is from then or later. */
  since: number;
  html: Promise<Outcome>;
  forms: Map<Encoding, Promise<Buffer>>;
}

/**
 * Lets visitors who ask for the same address at the same moment share one page, made once: on the day an e-mail sends
 * a thousand people to one action, the database answers one of them each second. A browser that sent any cookie gets a
 * page of its own; so does everybody where the answer sets a cookie or is no page. To be put after the gate, before
 * what makes the page.
 *
 * Nothing has to be told of a change, in this process nor in another: no page was asked for more than `milliseconds`
 * before the request that it answers.
 * @param milliseconds 0 shares nothing
 * @param now milliseconds that only go forward, for tests
 */
export function sharedPages(milliseconds: number, now = () => performance.now()): RequestHandler {
  const pages = new Map<string, SharedPage>();
  const share: RequestHandler = async (req, res, next) => {
    const since = now();
    const kept = pages.get(req.originalUrl);
    if (!kept || since - kept.since >= milliseconds) {
      make(since, req, res, next);
      return next();
    }
    const html = await kept.html;
    if (html === 'alone') return next();
    return html === 'gone' ? share(req, res, next) : answer(req, res, kept, html);
  };
  /** Keeps what the handlers after this one will send. */
  const make = (since: number, req: Request, res: Response, next: NextFunction) => {
    const key = req.originalUrl;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const page: SharedPage = { since, html: promise, forms: new Map() };
    // Put last, so that the first of the map is the oldest.
    pages.delete(key);
    pages.set(key, page);
    for (const oldest of pages.keys()) {
      if (pages.size <= MOST_PAGES) break;
      pages.delete(oldest);
    }
    const settle = (outcome: Outcome) => {
      if (typeof outcome === 'string' && pages.get(key) === page) pages.delete(key);
      resolve(outcome);
    };
    const leave = () => settle(res.writableFinished ? 'alone' : 'gone');
    res.once('close', leave);
    const send = res.send.bind(res);
    res.send = (body) => {
      res.send = send;
      res.off('close', leave);
      const isForAll = typeof body === 'string' && res.statusCode === 200 && !res.hasHeader('Set-Cookie');
      if (!isForAll) {
        settle('alone');
        return send(body);
      }
      const html = Buffer.from(body);
      settle(html);
      answer(req, res, page, html).catch(next);
      return res;
    };
  };
  return (req, res, next) => {
    if (req.headers.cookie === undefined) {
      // The browser may keep the page, and asks each time whether it still holds.
      res.set('Cache-Control', 'no-cache');
      if (milliseconds > 0 && isShareable(req)) return share(req, res, next);
    }
    next();
  };
}

const isShareable = ({ method, originalUrl }: Request) =>
  method === 'GET' && originalUrl.length <= LONGEST_ADDRESS;

async function answer(req: Request, res: Response, page: SharedPage, html: Buffer): Promise<void> {
  res.type('html').vary('Accept-Encoding');
  const encoding = encodingFor(req);
  if (encoding) {
    let form = page.forms.get(encoding);
    if (!form) {
      form = compress(html, encoding, 'shared');
      page.forms.set(encoding, form);
    }
    res.set('Content-Encoding', encoding);
    res.send(await form);
    return;
  }
  res.send(html);
}
