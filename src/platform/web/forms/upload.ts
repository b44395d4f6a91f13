import express, { type Request, type RequestHandler } from 'express';
import { wideEncodingOf } from '../../csv/encoding.ts';
import { DomainError } from '../../errors.ts';
import type { Fields } from './body.ts';

const READABLE_TEXT = new TextDecoder('utf-8', { fatal: true });
const WINDOWS_TEXT = new TextDecoder('windows-1252');

/**
 * The text of a file as spreadsheets write them: UTF-16 (« Texte Unicode » of Excel), UTF-8, its byte order mark left out,
 * otherwise what Windows writes in French.
 */
export function textOf(bytes: Uint8Array): string {
  const wide = wideEncodingOf(bytes);
  if (wide) return new TextDecoder(wide).decode(bytes);
  try {
    return READABLE_TEXT.decode(bytes);
  } catch {
    return WINDOWS_TEXT.decode(bytes);
  }
}

/**
 * Reads a form that sends a file (`multipart/form-data`) into `req.body`, each file as its text: for the few addresses
 * that take one. Node reads the parts itself, as for `fetch`; nothing is written to disk. It runs before the check of
 * the form's token, which is one of the parts.
 * @param most in bytes, for the whole form
 * @param mayUpload whose files are read; those of others are not, and their form is refused for want of its token
 */
export function uploadBody(most: number, mayUpload: (req: Request) => boolean): RequestHandler[] {
  const raw = express.raw({ type: 'multipart/form-data', limit: most });
  return [
    (req, res, next) => {
      if (!mayUpload(req)) return next();
      raw(req, res, (error?: unknown) => {
        next((error as { status?: unknown } | undefined)?.status === 413 ? tooLarge(most) : error);
      });
    },
    async (req, _res, next) => {
      if (Buffer.isBuffer(req.body)) req.body = await fieldsOf(req.body, String(req.headers['content-type']));
      next();
    },
  ];
}

async function fieldsOf(bytes: Buffer, contentType: string): Promise<Fields> {
  const fields: Record<string, string | string[]> = Object.create(null);
  let parts: FormData;
  try {
    const body = new Uint8Array(bytes);
    parts = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new DomainError(
      400,
      'Envoi illisible',
      'Le fichier n’est pas arrivé en entier. Revenez à la page précédente et envoyez-le de nouveau.',
    );
  }
  for (const [name, part] of parts) {
    const value = typeof part === 'string' ? part : textOf(await part.bytes());
    const previous = fields[name];
    if (previous === undefined) fields[name] = value;
    else if (Array.isArray(previous)) previous.push(value);
    else fields[name] = [previous, value];
  }
  return fields;
}

const tooLarge = (most: number) =>
  new DomainError(
    413,
    'Fichier trop volumineux',
    `Rien n’a été enregistré. Le fichier peut faire ${Math.floor(most / 1_000_000)}\u00a0Mo au plus\u00a0: partagez-le en plusieurs.`,
  );
