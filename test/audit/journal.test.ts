import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordAudit } from '#audit/service.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { entriesDuring, lastEntry } from '../support/journal.ts';
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

test('a right given on the page leaves who, whom, where, when and from where', async () => {
  const browser = await site.signedIn(referent.email);
  const page = `/mes-structures/${structureId}/personnes/${colleague.id}`;
  const [entry] = await entriesDuring(site.dependencies.db, () =>
    browser.submit(page, { change: '+hr_validator' }),
  );
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
  expect(await lastEntry(db)).toMatchObject({ actor_id: null, way: 'system', ip: null });
});

test('a change that fails leaves no entry', async () => {
  const { db } = site.dependencies;
  const left = await entriesDuring(db, () =>
    expect(
      db.transaction(async (trx) => {
        await recordAudit(trx, {
          action: 'right.granted',
          at: site.clock.now(),
          structureId,
          details: { right: 'referent' },
        });
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone'),
  );
  expect(left).toEqual([]);
});

test.each([
  'update audit_entries set action = action',
  'delete from audit_entries',
  'truncate audit_entries',
])('« %s » is refused by the database', async (statement) => {
  await expect(site.dependencies.db.raw(statement)).rejects.toThrow(/append-only|denied/);
});
