import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEMO_PASSWORD } from '#platform/config.ts';
import { seedDemo } from '../../seeds/demo.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { unstyledIn } from '../support/styles.ts';
import { type Lead, routeFinder, walk } from '../support/walk.ts';

/** Every link of every page of the demonstration, followed by each of its people under each of their profiles. */
let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
  await seedDemo(site.dependencies);
}, 120_000);
afterAll(() => site.close());

const people = [
  'visitor',
  'gestionnaire',
  'referent',
  'valideur',
  'beneficiaire',
  'prestataire',
  'droits.epuises',
  'non.adherente',
  'aude.javelle',
];

/** The profiles that somebody may take, as the switcher of a page offers them; one they have already is `''`. */
const profilesIn = (html: string): string[] => [
  ...new Set([...html.matchAll(/name="profil" value="([^"]+)"/g)].map(([, value]) => value as string)),
];

function faultsOf(path: string, leads: Lead[], routeOf: ReturnType<typeof routeFinder>): string[] {
  const faults: string[] = [];
  for (const { method, href } of leads) {
    const url = URL.canParse(href, `http://site.invalid${path}`)
      ? new URL(href, `http://site.invalid${path}`)
      : undefined;
    if (!url) faults.push(`${path}: « ${href} » is no address`);
    else if (url.origin === 'http://site.invalid' && method === 'POST' && !routeOf('POST', url.pathname))
      faults.push(`${path}: a form is sent to ${url.pathname}, which takes none`);
    // What was escaped twice, or never encoded; an address that goes on to another one holds that encoded once more.
    const read = href.replace(/(?<=[?&]suite=)[^&]*/, (next) => decodeURIComponent(next));
    if (/&(amp|quot|lt|gt|#\d+);|%25|[\s<>"]|=undefined|=null|=NaN|\/undefined|\/null/.test(read))
      faults.push(`${path}: « ${href} » is badly assembled`);
  }
  return faults;
}

/** The addresses of people that a page shows in one piece: on a telephone they break anywhere, in the middle of a word. */
const unbroken = (html: string): string[] =>
  html
    .replaceAll(/<(textarea|pre|title|option)\b[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<(?!wbr)[^>]*>/g, ' ')
    .match(/[\w.+-]+@demo\.example/g) ?? [];

describe('no link leads nowhere, no class of Bootstrap has lost its style, every address breaks where it should', () => {
  test.each(people)('%s', { timeout: 300_000 }, async (who) => {
    const routeOf = routeFinder(site.app);
    const visitor =
      who === 'visitor' ? site.visitor() : await site.signedIn(`${who}@demo.example`, DEMO_PASSWORD);
    const profiles = ['', ...profilesIn((await visitor.get('/parcourspro/a-propos')).text)];
    const faults = new Set<string>();
    let pages = 0;
    for (const profil of profiles) {
      if (profil) await visitor.submit('/parcourspro/profil', { profil }, '/mes-structures');
      await walk({
        app: site.app,
        who,
        visitor,
        starts: ['/', '/parcourspro', ...(who === 'visitor' ? ['/connexion'] : [])],
        // What an article leads to depends on who reads it.
        allOf: ['/aide/:article'],
        see: ({ path, from, status, html }, leads) => {
          pages += 1;
          for (const address of unbroken(html)) faults.add(`${path} shows ${address} in one piece`);
          if (status >= 400) faults.add(`${from} leads to ${path}: ${status}`);
          for (const name of unstyledIn(html))
            faults.add(`${path}: .${name} has lost its style (npm run styles)`);
          for (const fault of faultsOf(path, leads, routeOf)) faults.add(fault);
        },
      });
    }
    expect([...faults]).toEqual([]);
    // None of them has less to see: a walk that stops at the door finds nothing.
    expect(pages).toBeGreaterThan(30);
    expect(unbroken('<a href="mailto:a.b@demo.example">a.b@demo.example</a> c<wbr>@demo.example')).toEqual([
      'a.b@demo.example',
    ]);
  });
});
