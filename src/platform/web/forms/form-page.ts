import type { Request } from 'express';
import { localPath } from './local-path.ts';

/**
 * The page that shows the form of a request, as an address of this site.
 * @param opens whether a page is at an address
 * @returns undefined when neither the page that the browser came from nor the form's own address is one
 */
export function formPageOf(req: Request, opens: (path: string) => boolean): string | undefined {
  return [pageBefore(req), req.originalUrl].find((page) => page && opens(page.split('?')[0] ?? ''));
}

/** The page of this site that the browser says it came from, as a path; none when it does not say. */
function pageBefore(req: Request): string | undefined {
  const from = URL.parse(req.get('referer') ?? '');
  return from?.host === req.get('host') ? localPath(`${from?.pathname}${from?.search}`, '') : undefined;
}
