import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';

let site: TestSite;
let slug: string;
let email: string;

beforeAll(async () => {
  site = await createTestSite({ environment: { VISITOR_PAGES_MS: '2000' } });
  const { db } = site.dependencies;
  const providerId = await createStructure(db, { isTrainingBody: true });
  const action = await createAction(db, { providerId });
  await createSession(db, { actionId: action.id, now: site.clock.now() });
  slug = action.slug;
  const structureId = await createStructure(db);
  email = (await createUser(db, { affiliations: { [structureId]: [] } })).email;
});
afterAll(() => site.close());

test.each(['/parcourspro', '/parcourspro/actions?q=action', 'action'])(
  'visitors share a page of the catalogue, people signed in have theirs: %s',
  async (page) => {
    const path = page === 'action' ? `/parcourspro/actions/${slug}` : page;
    const person = await site.signedIn(email);
    const first = await site.visitor().get(path);
    let second = first;
    const statements = await recordStatements(async () => {
      second = await site.visitor().get(path);
    });
    expect(statements).toEqual([]);
    expect([second.status, second.text]).toEqual([200, first.text]);
    expect(second.headers['set-cookie']).toBeUndefined();
    expect(second.headers['content-security-policy']).toContain("script-src 'self'");

    const own = await person.get(path);
    expect(own.text).toContain('Se déconnecter');
    expect(own.headers['cache-control']).toBe('private, no-store');
    expect((await site.visitor().get(path)).text).not.toContain('Se déconnecter');
  },
);

test('a page goes packed to a browser that asks for it so, shared or not, and says the same', async () => {
  const plain = await site.visitor().get('/parcourspro');
  expect(plain.headers['content-encoding']).toBeUndefined();
  for (let turn = 0; turn < 2; turn += 1) {
    const packed = await site.visitor().get('/parcourspro').set('Accept-Encoding', 'gzip');
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.text).toBe(plain.text);
  }
  const person = await site.signedIn(email);
  const own = await person.get('/parcourspro').set('Accept-Encoding', 'gzip');
  expect(own.headers['content-encoding']).toBe('gzip');
  expect(own.text).toContain('Se déconnecter');
});

test('what is said once after signing out is said to that browser alone', async () => {
  const person = await site.signedIn(email);
  await person.submit('/deconnexion', {}, '/mon-compte');
  const after = await person.get('/parcourspro');
  expect(after.text).not.toContain('Se déconnecter');
  expect((await site.visitor().get('/parcourspro')).text).not.toContain('data-flash');
});

test.each([
  ['/parcourspro', 'private, no-cache'],
  ['/parcourspro/contact', 'private, no-cache'],
  // Nor does the browser itself keep the form of a sign-in.
  ['/connexion', 'no-store'],
])('nothing on the way keeps the page of a browser with cookies: %s', async (path, told) => {
  const visitor = site.visitor();
  await visitor.get('/connexion');
  expect((await visitor.get(path)).headers['cache-control']).toBe(told);
});

test('a page that is not there is answered to each visitor', async () => {
  for (let turn = 0; turn < 3; turn += 1) {
    expect((await site.visitor().get('/parcourspro/actions/inconnue')).status).toBe(404);
  }
});
