import express, { type RequestHandler } from 'express';

/** Enough for the longest form of the site several times over. */
const FORM_LIMIT = '256kb';

/** A submitted form or a query, as it came: a repeated field is a list. */
export type Fields = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Reads a form's fields into `req.body`. Names stay flat (`a[b]` is a name like any other) and bytes that are
 * not UTF-8 become U+FFFD, which every field of a schema refuses: bad bytes are a message, never an exception.
 */
export function formBody(): [RequestHandler, RequestHandler] {
  return [
    express.raw({ type: 'application/x-www-form-urlencoded', limit: FORM_LIMIT }),
    (req, _res, next) => {
      req.body = fieldsOf(Buffer.isBuffer(req.body) ? req.body.toString('utf8') : '');
      next();
    },
  ];
}

/** The `query parser` of the application: the same flat reading for the address. */
export function fieldsOf(encoded: string | undefined): Fields {
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(encoded ?? '')) {
    const previous = fields[name];
    if (previous === undefined) fields[name] = value;
    else if (Array.isArray(previous)) previous.push(value);
    else fields[name] = [previous, value];
  }
  return fields;
}
