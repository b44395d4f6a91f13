import type { Request, Response } from 'express';

/** What anybody may read from anywhere, be it a script of another site, and ask again each time whether it has changed. */
const OPEN = Object.freeze({
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Cache-Control': 'public, no-cache',
});

/** Whether a browser asks for a page; programs, which take anything, get data. */
export function wantsPage(req: Request, res: Response): boolean {
  res.vary('Accept');
  return req.accepts(['json', 'html']) === 'html';
}

/** Answers a program; the same thing in the same bytes each time. */
export const sendData = (res: Response, body: object, status = 200): void =>
  void res.status(status).set(OPEN).type('application/json').send(JSON.stringify(body));

/** What is signed, as text: some readers know no other type. */
export const sendSigned = (res: Response, jws: string): void =>
  void res.set(OPEN).type('text/plain').send(jws);

/** @param name of the file to keep; the picture is shown where there is none */
export function sendPng(res: Response, png: Buffer, name?: string): void {
  if (name) res.attachment(name);
  res
    .set(OPEN)
    .set('Content-Security-Policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
    .type('image/png')
    .send(png);
}
