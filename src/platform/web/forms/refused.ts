import type { Request } from 'express';
import { localPath } from './local-path.ts';
import { fieldsToSendAgain, type TypedField } from './typed.ts';

/**
 * The page that shows the form of a request, as an address of this site.
 * @param opens whether a page is at an address
 * @returns undefined when neither the page that the browser came from nor the form's own address is one
 */
export function formPageOf(req: Request, opens: (path: string) => boolean): string | undefined {
  return [pageBefore(req), req.originalUrl].find((page) => page && opens(page.split('?')[0] ?? ''));
}

/**
 * A form that was not carried out, as the page of the error offers it to be sent with one more click. Of a form whose
 * token is no longer good, only where the browser vouches that it is ours: the words might be another site's.
 * @returns undefined where it holds a secret or files, which no page gives back
 */
export function formToSendAgain(
  req: Request,
): { sendAgain: { to: string; fields: TypedField[] } } | undefined {
  if (req.is('multipart/form-data')) return undefined;
  const fields = fieldsToSendAgain(req.body);
  return fields && { sendAgain: { to: localPath(req.originalUrl), fields } };
}

/** The page of this site that the browser says it came from, as a path; none when it does not say. */
function pageBefore(req: Request): string | undefined {
  const from = URL.parse(req.get('referer') ?? '');
  return from?.host === req.get('host') ? localPath(`${from?.pathname}${from?.search}`, '') : undefined;
}
