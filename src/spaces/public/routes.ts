import { fileURLToPath } from 'node:url';
import { anyone } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay, parisMoment } from '#platform/french/time.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { sitemap } from './sitemap.ts';

const ICON = fileURLToPath(new URL('../../../public/images/favicon.ico', import.meta.url));
const FOR_A_DAY = 'public, max-age=86400';
/** How long `security.txt` holds: under a year, as RFC 9116 asks; made anew each day, it never runs out. */
const SECURITY_DAYS = 180;

/** What robots, browsers and password managers ask every site for, at addresses fixed by custom or by a standard. */
export function discoverySite(deps: Dependencies): GatedRouter {
  const { config, clock, features } = deps;
  const { publicUrl } = config;
  const site = gatedRouter();
  // It reads the whole catalogue.
  const counted = costlyPages(config);

  site.get('/favicon.ico', anyone, (_req, res) => {
    res.set('Cache-Control', FOR_A_DAY).type('image/x-icon').sendFile(ICON, { cacheControl: false });
  });

  site.get('/robots.txt', anyone, (_req, res) => {
    res.set('Cache-Control', FOR_A_DAY).type('text/plain');
    const closed = features.flatMap(({ closedToRobots = [] }) => closedToRobots);
    res.send(
      [
        'User-agent: *',
        ...closed.map((path) => `Disallow: ${path}`),
        '',
        `Sitemap: ${publicUrl}/sitemap.xml`,
        '',
      ].join('\n'),
    );
  });

  site.get('/sitemap.xml', anyone, counted, async (_req, res) => {
    const listed = await Promise.all(features.map((feature) => feature.listed?.(deps) ?? []));
    res.set('Cache-Control', 'public, max-age=3600').type('application/xml; charset=utf-8');
    res.send(sitemap(publicUrl, listed.flat()));
  });

  // « A Well-Known URL for Changing Passwords »: where a password manager takes its owner.
  site.get('/.well-known/change-password', anyone, (_req, res) => {
    res.redirect(303, '/mon-compte/mot-de-passe');
  });

  site.get('/.well-known/security.txt', anyone, (_req, res) => {
    const ends = parisMoment(parisDay(clock.now()).add({ days: SECURITY_DAYS }), '00:00');
    res.set('Cache-Control', FOR_A_DAY).type('text/plain');
    res.send(
      [
        `Contact: mailto:${config.accountContactEmail}`,
        `Expires: ${ends.toISOString()}`,
        'Preferred-Languages: fr, en',
        `Canonical: ${publicUrl}/.well-known/security.txt`,
        '',
      ].join('\n'),
    );
  });

  return site;
}
