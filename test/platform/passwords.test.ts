import { globSync, readFileSync } from 'node:fs';
import argon2 from 'argon2';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  hashPassword,
  needsRehash,
  PASSWORD_COST,
  payForPasswords,
  unknownPasswordHash,
  verifyPassword,
} from '#platform/security/passwords.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { CHEAP_PASSWORDS } from '../support/cheap-passwords.ts';
import { createUser, personOf, TEST_PASSWORD } from '../support/people.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite();
});
afterAll(async () => {
  payForPasswords(CHEAP_PASSWORDS);
  await site.close();
});

test('an installation pays OWASP’s minimum, and nothing that it runs can lower it', async () => {
  payForPasswords(PASSWORD_COST);
  expect(await hashPassword('une phrase')).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
  const callers = globSync(['src/**/*.ts', 'seeds/**/*.ts', 'bench/**/*.ts', '*.ts']).filter((file) =>
    readFileSync(file, 'utf8').includes('payForPasswords'),
  );
  expect(callers).toEqual(['src/platform/security/passwords.ts']);
});

test('a hash made at another price still opens, and is made again at the next sign-in', async () => {
  payForPasswords(CHEAP_PASSWORDS);
  const { id, email } = await createUser(site.dependencies.db);
  const stored = () => personOf(site.dependencies.db, id);
  const { password_hash: cheap } = await stored();
  payForPasswords(PASSWORD_COST);
  expect(needsRehash(cheap)).toBe(true);
  expect(await verifyPassword(cheap, TEST_PASSWORD)).toBe(true);

  await site.signedIn(email);

  const { password_hash: dear } = await stored();
  expect(dear).toMatch(/m=19456,p=1,t=2/);
  expect(needsRehash(dear)).toBe(false);
  await site.signedIn(email);
  expect((await stored()).password_hash).toBe(dear);
});

test('the wrong password, and an account that is not there, are both refused', async () => {
  payForPasswords(CHEAP_PASSWORDS);
  const hash = await hashPassword('la bonne phrase');
  expect(await verifyPassword(hash, 'la mauvaise')).toBe(false);
  expect(await verifyPassword(undefined, 'la bonne phrase')).toBe(false);
});

test('an account that is not there takes no more work than one that is, from the first sign-in on', async () => {
  const cheap = await hashPassword('la bonne phrase');
  const made = [];
  for (const one of [cheap, undefined]) {
    payForPasswords(CHEAP_PASSWORDS);
    const hash = vi.spyOn(argon2, 'hash');
    await verifyPassword(one, 'une autre');
    made.push(hash.mock.calls.length);
    hash.mockRestore();
  }
  expect(made).toEqual([1, 1]);
});

test('the password that nobody knows is hashed once, when first asked for, at the price of the day', async () => {
  const hash = vi.spyOn(argon2, 'hash');
  payForPasswords(CHEAP_PASSWORDS);
  expect(hash).not.toHaveBeenCalled();
  const ready = unknownPasswordHash();
  expect(unknownPasswordHash()).toBe(ready);
  const known = await hashPassword('la bonne phrase');
  for (const one of [known, undefined]) await verifyPassword(one, 'une autre');
  expect(hash).toHaveBeenCalledTimes(2);
  hash.mockRestore();
  expect(needsRehash(await ready)).toBe(false);
  payForPasswords({ ...CHEAP_PASSWORDS, timeCost: 3 });
  expect(await unknownPasswordHash()).toMatch(/t=3/);
});
