import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rotateNow, signedToken, signingKeys, tendKeys } from '#sso/keys/service.ts';
import { createTestDatabase, DAY, HOUR, type TestDatabase } from '../support/database.ts';
import { entriesDuring } from '../support/journal.ts';
import { createClient, createOidcSite, type OidcSite, TestClient } from '../support/oidc.ts';
import { createUser } from '../support/people.ts';

let site: OidcSite;
beforeAll(async () => {
  site = await createOidcSite();
});
afterAll(() => site.close());

/** Another process of the same application: it shares the database, and nothing else. */
const otherProcess = ({ dependencies }: Pick<TestDatabase, 'dependencies'>) => ({
  ...dependencies,
  config: { ...dependencies.config },
});
const kids = async (deps: Parameters<typeof signingKeys>[0]) =>
  (await signingKeys(deps)).map(({ kid }) => kid);

test('a key is renewed without a service noticing', async () => {
  const { db } = site.dependencies;
  const other = otherProcess(site);
  const person = await createUser(db);
  const client = await TestClient.of(site, await createClient(site.dependencies));
  const published = async () =>
    ((await (await fetch(`${site.url}/oidc/jwks`)).json()) as { keys: { kid: string }[] }).keys.map(
      ({ kid }) => kid,
    );
  const sign = async () => String((await client.signIn(await site.signedIn(person.email))).id_token);
  const kidOf = (token: string) => JSON.parse(atob(token.split('.')[0] ?? '')).kid;

  const before = await sign();
  const [first] = await published();
  let from = new Date(0);
  const entries = await entriesDuring(db, async () => {
    from = await rotateNow(site.dependencies);
    // Pressed twice, it is the same key.
    expect(await rotateNow(site.dependencies)).toEqual(from);
  });
  expect(entries.map(({ action }) => action)).toEqual(['sso.keys_rotated']);
  expect(from.getTime() - site.clock.now().getTime()).toBe(DAY);

  // Published for a day before it signs, by every process within half a minute.
  site.clock.advance(31_000);
  expect(await published()).toHaveLength(2);
  expect(await kids(other)).toEqual(await kids(site.dependencies));
  expect(kidOf(await sign())).toBe(first);

  site.clock.advance(DAY);
  const after = await sign();
  expect(kidOf(after)).not.toBe(first);
  expect(kidOf(await signedToken(other, 'logout+jwt', {}, 60))).toBe(kidOf(after));
  const keys = createRemoteJWKSet(new URL(`${site.url}/oidc/jwks`));
  for (const token of [before, after]) await jwtVerify(token, keys, { issuer: site.url });

  // The one of before is published for some days more.
  site.clock.advance(6 * DAY);
  await tendKeys(site.dependencies);
  expect(await kids(site.dependencies)).toContain(first);
  site.clock.advance(2 * DAY);
  await tendKeys(site.dependencies);
  site.clock.advance(31_000);
  expect(await published()).not.toContain(first);
});

test('by itself after three months, the next one a day ahead; two processes make one', async () => {
  const database = await createTestDatabase();
  const other = otherProcess(database);
  const { dependencies, clock } = database;
  await Promise.all([tendKeys(dependencies), tendKeys(other)]);
  const [first] = await kids(dependencies);
  expect(await kids(other)).toEqual([first]);
  clock.advance(88 * DAY);
  await tendKeys(dependencies);
  expect(await kids(dependencies)).toEqual([first]);
  clock.advance(DAY + HOUR);
  await Promise.all([tendKeys(dependencies), tendKeys(other)]);
  clock.advance(31_000);
  expect(await kids(dependencies)).toHaveLength(2);
  expect((await kids(dependencies))[0]).toBe(first);
  await database.drop();
});

test('pressed before there is any, the button makes the next one, and the present one comes when it is needed', async () => {
  const database = await createTestDatabase();
  const from = await rotateNow(database.dependencies);
  const [current, next] = await signingKeys(database.dependencies);
  expect(current.usedFrom).toEqual(database.clock.now());
  expect(next?.usedFrom).toEqual(from);
  await database.drop();
});

test('they are sealed: another secret takes them over while the former one is read, and begins anew without it', async () => {
  const database = await createTestDatabase();
  const { dependencies } = database;
  const { config } = dependencies;
  const [kid] = await kids(dependencies);
  const withSecrets = (secrets: readonly [string, ...string[]]) => ({
    ...dependencies,
    config: { ...config, secrets },
  });
  await tendKeys(withSecrets(['another secret', ...config.secrets]));
  expect(await kids(withSecrets(['another secret']))).toEqual([kid]);
  expect(await kids(withSecrets(['a third one']))).not.toContain(kid);
  await database.drop();
});
