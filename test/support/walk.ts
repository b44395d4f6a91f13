import type { Express } from 'express';
import { listRoutes } from '#platform/web/gate.ts';
import type { Visitor } from './app.ts';

/** A page as somebody walking through the site came to it. */
export interface WalkedPage {
  who: string;
  /** Its address, query included. */
  path: string;
  /** The page that led there. */
  from: string;
  status: number;
  /** Empty for what is no page: a file, a calendar. */
  html: string;
  /** Where a redirect leads. */
  location?: string;
}

/** An address that a page holds: a link, or what a form is sent to. */
export interface Lead {
  method: 'GET' | 'POST';
  /** As a browser reads it, entities decoded. */
  href: string;
}

const ENTITIES: Readonly<Record<string, string>> = Object.freeze({
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
});
const decoded = (text: string) => text.replace(/&(amp|lt|gt|quot|#34|#39);/g, (one) => ENTITIES[one] ?? one);
const attribute = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : decoded(value);
};

/**
 * The addresses of a page: its links, what its forms are sent to, what a button sends its form to instead.
 * @param path the page's own address, where a form without one is sent
 */
export function leadsOf(html: string, path: string): Lead[] {
  const leads: Lead[] = [];
  for (const [tag] of html.matchAll(/<(?:a|button|input|link)\s[^>]*>/g)) {
    const href = /^<(?:a|link)\s/.test(tag) ? attribute(tag, 'href') : undefined;
    if (href !== undefined) leads.push({ method: 'GET', href });
    // Every form whose buttons name an address of their own is a POST.
    const sentTo = attribute(tag, 'formaction');
    if (sentTo !== undefined) leads.push({ method: 'POST', href: sentTo });
  }
  for (const [form, tag = ''] of html.matchAll(/(<form\s[^>]*>)[\s\S]*?<\/form>/g)) {
    const action = attribute(tag, 'action');
    const method = attribute(tag, 'method')?.toLowerCase() === 'post' ? 'POST' : 'GET';
    // Where each button names an address, the form has none of its own, and is never sent to the page's.
    const buttons = form.match(/<button\s[^>]*>/g) ?? [];
    const isOwn = buttons.some((one) => !/\s(formaction=|disabled|type="button")/.test(one));
    if (action !== undefined || isOwn) leads.push({ method, href: action ?? path });
  }
  return leads;
}

const ORIGIN = 'http://site.invalid';
const isHere = (url: URL) => url.origin === ORIGIN && !url.pathname.startsWith('/assets/');

/** Tells which route answers for an address, such as `/parcourspro/actions/:slug`; undefined when none does. */
export function routeFinder(app: Express): (method: string, pathname: string) => string | undefined {
  const routes = listRoutes(app).map(({ method, path }) => ({
    method,
    path,
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}/?$`),
  }));
  return (method, pathname) =>
    routes.find((route) => route.method === method && route.pattern.test(pathname))?.path;
}

interface Walk {
  app: Express;
  who: string;
  visitor: Visitor;
  starts?: string[];
  /** How many pages are opened of those that one route answers with the same names in the query. */
  perShape?: number;
  /** Routes of which every page is opened. */
  allOf?: readonly string[];
  /** Is told of each page as it is opened, with its leads. */
  see?: (page: WalkedPage, leads: Lead[]) => void;
}

/** Opens page after page by their links, as one person, and gives all that was seen. */
export async function walk({
  app,
  who,
  visitor,
  starts = ['/'],
  perShape = 3,
  allOf = [],
  see,
}: Walk): Promise<void> {
  const routeOf = routeFinder(app);
  const waiting = starts.map((path) => ({ path, from: '' }));
  const known = new Set(starts);
  const seen = new Map<string, number>();
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { path, from } = next;
    const response = await visitor.get(path);
    const isPage = String(response.headers['content-type']).startsWith('text/html');
    const page: WalkedPage = {
      who,
      path,
      from,
      status: response.status,
      html: isPage ? response.text : '',
      location: response.headers.location,
    };
    const leads = leadsOf(page.html, path);
    if (page.location !== undefined) leads.push({ method: 'GET', href: page.location });
    see?.(page, leads);
    for (const { method, href } of leads) {
      if (method !== 'GET' || !URL.canParse(href, ORIGIN + path)) continue;
      const url = new URL(href, ORIGIN + path);
      const address = url.pathname + url.search;
      if (!isHere(url) || known.has(address)) continue;
      known.add(address);
      // Addresses that no route answers are all opened: those are the ones looked for.
      const route = routeOf('GET', url.pathname) ?? address;
      const shape = `${route}?${[...new Set(url.searchParams.keys())].sort()}`;
      const times = seen.get(shape) ?? 0;
      if (times >= perShape && !allOf.includes(route)) continue;
      seen.set(shape, times + 1);
      waiting.push({ path: address, from: path });
    }
  }
}
