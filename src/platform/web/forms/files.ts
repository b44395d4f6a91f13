import express, { type Request, type RequestHandler } from 'express';
import { DomainError } from '../../errors.ts';
import { placeOf } from '../limits.ts';
import type { Fields } from './body.ts';

/** A file as it was sent; its name is the sender's word, and proves nothing. */
export interface SentFile {
  name: string;
  bytes: Uint8Array;
}

/** Files of one address of the application held in memory at once, by one process: those who come beyond it try again. */
const AT_ONCE = 4;

/** What holds back those whom nobody knows, and what large files ask for. */
interface Restraint {
  /** Files under way at once from one place ({@link placeOf}). */
  perPlace?: number;
  /** How long a file may take to arrive; it is refused then. */
  seconds?: number;
  /** Files held at once, where large ones or long work behind them call for fewer. */
  atOnce?: number;
  /** What to do with a file that is too large, where it can be sent otherwise; a sentence. */
  otherwise?: string;
}

/**
 * Reads a form that sends files (`multipart/form-data`) into `req.body`, its files into `req.sentFiles` by field: for
 * the few addresses that take one. Nothing is written to disk. It runs before the check of the form's token, which is
 * one of the parts. What is slow to arrive at one address keeps nobody from sending to another: each call counts its own.
 * @param most in bytes, for one file
 * @param mayUpload whose files are read; those of others are not, and their form is refused for want of its token
 * @param restraint where anybody may send one, or where they are large
 */
export function filesBody(
  most: number,
  mayUpload: (req: Request) => boolean,
  { perPlace = Number.POSITIVE_INFINITY, seconds, atOnce = AT_ONCE, otherwise }: Restraint = {},
): RequestHandler[] {
  let underWay = 0;
  const places = new Map<string, number>();
  const raw = express.raw({ type: 'multipart/form-data', limit: most + 100_000 });
  return [
    (req, res, next) => {
      if (!req.is('multipart/form-data') || !mayUpload(req)) return next();
      const place = placeOf(req);
      const fromThere = places.get(place) ?? 0;
      if (underWay >= atOnce || fromThere >= perPlace) {
        res.set('Retry-After', '10');
        return next(
          new DomainError(
            503,
            'Trop d’envois à la fois',
            'Réessayez dans quelques secondes. Rien n’a été enregistré.',
          ),
        );
      }
      underWay += 1;
      places.set(place, fromThere + 1);
      res.once('close', () => {
        underWay -= 1;
        const left = (places.get(place) ?? 1) - 1;
        if (left > 0) places.set(place, left);
        else places.delete(place);
      });
      let isAnswered = false;
      const goOn = (error?: unknown) => {
        clearTimeout(timer);
        if (isAnswered) return;
        isAnswered = true;
        next(error);
      };
      const timer =
        seconds &&
        setTimeout(() => {
          // What is still to come is not waited for: the connection ends with the answer.
          res.set('Connection', 'close');
          goOn(tooSlow());
        }, seconds * 1000);
      res.once('close', () => clearTimeout(timer));
      raw(req, res, (error?: unknown) => {
        goOn((error as { status?: unknown } | undefined)?.status === 413 ? tooLarge(most, otherwise) : error);
      });
    },
    async (req, _res, next) => {
      if (Buffer.isBuffer(req.body)) await readParts(req);
      next();
    },
  ];
}

async function readParts(req: Request): Promise<void> {
  const fields: Record<string, string | string[]> = Object.create(null);
  const files: Record<string, SentFile[]> = Object.create(null);
  let parts: FormData;
  try {
    const headers = { 'content-type': String(req.headers['content-type']) };
    parts = await new Response(new Uint8Array(req.body), { headers }).formData();
  } catch {
    throw new DomainError(
      400,
      'Envoi illisible',
      'Le fichier n’est pas arrivé en entier. Revenez à la page précédente et envoyez-le de nouveau.',
    );
  }
  for (const [name, part] of parts) {
    if (typeof part !== 'string') {
      // A field of files left empty is sent as one without a name nor a byte.
      if (part.name === '' && part.size === 0) continue;
      files[name] ??= [];
      files[name].push({ name: part.name, bytes: await part.bytes() });
      continue;
    }
    const previous = fields[name];
    if (previous === undefined) fields[name] = part;
    else if (Array.isArray(previous)) previous.push(part);
    else fields[name] = [previous, part];
  }
  req.body = fields satisfies Fields;
  req.sentFiles = files;
}

const tooLarge = (most: number, otherwise = 'Réduisez-le, puis envoyez-le de nouveau.') =>
  new DomainError(
    413,
    'Fichier trop volumineux',
    `Rien n’a été enregistré. Le fichier peut faire ${Math.floor(most / 1_048_576)}\u00a0Mo au plus. ${otherwise}`,
  );

const tooSlow = () =>
  new DomainError(
    408,
    'Envoi trop lent',
    'Le fichier n’est pas arrivé à temps. Rien n’a été enregistré\u00a0: réessayez avec une meilleure connexion.',
  );

declare global {
  namespace Express {
    interface Request {
      /** The files of a form that sends some, by field; see `platform/web/forms/files.ts`. */
      sentFiles?: Readonly<Record<string, readonly SentFile[]>>;
    }
  }
}
