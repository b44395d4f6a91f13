import type { Request } from 'express';
import type { GatedRouter } from '../access/gate.ts';
import { linkHolder } from '../access/policies.ts';
import { firstOf } from '../platform/web/forms/forms.ts';
import { uploadBody } from '../platform/web/forms/upload.ts';

/** In bytes: one short field, in the parts of a form. */
const LARGEST_CLICK = 10_000;

/**
 * Has a link of an e-mail answer the one click of a mailbox (RFC 8058), which posts `List-Unsubscribe=One-Click` and
 * nothing else. To be put before the check of the forms' token, which a mailbox has not: the link's own secret says who
 * it is. Any other form goes on to the page.
 * @param path with the secret as `:token`
 * @param end what the click ends. @throws NotFound for a link that is not ours
 */
export function oneClick(site: GatedRouter, path: string, end: (req: Request) => Promise<unknown>): void {
  // The RFC (§3.1) has the mailbox send either kind of form.
  for (const read of uploadBody(LARGEST_CLICK, () => true)) site.post(path, linkHolder, read);
  site.post(path, linkHolder, async (req, res, next) => {
    if (firstOf(req.body['List-Unsubscribe']) !== 'One-Click') return next();
    await end(req);
    res.set('Cache-Control', 'no-store').type('text/plain').send('C’est fait.\n');
  });
}
