/** An outcome that a person should be told of, with the page's status; mapped to a page in `web/errors.ts`. */
export class DomainError extends Error {
  override name = 'DomainError';
  readonly status: number;
  readonly title: string;
  /** What the page shows beside the message; see `views/errors/error.ejs`. */
  details?: Record<string, unknown>;
  /** When it is worth trying again, in seconds; the answer's `Retry-After`. */
  readonly retryAfter?: number;
  constructor(status: number, title: string, message: string, details?: Record<string, unknown>) {
    super(message);
    this.details = details;
    this.status = status;
    this.title = title;
  }

  /** The same error, whose page leads first to where the person was at work. */
  leadingTo(href: string, label: string): this {
    this.details = { ...this.details, wayOut: { href, label } };
    return this;
  }
}

/** Unknown, or not this person's to know of: the answer is the same. */
export class NotFound extends DomainError {
  override name = 'NotFound';
  constructor(
    message = 'L’adresse est peut-être inexacte, ou ce contenu n’est plus disponible.',
    details?: Record<string, unknown>,
  ) {
    super(404, 'Page introuvable', message, details);
  }
}

/** Known, but refused to this person; the message says why and what to do. */
export class Forbidden extends DomainError {
  override name = 'Forbidden';
  constructor(message: string) {
    super(403, 'Accès refusé', message);
  }
}

/** A rule of the domain, or what somebody else just did, stands against the request. Nothing was changed. */
export class Conflict extends DomainError {
  override name = 'Conflict';
  constructor(message: string, title = 'Cette action n’est plus possible') {
    super(409, title, message);
  }
}

/** Not now, through nobody's fault: the same request may succeed later. Nothing is decided by it. */
export class TemporaryFailure extends DomainError {
  override name = 'TemporaryFailure';
  override readonly retryAfter: number;
  constructor(
    title: string,
    message: string,
    { retryAfter, cause }: { retryAfter: number; cause?: unknown },
  ) {
    super(503, title, message);
    this.retryAfter = retryAfter;
    this.cause = cause;
  }
}
