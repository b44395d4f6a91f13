import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { DatabaseUnavailable, failureOf } from '../database/failures.ts';
import { DomainError, Forbidden, NotFound } from '../errors.ts';
import { formPageOf } from './forms/refused.ts';
import { typedWords } from './forms/typed.ts';
import { render } from './views/render.ts';

/** The end of the pipeline: no route took the request. */
export const unknownPage: RequestHandler = () => {
  throw new NotFound();
};

/**
 * The one place where an error becomes a page, in the layout of the site, without a library's words. Whatever refuses a
 * form, what was typed in it is on the page.
 * @param opens whether a page is at an address, for the way back to the form
 */
export function errorPages(log: Logger, opens: (path: string) => boolean): ErrorRequestHandler {
  return (thrown, req, res, next) => {
    if (res.headersSent) return next(thrown);
    const error = failureOf(thrown) ?? thrown;
    const shown = describe(error);
    if (shown.status >= 500) {
      const isWarning = shown.status === 503 && !(error instanceof DatabaseUnavailable && error.mayBeOurs);
      const level = isWarning ? 'warn' : 'error';
      log[level]({ err: thrown, requestId: req.id }, 'request failed');
    }
    if (error instanceof DomainError && error.retryAfter) {
      res.set('Retry-After', String(Math.ceil(error.retryAfter)));
    }
    res.status(shown.status);
    res.set('Cache-Control', 'no-store');
    if (req.accepts(['html', 'json']) === 'json') {
      res.json({ error: shown.title, message: shown.message });
      return;
    }
    const refused = formRefused(req, error, opens);
    render(res, 'errors/error', {
      ...shown,
      section: '',
      ...refused,
      ...detailsOf(error),
      requestId: req.id,
    });
  };
}

/** What an error carries for its page beyond its words. */
const detailsOf = (error: unknown): object => (error instanceof DomainError ? (error.details ?? {}) : {});

/**
 * What the page of an error gives back of the form that it answers: the words typed, the page of the form, and whether
 * to open it again makes sense.
 */
function formRefused(req: Request, error: unknown, opens: (path: string) => boolean): object {
  if (req.method !== 'POST') return {};
  const formPage = formPageOf(req, opens);
  const { confirmation, sendAgain } = (detailsOf(error) ?? {}) as Record<string, unknown>;
  // Fields that the page keeps hidden, to send them again, need not be copied.
  const typed = confirmation || sendAgain ? [] : typedWords(req.body);
  const reopen = typed.length > 0 && !(error instanceof NotFound || error instanceof Forbidden);
  return { formPage, reopen, typed: typed.length > 0 ? typed : undefined };
}

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
