import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { DomainError, NotFound } from '../errors.ts';
import { TooManyTries } from './limits.ts';

/** The end of the pipeline: no route took the request. */
export const unknownPage: RequestHandler = () => {
  throw new NotFound();
};

/** The one place where an error becomes a page, in the layout of the site, without a library's words. */
export function errorPages(log: Logger): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) return next(error);
    const shown = describe(error);
    if (shown.status >= 500) log.error({ err: error, requestId: req.id }, 'request failed');
    if (error instanceof TooManyTries) res.set('Retry-After', String(Math.ceil(error.retryAfter)));
    res.status(shown.status);
    res.set('Cache-Control', 'no-store');
    if (req.accepts(['html', 'json']) === 'json') {
      res.json({ error: shown.title, message: shown.message });
      return;
    }
    res.render('errors/error', { ...shown, ...detailsOf(error), requestId: req.id }, (failure, html) => {
      if (failure) return next(failure);
      res.send(html);
    });
  };
}

/** What an error carries for its page beyond its words. */
const detailsOf = (error: unknown): object => (error instanceof DomainError ? (error.details ?? {}) : {});

function describe(error: unknown): { status: number; title: string; message: string } {
  if (error instanceof DomainError)
    return { status: error.status, title: error.title, message: error.message };
  // A NUL character, which no text in PostgreSQL can hold: what it would name does not exist.
  if ((error as { code?: unknown })?.code === '22021') return describe(new NotFound());
  const status = Number((error as { status?: unknown })?.status);
  if (status === 413) {
    return {
      status,
      title: 'Envoi trop volumineux',
      message:
        'Rien n’a été enregistré. Revenez à la page précédente : votre saisie y est encore, raccourcissez-la puis validez.',
    };
  }
  if (status === 404) return describe(new NotFound());
  if (status >= 400 && status < 500) {
    return {
      status,
      title: 'Demande illisible',
      message:
        'Votre navigateur a envoyé une demande que le site ne comprend pas. Revenez à la page précédente et recommencez.',
    };
  }
  return {
    status: 500,
    title: 'Une erreur est survenue',
    message: 'L’incident est de notre côté et il a été enregistré. Réessayez dans quelques instants.',
  };
}
