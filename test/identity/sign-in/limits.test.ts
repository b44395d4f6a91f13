import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createUser, TEST_PASSWORD } from '../../support/people.ts';
import { countedAttempts, forgetAttempts } from '../../support/rate-limits.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({ environment: { TRUST_PROXY: '1' } });
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

/** A browser behind the proxy, at an address of its own. */
const visitorAt = (address: string) => {
  const visitor = site.visitor();
  visitor.agent.set('X-Forwarded-For', address);
  return visitor;
};
const trySignIn = (address: string, identifiant: string, mot_de_passe = 'faux') =>
  visitorAt(address).submit('/connexion', { identifiant, mot_de_passe });
const statusesOf = async (times: number, address: string, identifiant: string) => {
  const statuses = [];
  for (let index = 0; index < times; index += 1) {
    statuses.push((await trySignIn(address, identifiant)).status);
  }
  return statuses;
};

const STRANGER = '198.51.100.1';
const OWNER = '203.0.113.7';

test('a stranger who tries too many times is stopped, and the owner still signs in from elsewhere', async () => {
  const { email } = await createUser(site.dependencies.db);
  const statuses = await statusesOf(100, STRANGER, email);
  expect(statuses).toEqual([...Array(10).fill(422), ...Array(90).fill(429)]);
  expect((await trySignIn(STRANGER, email, TEST_PASSWORD)).status).toBe(429);
  expect((await trySignIn(OWNER, email, TEST_PASSWORD)).status).toBe(303);
});

test('beyond the limit, the page says how long, and the way out', async () => {
  const { email } = await createUser(site.dependencies.db);
  await statusesOf(10, OWNER, email);
  const refused = await trySignIn(OWNER, email.toUpperCase(), TEST_PASSWORD);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect(refused.text).toMatch(/Trop de tentatives\. .* Réessayez dans 15 minutes\. .*nouveau mot de passe/);
  expect(refused.text).toContain('href="/mot-de-passe-oublie"');
  expect(refused.text).not.toContain(TEST_PASSWORD);
});

test('guesses from many addresses meet a limit of the account', async () => {
  const { email } = await createUser(site.dependencies.db);
  const { email: neighbour } = await createUser(site.dependencies.db);
  const addresses = Array.from({ length: 10 }, (_, index) => `198.51.100.${index + 1}`);
  const statuses = await Promise.all(addresses.map((address) => statusesOf(10, address, email)));
  expect(statuses.flat()).toEqual(Array(100).fill(422));
  expect((await trySignIn('198.51.100.11', email, TEST_PASSWORD)).status).toBe(429);
  expect((await trySignIn('198.51.100.11', neighbour, TEST_PASSWORD)).status).toBe(303);
});

test('one address that tries many accounts is stopped', async () => {
  for (let index = 0; index < 10; index += 1) {
    await statusesOf(10, STRANGER, `inconnu${index}@structure.example`);
  }
  const { email } = await createUser(site.dependencies.db);
  expect((await trySignIn(STRANGER, email, TEST_PASSWORD)).status).toBe(429);
  expect((await trySignIn(OWNER, email, TEST_PASSWORD)).status).toBe(303);
});

test('one password over many accounts from one place is stopped before the limit of the place', async () => {
  const tryAll = async (count: number, address: string, password: (index: number) => string) => {
    const statuses = [];
    for (let index = 0; index < count; index += 1) {
      statuses.push((await trySignIn(address, `inconnu${index}@structure.example`, password(index))).status);
    }
    return statuses;
  };
  // Each with another one: only the failures of the place count.
  expect(await tryAll(31, OWNER, (index) => `faux-${index}`)).toEqual(Array(31).fill(422));
  expect(await tryAll(32, STRANGER, () => 'Automne-2026!')).toEqual([...Array(30).fill(422), 429, 429]);
  expect((await trySignIn(STRANGER, 'autre@structure.example', 'Hiver-2026!')).status).toBe(422);
  const keys = await countedAttempts(site.dependencies.db);
  expect(keys.join()).not.toContain('Automne');
});

test('what succeeds is no failure of its place: a whole office signs in', async () => {
  const { email } = await createUser(site.dependencies.db);
  for (let index = 0; index < 65; index += 1) {
    expect((await trySignIn(OWNER, email, TEST_PASSWORD)).status).toBe(303);
  }
});

test('the addresses of one IPv6 network are one place', async () => {
  const { email } = await createUser(site.dependencies.db);
  const statuses = [];
  for (let index = 1; index <= 11; index += 1) {
    statuses.push((await trySignIn(`2001:db8:0:7::${index.toString(16)}`, email)).status);
  }
  expect(statuses).toEqual([...Array(10).fill(422), 429]);
  expect((await trySignIn('2001:db8:0:8::1', email)).status).toBe(422);
});

test('a success takes the tries back', async () => {
  const { email } = await createUser(site.dependencies.db);
  for (let round = 0; round < 2; round += 1) {
    expect(await statusesOf(9, OWNER, email)).toEqual(Array(9).fill(422));
    expect((await trySignIn(OWNER, email, TEST_PASSWORD)).status).toBe(303);
  }
  expect(await countedAttempts(site.dependencies.db, 'sign-in-account%')).toEqual([]);
});
