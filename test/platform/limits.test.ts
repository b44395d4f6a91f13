import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placeOf } from '#platform/web/limits.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { createUser } from '../support/people.ts';
import { countedAttempts } from '../support/rate-limits.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  [undefined, ''],
])('%s is counted as %s', (ip, place) => expect(placeOf({ ip })).toBe(place));

describe('pages that cost much', () => {
  let site: TestSite;
  let asPerson: Visitor;
  beforeAll(async () => {
    site = await createTestSite({ environment: { PAGES_PER_MINUTE: '3', TRUST_PROXY: '1' } });
    asPerson = await site.signedIn((await createUser(site.dependencies.db)).email);
  });
  afterAll(() => site.close());

  const at = (address: string) => {
    const visitor = site.visitor();
    visitor.agent.set('X-Forwarded-For', address);
    return visitor;
  };
  const statusesOf = async (visitor: Visitor, path: string) => {
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await visitor.get(path)).status);
    return statuses;
  };

  test.each([
    ['/parcourspro/actions?q=bureau', '192.0.2.1'],
    ['/structures/recherche?q=mairie', '192.0.2.3'],
    ['/account-requests/add?q=mairie', '192.0.2.4'],
  ])('%s: one place has its share, the next its own', async (path, place) => {
    const page = at(place);
    expect(await statusesOf(page, path)).toEqual([200, 200, 200, 429]);
    const refused = await page.get(path);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.text).toContain('Trop de pages à la fois');
    expect((await at(`192.0.3.${place.slice(-1)}`).get(path)).status).toBe(200);
  });

  test('feeds share the limit of the search they come from', async () => {
    const statuses = [];
    for (const end of ['', '.rss', '.ics', '.rss']) {
      statuses.push((await at('192.0.2.9').get(`/parcourspro/actions${end}`)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  test('there is one share for all of these pages, and not one for each', async () => {
    const place = at('192.0.2.8');
    const pages = [
      '/parcourspro/actions',
      '/sitemap.xml',
      '/structures/recherche?q=mairie',
      '/account-requests/add',
    ];
    const statuses = [];
    for (const path of pages) statuses.push((await place.get(path)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const manager = await createUser(site.dependencies.db, { isAgencyManager: true });
    const person = await site.signedIn(manager.email);
    const theirs = [];
    for (const path of ['/annuaire', '/agence/journal', '/agence/inscriptions', '/agence/catalogue'])
      theirs.push((await person.get(path)).status);
    expect(theirs).toEqual([200, 200, 200, 429]);
  });

  test.each(['/mes-structures/affiliations/demande', '/agence/inscriptions', '/agence/securite-des-comptes'])(
    '%s: whoever is signed in has their share',
    async (path) => {
      const manager = await createUser(site.dependencies.db, { isAgencyManager: true });
      const person = await site.signedIn(manager.email);
      expect(await statusesOf(person, `${path}?q=mairie`)).toEqual([200, 200, 200, 429]);
    },
  );

  test('somebody signed in is counted by themselves, wherever they are', async () => {
    const colleague = await site.signedIn((await createUser(site.dependencies.db)).email);
    expect(await statusesOf(asPerson, '/annuaire')).toEqual([200, 200, 200, 429]);
    expect((await colleague.get('/annuaire')).status).toBe(200);
  });

  test('nothing is written for it', async () => {
    expect(await countedAttempts(site.dependencies.db, '%pages%')).toEqual([]);
  });
});
