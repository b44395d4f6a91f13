import { afterEach, beforeEach, expect, test } from 'vitest';
import { anonymise } from '#identity/account/deletion/anonymise.ts';
import { personalDataOf } from '#platform/personal-data.ts';
import { features } from '../../../../src/features.ts';
import { createTestSite, type TestSite } from '../../../support/app.ts';
import { declaredColumns, named, peopleColumns, wordColumns } from '../../../support/columns.ts';
import { createStructure, nextSiret } from '../../../support/people.ts';
import { createRequest, createUpdate, requestsIn } from '../../../support/requests.ts';
import { rightsAside } from '../../../support/structures.ts';
import { everythingOf, FORMER, MARK } from './person.ts';

let site: TestSite;
beforeEach(async () => {
  site = await createTestSite({ now: '2026-11-21T10:00:00Z' });
});
afterEach(() => site.close());

test('every column that can hold words is known as emptied, kept or impersonal', async () => {
  expect(named(await wordColumns(site.dependencies.db))).toEqual(declaredColumns(features).words);
});

test('every reference to a person is known as emptied or as kept', async () => {
  expect(named(await peopleColumns(site.dependencies.db))).toEqual(declaredColumns(features).people);
});

test('two capabilities give nothing under one key', () => {
  const keys = personalDataOf(features).flatMap(({ exported = {} }) => Object.keys(exported));
  expect(new Set(keys).size).toBe(keys.length);
});

test('anonymised: no word of the person is left, under any address they had', async () => {
  const { db } = site.dependencies;
  const person = await everythingOf(site);
  const browser = await site.signedIn(person.email);
  // Asked for twice by the person, under each of their addresses: both still wait.
  const words = { siret: nextSiret(), first_name: MARK, last_name: MARK, phone: MARK };
  for (const email of [person.email, FORMER])
    await createRequest(db, 'structure_request', new Date('2026-01-01'), { ...words, email });
  // Somebody else has taken the former address since.
  const follower = { first_name: 'Jean', last_name: 'Suivant', email: FORMER };
  await createRequest(db, 'structure_request', new Date('2026-03-01'), follower);
  const holding = async () => {
    const found: string[] = [];
    for (const { table, column } of await wordColumns(db)) {
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
  await db.transaction((trx) => anonymise(features, trx, person, site.clock.now()));
  expect(await holding()).toEqual(['structure_requests.email']);
  const requests = await requestsIn(db, 'structure_request');
  expect(requests.filter(({ email }) => email === FORMER)).toMatchObject([{ last_name: 'Suivant' }]);
  expect(requests.filter(({ email }) => /^demande-.*@supprime\.invalid$/.test(email))).toHaveLength(4);
  expect((await browser.get('/mon-compte')).headers.location).toContain('/connexion');
  expect(await rightsAside(db)).toEqual([]);
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
  const erased = personalDataOf(features).flatMap((data) => Object.entries(data.erased ?? {}));
  expect(erased.length).toBeGreaterThan(50);
  for (const [column, path] of erased) {
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
  const asked = { structure_id, comment: 'Merci', requested_by: person.id };
  await createUpdate(db, site.clock.now(), asked, { city: ['Pessac', 'Talence'] });
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
