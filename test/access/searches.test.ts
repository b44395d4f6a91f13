import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEMO_PASSWORD } from '#platform/config.ts';
import { seedDemo } from '../../seeds/demo.ts';
import { createApp } from '../../src/app.ts';
import { createTestSite, type TestSite, Visitor } from '../support/app.ts';
import { routeFinder, walk } from '../support/walk.ts';

/**
 * Each route that searches has the limit of costly pages: those that the demonstration's pages hold a search box for
 * are found by walking, so that a new one cannot be forgotten.
 */
let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-30T10:00:00+01:00' });
  await seedDemo(site.dependencies);
}, 120_000);
afterAll(() => site.close());

/** Searches that cost the database nothing. */
const FREE = [
  // The articles are in memory.
  'GET /aide',
  // By its code, so often a minute and no more (verification/routes.ts): limited for itself.
  'GET /verifier',
];

const attribute = (tag: string, name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];

interface Search {
  method: 'GET' | 'POST';
  address: string;
}

/** What a page searches: forms that are a GET with a box to type in, and buttons that search. */
function searchesOf(html: string, path: string): Search[] {
  return [...html.matchAll(/(<form\s[^>]*>)([\s\S]*?)<\/form>/g)].flatMap(
    ([, tag = '', inside = '']): Search[] => {
      const address = (attribute(tag, 'action') ?? path).replaceAll('&amp;', '&');
      const isPost = attribute(tag, 'method') === 'post';
      if (isPost) return inside.includes('value="search"') ? [{ method: 'POST', address }] : [];
      const box = [...inside.matchAll(/<input\s[^>]*>/g)]
        .map(([one]) => one)
        .find((one) => /^(text|search|undefined)$/.test(attribute(one, 'type') ?? 'undefined'));
      const name = box && attribute(box, 'name');
      return name ? [{ method: 'GET', address: `${address.split('?')[0]}?${name}=martin` }] : [];
    },
  );
}

test('every route that searches is limited', { timeout: 300_000 }, async () => {
  const { dependencies } = site;
  const routeOf = routeFinder(site.app);
  const found = new Map<string, Search & { who: string; profil: string }>();
  for (const who of ['visitor', 'gestionnaire', 'referent', 'valideur', 'prestataire']) {
    const visitor =
      who === 'visitor' ? site.visitor() : await site.signedIn(`${who}@demo.example`, DEMO_PASSWORD);
    const profil = { valideur: 'hr_validator', prestataire: 'provider' }[who];
    const { text } = await visitor.get('/parcourspro/a-propos');
    const wanted = profil && new RegExp(`name="profil" value="(${profil}:\\d+)"`).exec(text)?.[1];
    if (wanted) await visitor.submit('/parcourspro/profil', { profil: wanted }, '/mes-structures');
    await walk({
      app: site.app,
      who,
      visitor,
      starts: ['/', '/parcourspro', '/account-requests/add'],
      perShape: 1,
      see: ({ path, html }) => {
        for (const { method, address } of searchesOf(html, path)) {
          const route = `${method} ${routeOf(method, address.split('?')[0] as string)}`;
          if (!found.has(route)) found.set(route, { who, profil: wanted ?? '', address, method });
        }
      },
    });
  }
  expect([...found.keys()].length).toBeGreaterThan(15);

  const app = createApp({ ...dependencies, config: { ...dependencies.config, pagesPerMinute: 1 } });
  const browsers = new Map<string, Visitor>();
  const unlimited: string[] = [];
  for (const [route, { who, profil, address, method }] of found) {
    const browser = browsers.get(who) ?? new Visitor(app);
    if (!browsers.has(who) && who !== 'visitor') {
      const fields = { identifiant: `${who}@demo.example`, mot_de_passe: DEMO_PASSWORD };
      await browser.submit('/connexion', fields);
      if (profil) await browser.submit('/parcourspro/profil', { profil }, '/mon-compte');
    }
    browsers.set(who, browser);
    const _csrf = await browser.token(who === 'visitor' ? '/connexion' : '/mon-compte');
    const statuses: number[] = [];
    for (let times = 0; times < 2; times += 1)
      statuses.push(
        (method === 'GET'
          ? await browser.get(address)
          : await browser.post(address, { step: 'search', q: 'martin', _csrf })
        ).status,
      );
    if (statuses[1] !== 429) unlimited.push(`${route}: ${statuses.join(', ')}`);
  }
  expect(unlimited.filter((one) => !FREE.some((free) => one.startsWith(`${free}:`)))).toEqual([]);
});
