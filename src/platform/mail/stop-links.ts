import type { Request } from 'express';
import type { Dependencies } from '../dependencies.ts';
import { NotFound } from '../errors.ts';
import { deriveKeys, type Secrets, sign, verifySigned } from '../security/secrets.ts';
import { parseRowId } from '../web/forms/fields.ts';
import { firstOf } from '../web/forms/forms.ts';
import { uploadBody } from '../web/forms/upload.ts';
import { type GatedRouter, gatedRouter, linkHolder } from '../web/gate.ts';
import { render } from '../web/views/render.ts';

/** The link at the foot of an e-mail that ends e-mails of its kind without signing in; it does nothing else, and never expires. */
export interface StopLink {
  /** @param id whose e-mails it ends: of a person or an affiliation, as the kind has it */
  path(secrets: Secrets, id: number): string;
  /** The route, with the link's secret as `:token`. */
  route: string;
  /** @returns the id of a link made by {@link path}; undefined for any other text */
  idOf(secrets: Secrets, token: string): number | undefined;
}

/**
 * @param base what stands before the secret
 * @param purpose of the key: a link of one kind is none of another's
 */
export function stopLink(base: string, purpose: string): StopLink {
  const keys = (secrets: Secrets) => deriveKeys(secrets, purpose);
  return {
    path: (secrets, id) => `${base}/${sign(keys(secrets), String(id))}`,
    route: `${base}/:token`,
    idOf: (secrets, token) => parseRowId(verifySigned(keys(secrets), token)),
  };
}

/** A kind of e-mails that their reader can end, and what the link's page says before and after. */
export interface StoppableMails {
  link: StopLink;
  ask: { title: string; text: string; button: string };
  done: { title: string; text: string; way: { href: string; label: string } };
  /** Ended already, it changes nothing. */
  end(deps: Dependencies, id: number): Promise<unknown>;
}

declare module '../dependencies.ts' {
  interface Feature {
    /** E-mails that their readers can end. */
    stoppable?: readonly StoppableMails[];
  }
}

/** The pages of the links of all these e-mails. */
export function stopLinksSite(deps: Dependencies, all: readonly StoppableMails[]): GatedRouter {
  const site = gatedRouter();
  for (const mails of all) stopPage(deps, site, mails);
  return site;
}

/**
 * What mailboxes post to by themselves, when somebody presses their « Se désabonner ». To be put before the check of the
 * forms' token, which a mailbox has not: the link's own secret says who it is.
 */
export function unsubscribingSite(deps: Dependencies, all: readonly StoppableMails[]): GatedRouter {
  const site = gatedRouter();
  for (const mails of all) stopByMailbox(deps, site, mails);
  return site;
}

/** The link's page: opened, it asks, since mail filters open links too; its button ends the e-mails. */
function stopPage(deps: Dependencies, site: GatedRouter, mails: StoppableMails): void {
  const { link, ask, done, end } = mails;

  site.get(link.route, linkHolder, (req, res) => {
    idOf(deps, link, req);
    render(res.set('Cache-Control', 'no-store'), 'mail/stop', { title: ask.title, section: '', ask });
  });

  site.post(link.route, linkHolder, async (req, res) => {
    await end(deps, idOf(deps, link, req));
    render(res.set('Cache-Control', 'no-store'), 'mail/stop', { title: done.title, section: '', ask, done });
  });
}

/** In bytes: one short field, in the parts of a form. */
const LARGEST_CLICK = 10_000;

/**
 * Has the link answer the one click of a mailbox (RFC 8058), which posts `List-Unsubscribe=One-Click` and nothing else;
 * any other form goes on to the page.
 */
function stopByMailbox(deps: Dependencies, site: GatedRouter, { link, end }: StoppableMails): void {
  // The RFC (§3.1) has the mailbox send either kind of form.
  for (const read of uploadBody(LARGEST_CLICK, () => true)) site.post(link.route, linkHolder, read);
  site.post(link.route, linkHolder, async (req, res, next) => {
    if (firstOf(req.body['List-Unsubscribe']) !== 'One-Click') return next();
    await end(deps, idOf(deps, link, req));
    res.set('Cache-Control', 'no-store').type('text/plain').send('C’est fait.\n');
  });
}

function idOf({ config }: Dependencies, link: StopLink, req: Request): number {
  const id = link.idOf(config.secrets, String(req.params.token));
  if (id === undefined) throw new NotFound();
  return id;
}
