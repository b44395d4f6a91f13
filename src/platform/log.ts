import type { Request, RequestHandler, Response } from 'express';
import { type Logger, pino } from 'pino';
import { pinoHttp } from 'pino-http';

/** The application's log: JSON lines without personal data beyond a user's id. */
export function createLog(level: string): Logger {
  return pino({ level });
}

/**
 * One line per request. What an address can hold of a person is left out: the query (names searched for), the
 * tokens of secret links, the network address.
 */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp<Request, Response>({
    logger,
    autoLogging: { ignore: (req) => req.originalUrl.startsWith('/assets/') },
    wrapSerializers: false,
    serializers: {
      req: (req: Request) => ({
        id: req.id,
        method: req.method,
        path: publicPath(req.originalUrl ?? req.url),
      }),
      res: (res: Response) => ({ status: res.statusCode }),
    },
    customProps: (req) => ({ userId: req.user?.userId }),
  });
}

/** A path without its query, with long segments (tokens) hidden. */
export const publicPath = (url: string): string =>
  (url.split('?')[0] ?? '').replace(/[A-Za-z0-9_-]{32,}/g, ':token');
