import { afterAll, beforeAll, expect, test } from 'vitest';
import { listRoutes } from '#platform/web/gate.ts';
import { askForAccount } from '../../structures/account-requests/forms.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../../support/app.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { createRequest } from '../../support/requests.ts';

/** A référent of one structure, who tries everything on the people and the requests of another. */
let site: TestSite;
let browser: Visitor;
let own: number;
let theirs: number;
let ofTheirs: Record<string, string | number>;
let routes: { method: string; path: string }[];

beforeAll(async () => {
  site = await createTestSite();
  const { db } = site.dependencies;
  own = await createStructure(db);
  theirs = await createStructure(db);
  const referent = await createUser(db, { affiliations: { [own]: ['referent', 'hr_validator'] } });
  await createUser(db, { affiliations: { [own]: ['referent'] } });
  await createUser(db, { affiliations: { [theirs]: ['referent'] } });
  const member = await createUser(db, { affiliations: { [theirs]: ['referent'] } });
  const asker = await createUser(db);
  const affiliationId = await createRequest(db, 'affiliation_request', new Date(), {
    user_id: asker.id,
    structure_id: theirs,
  });
  const requestId = await askForAccount(site, theirs, 'demande@structure.example');
  const updateId = await createRequest(db, 'structure_update', new Date(), {
    requested_by: member.id,
    structure_id: theirs,
  });
  browser = await site.signedIn(referent.email);
  ofTheirs = {
    userId: member.id,
    heirId: member.id,
    memberId: member.id,
    affiliationId,
    requestId,
    updateId,
    right: 'referent',
  };
  routes = listRoutes(site.app).filter(({ path }) => path.startsWith('/mes-structures/'));
});
afterAll(() => site.close());

const FIELDS = { change: '+hr_validator', reason: 'Non' };

/** All that a référent can change, as it stands. */
async function state(): Promise<unknown> {
  const { db } = site.dependencies;
  const tables = [
    'affiliations',
    'affiliation_rights',
    'account_requests',
    'affiliation_requests',
    'structure_update_requests',
    'emails',
  ];
  return Promise.all(
    tables.map(async (table) => (await db.raw(`select to_jsonb(t) as row from ${table} t order by 1`)).rows),
  );
}

function addressOf(path: string, structureId: number): string {
  return path.replaceAll(/:(\w+)/g, (_whole, name: string) => {
    const value = name === 'structureId' ? structureId : ofTheirs[name];
    // A new address of this family: say here what of the other structure it would name.
    if (value === undefined) throw new Error(`${path}: nothing of another structure for :${name}`);
    return String(value);
  });
}

test('nothing of another structure exists for a référent, by its own address or under theirs', async () => {
  const before = await state();
  const about = routes.filter(({ path }) => path.includes('/:'));
  expect(about.length).toBeGreaterThan(12);
  const outcomes: Record<string, number> = {};
  for (const { method, path } of about) {
    // Under their own structure only what also names a person or a request can be somebody else's.
    const ids = path.match(/:(?!structureId)\w+/g) ?? [];
    const structures = [theirs, ...(ids.length > 0 ? [own] : [])];
    for (const structureId of path.includes(':structureId') ? structures : [theirs]) {
      const address = addressOf(path, structureId);
      const response =
        method === 'GET'
          ? await browser.get(address)
          : await browser.submit(address, FIELDS, '/mes-structures');
      outcomes[`${method} ${address}`] = response.status;
      expect(readable(response.text)).not.toContain('demande@structure.example');
    }
  }
  expect(outcomes).toEqual(Object.fromEntries(Object.keys(outcomes).map((key) => [key, 404])));
  expect(await state()).toEqual(before);
});

test('a selection that mixes one’s own and another structure’s requests decides none', async () => {
  const mine = await askForAccount(site, own, 'chez-nous@structure.example');
  const before = await state();
  for (const structure of [theirs, own]) {
    const selection = [`account:${own}:${mine}`, `account:${structure}:${ofTheirs.requestId}`];
    const response = await browser.submit(
      '/mes-structures/selection',
      { decision: 'accepter', selection: structure === own ? selection.slice(1) : selection },
      '/mes-structures',
    );
    expect(readable(response.text)).not.toContain('demande@structure.example');
    if (structure === theirs) expect(response.status).toBe(404);
    else expect(response.text).toContain('n’existe pas');
  }
  expect(await state()).toEqual(before);
});
