import { afterEach, beforeEach, expect, test } from 'vitest';
import { anonymise, unusableEmail } from '../../../../src/portal/account/deletion/anonymise.ts';
import { createTestSite, type TestSite } from '../../../support/app.ts';
import { createStructure, nextSiret } from '../../../support/people.ts';
import { EMPTIED, IMPERSONAL, KEPT } from './columns.ts';
import { everythingOf, FORMER, MARK } from './person.ts';

let site: TestSite;
beforeEach(async () => {
  site = await createTestSite({ now: '2026-11-21T10:00:00Z' });
});
afterEach(() => site.close());

/** Every column of the application's tables that can hold words. */
async function columns(): Promise<{ table: string; column: string }[]> {
  const { rows } = await site.dependencies.db.raw(
    `select c.table_name as "table", c.column_name as "column"
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.table_name not like 'knex%'
        and c.udt_name not in ('int2', 'int4', 'int8', 'numeric', 'bool', 'date', 'timestamp', 'timestamptz', 'uuid',
                               'tsvector')`,
  );
  return rows;
}

test('every column that can hold words is known as emptied, kept or impersonal', async () => {
  const known = [
    ...Object.keys(EMPTIED),
    ...Object.keys(KEPT),
    ...Object.entries(IMPERSONAL).flatMap(([table, names]) =>
      names.split(' ').map((one) => `${table}.${one}`),
    ),
  ];
  expect((await columns()).map(({ table, column }) => `${table}.${column}`).sort()).toEqual(known.sort());
});

test('anonymised: no word of the person is left, under any address they had', async () => {
  const { db } = site.dependencies;
  const person = await everythingOf(site);
  const browser = await site.signedIn(person.email);
  // Somebody else has taken the former address since.
  await db('structure_requests').insert({
    siret: nextSiret(),
    name: 'Forge',
    kind: 'association',
    address: '1 rue',
    postcode: '33600',
    city: 'Pessac',
    civility: 'M.',
    first_name: 'Jean',
    last_name: 'Suivant',
    email: FORMER,
    created_at: '2026-03-01',
  });
  const holding = async () => {
    const found: string[] = [];
    for (const { table, column } of await columns()) {
      const text = column === 'public_key' ? `encode("${column}", 'escape')` : `cast("${column}" as text)`;
      const { rows } = await db.raw(`select from "${table}" where strpos(lower(${text}), ?) > 0`, [
        MARK.toLowerCase(),
      ]);
      if (rows.length > 0) found.push(`${table}.${column}`);
    }
    return found;
  };
  // The scan sees what there is to see.
  expect((await holding()).length).toBeGreaterThan(35);
  await db.transaction((trx) => anonymise(trx, person, 'nobody knows', site.clock.now()));
  expect(await holding()).toEqual(['structure_requests.email']);
  expect(await db('structure_requests').where({ email: FORMER }).pluck('last_name')).toEqual(['Suivant']);
  expect(await db('structure_requests').where({ email: unusableEmail(person.id) })).toHaveLength(2);
  expect((await browser.get('/mon-compte')).headers.location).toContain('/connexion');
  expect(await db('suspended_rights')).toEqual([]);
});

test('the download has every emptied column that belongs to the person, or the list says why not', async () => {
  const person = await everythingOf(site);
  const browser = await site.signedIn(person.email);
  const { body, text } = await browser.submit('/mon-compte/mes-donnees', {}, '/mon-compte');
  const valuesAt = (path: string): unknown[] =>
    path
      .split('.')
      .reduce<unknown[]>(
        (found, key) => found.flatMap((one) => (one as Record<string, unknown>)?.[key] ?? []),
        [body],
      );
  for (const [column, path] of Object.entries(EMPTIED)) {
    if (path.startsWith('(')) continue;
    expect(valuesAt(path), `${column} at ${path}`).not.toEqual([]);
  }
  for (const requests of ['accountRequests', 'structureRequests']) {
    expect(valuesAt(`${requests}.email`).sort()).toEqual([FORMER, person.email]);
  }
  expect(body.secondFactor).toMatchObject({ createdAt: expect.any(String), recoveryCodesLeft: 1 });
  expect(body.passwordResets).toHaveLength(1);
  expect(text).not.toMatch(/token|hash|sealed/i);
});

test('of a request to correct a structure, the download has the comment and the changes', async () => {
  const { db } = site.dependencies;
  const person = await everythingOf(site);
  const structure_id = await createStructure(db, { name: 'La Ruche' });
  const requested = { requested_by: person.id, requested_at: site.clock.now() };
  const [{ id }] = await db('structure_update_requests').insert(
    { structure_id, comment: 'Merci', ...requested },
    'id',
  );
  const change = { request_id: id, field: 'city', old_value: 'Pessac', new_value: 'Talence' };
  await db('structure_update_changes').insert(change);
  const browser = await site.signedIn(person.email);
  const { body } = await browser.submit('/mon-compte/mes-donnees', {}, '/mon-compte');
  expect(body.structureUpdateRequests).toContainEqual(
    expect.objectContaining({
      structure: 'La Ruche',
      comment: 'Merci',
      changes: [{ field: 'city', from: 'Pessac', to: 'Talence' }],
    }),
  );
});
