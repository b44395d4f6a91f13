import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listRoutes } from '#platform/web/gate.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { projectPath } from '../support/process.ts';

/** Every address that is written in a source or a view is one of the site, in whatever branch it stands. */
let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());

/** What is put into an address, and a parameter of a route. */
const PUT_IN = '§';
const partsOf = (path: string): string[] => path.replaceAll(/:[\w§]+/g, PUT_IN).split('/');

/** The addresses of this site in a text; one that goes on from something put in begins with it. */
function addressesIn(text: string): string[] {
  const plain = text
    .replaceAll(/\binclude\(\s*['`][^'`]*['`]/g, '')
    .replaceAll(/\$\{[^{}]*\}|<%[=-][\s\S]*?%>/g, PUT_IN);
  return [...plain.matchAll(/["'`(](§?\/[a-z][\w§:./-]*)(?=["'`?#])/g)].map(([, address = '']) =>
    // What is put in at the end may be a query.
    address.replace(/(?<=\w)§$|\/$/, ''),
  );
}

/** Whether a route is at an address, or below it; of one that goes on from elsewhere, whether one has these parts. */
function leadsSomewhere(routes: readonly string[][], address: string): boolean {
  const [start, ...parts] = partsOf(address);
  // What is put in may be anything; what is written is written in the route too, and is no parameter.
  const patterns = parts.map((part) => new RegExp(`^${part.split(PUT_IN).map(RegExp.escape).join('.*')}$`));
  const isAt = (route: readonly string[], from: number) =>
    patterns.every((pattern, index) => {
      const there = route[from + index];
      return there !== undefined && pattern.test(there);
    });
  return routes.some((route) =>
    start === PUT_IN ? route.some((_, from) => isAt(route, from)) : isAt(route, 1),
  );
}

/** Not of the site, or no page: files, and the service that is asked about companies. */
const ELSEWHERE = /^\/(proc|assets|favicon\.ico)\b|^§\/search$/;

test('no address is misspelt', () => {
  const articles = globSync('*.md', { cwd: projectPath('content/aide') });
  const paths = [
    ...listRoutes(site.app).map(({ path }) => path),
    ...articles.map((file) => `/aide/${file.replace(/\.md$/, '')}`),
  ];
  const routes = [...new Set(paths)].map(partsOf);
  const files = [
    // The service of the demonstration is a site of its own.
    ...globSync('src/**/*.ts', { cwd: projectPath('.') }).filter(
      (file) => !file.startsWith('src/demo/service/'),
    ),
    ...globSync('views/**/*.ejs', { cwd: projectPath('.') }),
  ];
  const written = files.flatMap((file) =>
    addressesIn(readFileSync(projectPath(file), 'utf8')).map((address) => ({ file, address })),
  );
  expect(written.length).toBeGreaterThan(800);
  expect(
    written.filter(({ address }) => !ELSEWHERE.test(address) && !leadsSomewhere(routes, address)),
  ).toEqual([]);
  expect(leadsSomewhere(routes, '/mes-structures/§/personnes/§')).toBe(true);
  expect(leadsSomewhere(routes, '/mes-structures/§/personne/§')).toBe(false);
  expect(leadsSomewhere(routes, '/parcourspro/prestataire/seance/§')).toBe(false);
  expect(leadsSomewhere(routes, '/agence/actualites/nouvell')).toBe(false);
  expect(leadsSomewhere(routes, '/parcourspro/prestataire/sceance§')).toBe(false);
  expect(leadsSomewhere(routes, '/parcourspro/prestataire/seance§/annuler')).toBe(false);
  expect(leadsSomewhere(routes, '/aide/mon-agend')).toBe(false);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a source, to be read
  expect(addressesIn('`${url}/a/${b(c)}/d?e=${f}` <a href="/g/<%= h %>"> `/i${j}`')).toEqual([
    '§/a/§/d',
    '/g/§',
    '/i',
  ]);
});
