import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createUser } from '../../support/people.ts';

/** PostgreSQL refuses a word of 2,047 letters in a text search, and a NUL anywhere. */
let site: TestSite;
let asPerson: Visitor;
let asManager: Visitor;
beforeAll(async () => {
  site = await createTestSite();
  const { db } = site.dependencies;
  asPerson = await site.signedIn((await createUser(db)).email);
  asManager = await site.signedIn((await createUser(db, { isAgencyManager: true })).email);
});
afterAll(() => site.close());

const TYPED = {
  'one word of 2,047 letters': 'x'.repeat(2_047),
  'a word of letters that take four bytes': '𝒳'.repeat(1_500),
  'many words': 'ab cd '.repeat(2_000),
  'a NUL': 'mairie\0 de',
};

test.each(Object.entries(TYPED))(
  '%s is looked for as far as a search goes, on each page',
  async (_what, q) => {
    const forms: [Visitor, string][] = [
      [site.visitor(), '/account-requests/add'],
      [asPerson, '/mes-structures/affiliations/demande'],
      [asManager, '/agence/catalogue/actions/nouvelle'],
    ];
    for (const [visitor, path] of forms) {
      const { status } = await visitor.submit(path, { step: 'search', q });
      expect(status, path).toBe(200);
      // Without a step the other fields are at fault, and what was typed is looked for again.
      expect((await visitor.submit(path, { q })).status, path).toBe(422);
    }
    const searches: [Visitor, string][] = [
      [site.visitor(), '/structures/recherche?q='],
      [site.visitor(), '/account-requests/add?q='],
      [site.visitor(), '/parcourspro/actions?q='],
      [site.visitor(), '/parcourspro/actions.rss?q='],
      [site.visitor(), '/aide?q='],
      [asPerson, '/annuaire?q='],
      [asManager, '/agence/inscriptions?q='],
      [asManager, '/agence/catalogue?q='],
    ];
    for (const [visitor, path] of searches) {
      expect((await visitor.get(path + encodeURIComponent(q.slice(0, 2_100)))).status, path).toBe(200);
    }
  },
);
