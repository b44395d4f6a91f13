import type { Request, Response } from 'express';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { slugPattern } from '#platform/french/slug.ts';
import { sendPdf } from '#platform/pdf/send.ts';
import { type ActionDocument, findContent, findPublicDocument } from './repository.ts';

export { type ActionDocument, findDocument, findDocuments } from './repository.ts';

/** A document of a public action. @throws NotFound when the address names none, or the action is not public */
export async function getPublicDocument(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  slug: string,
  id: number,
): Promise<ActionDocument> {
  const document = slugPattern.test(slug) ? await findPublicDocument(db, slug, id, clock.now()) : undefined;
  if (!document) throw new NotFound();
  return document;
}

/**
 * Sends a document as a file to keep. Browsers keep it too, and ask each time whether it is still the same, by its
 * hash: whoever has it is answered without its bytes being read.
 */
export async function sendDocument(
  { db }: Pick<Dependencies, 'db'>,
  req: Request,
  res: Response,
  { id, title, sha256 }: ActionDocument,
  cache: 'public' | 'private',
): Promise<void> {
  const kept = `${cache}, no-cache`;
  res.set({ ETag: `"${sha256}"`, 'Cache-Control': kept });
  if (req.fresh) {
    res.status(304).end();
    return;
  }
  const content = await findContent(db, id);
  if (!content) throw new NotFound();
  sendPdf(res, content, `${title}.pdf`, kept);
}
