import type { Response } from 'express';

/**
 * Sends a PDF as a file to keep, never as a page of the site: a browser that opens it all the same runs nothing of it.
 * @param name of the file, in any characters
 * @param cache who may keep it, and for how long; nobody unless told otherwise
 */
export function sendPdf(res: Response, bytes: Uint8Array, name: string, cache = 'private, no-store'): void {
  res
    // « CV/LM » would be taken for a folder, and the file be called « LM ».
    .attachment(name.replace(/[/\\]/g, '-'))
    .type('application/pdf')
    .set('X-Content-Type-Options', 'nosniff')
    .set('Content-Security-Policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
    .set('Cache-Control', cache)
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
