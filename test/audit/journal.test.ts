import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordAudit } from '#audit/service.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { createStructure, createUser, type TestUser } from '../support/people.ts';

let site: TestSite;
let structureId: number;
let referent: TestUser;
let colleague: TestUser;

beforeAll(async () => {
  site = await createTestSite();
  const { db } = site.dependencies;
  structureId = await createStructure(db);
  referent = await createUser(db, { affiliations: { [structureId]: ['referent'] } });
  colleague = await createUser(db, { affiliations: { [structureId]: [] } });
});
afterAll(() => site.close());

const entries = (): Promise<Record<string, unknown>[]> =>
  site.dependencies.db('audit_entries').orderBy('id').select('*');

test('a right given on the page leaves who, whom, where, when and from where', async () => {
  const browser = await site.signedIn(referent.email);
  const before = (await entries()).length;
  const page = `/mes-structures/${structureId}/personnes/${colleague.id}`;
  await browser.submit(page, { change: '+hr_validator' });
  const [entry] = (await entries()).slice(before);
  expect(entry).toMatchObject({
    action: 'right.granted',
    actor_id: referent.id,
    person_id: colleague.id,
    structure_id: structureId,
    details: { right: 'hr_validator' },
    way: 'page',
    at: site.clock.now(),
  });
  expect(entry?.ip).toMatch(/127\.0\.0\.1|::1/);
});

test('what the application does by itself has no person and no address', async () => {
  const { db } = site.dependencies;
  await recordAudit(db, {
    action: 'account_request.reminded',
    at: site.clock.now(),
    structureId,
    details: { working_days: 3 },
  });
  expect((await entries()).at(-1)).toMatchObject({ actor_id: null, way: 'system', ip: null });
});

test('a change that fails leaves no entry', async () => {
  const { db } = site.dependencies;
  const before = (await entries()).length;
  await expect(
    db.transaction(async (trx) => {
      await recordAudit(trx, {
        action: 'right.granted',
        at: site.clock.now(),
        structureId,
        details: { right: 'referent' },
      });
      throw new Error('undone');
    }),
  ).rejects.toThrow('undone');
  expect(await entries()).toHaveLength(before);
});

test.each([
  'update audit_entries set action = action',
  'delete from audit_entries',
  'truncate audit_entries',
])('« %s » is refused by the database', async (statement) => {
  await expect(site.dependencies.db.raw(statement)).rejects.toThrow(/append-only|denied/);
});
