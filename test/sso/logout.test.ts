import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { seal } from '#platform/security/secrets.ts';
import { deliverLogouts, ticketKeys } from '#sso/logout/deliver.ts';
import { casLogout } from '#sso/logout/messages.ts';
import { ask, Forbidden } from '#sso/outgoing.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { journalOf } from '../support/journal.ts';
import { type Listener, startListener } from '../support/listener.ts';
import { createUser } from '../support/people.ts';
import { createService, visitsIn } from '../support/sso.ts';

let database: TestDatabase;
let listener: Listener;
beforeAll(async () => {
  database = await createTestDatabase({ now: '2026-12-01T09:00:00Z' });
});
afterAll(() => database.drop());
beforeEach(async () => {
  listener = await startListener();
  await database.dependencies.db('sso_visits').delete();
});
afterEach(() => listener.close());

/** Visits that have just ended, of a service of their own, which hears of them there. */
async function endedVisits(count: number, url: string): Promise<number> {
  const { db, config } = database.dependencies;
  const at = database.clock.now();
  const { id: serviceId } = await createService(db);
  const user = await createUser(db);
  await db('sso_visits').insert(
    Array.from({ length: count }, (_, index) => ({
      sign_in_id: crypto.randomUUID(),
      user_id: user.id,
      service_id: serviceId,
      protocol: 'cas',
      sealed_ticket: seal(ticketKeys(config), `ST-${serviceId}-${index}`),
      logout_url: url,
      opened_at: at,
      closed_at: at,
      because: 'signed_out',
      next_at: at,
    })),
  );
  return serviceId;
}
const deliver = () => deliverLogouts(database.dependencies);
const visits = (serviceId: number) => visitsIn(database.dependencies.db, { service_id: serviceId });
const ticketsIn = (bodies: Listener['heard']) =>
  bodies.map(({ body }) => /SessionIndex>([^<]+)</.exec(decodeURIComponent(body))?.[1]);

/** A server that takes connections and says nothing. */
async function blackHole(): Promise<{ url: string; close: () => void }> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('each service is told of each of its visits, once', async () => {
  const serviceId = await endedVisits(25, listener.url);
  await deliver();
  await deliver();
  expect(new Set(ticketsIn(listener.heard)).size).toBe(25);
  expect(listener.heard).toHaveLength(25);
  expect(
    (await visits(serviceId)).every(
      ({ delivered_at, next_at, sealed_ticket }) => delivered_at && !next_at && !sealed_ticket,
    ),
  ).toBe(true);
});

test('one that says nothing keeps no other waiting', async () => {
  const hole = await blackHole();
  await endedVisits(50, hole.url);
  const others = await Promise.all(Array.from({ length: 19 }, () => endedVisits(50, listener.url)));
  const began = performance.now();
  const done = deliver();
  while (listener.heard.length < 19 * 50 && performance.now() - began < 30_000) await delay(20);
  const took = performance.now() - began;
  await done;
  expect(listener.heard).toHaveLength(19 * 50);
  // Before the silent one was given up on.
  expect(took).toBeLessThan(5_000);
  expect(others).toHaveLength(19);
  hole.close();
});

test('one that fails is tried again, longer and longer, then given up; those behind it do not suffer twice', async () => {
  const { db } = database.dependencies;
  listener.answer((res) => void res.writeHead(500).end());
  const serviceId = await endedVisits(12, listener.url);
  await deliver();
  // Ten at a time: the two others were not tried, and it does not count against them.
  expect(listener.heard).toHaveLength(10);
  expect((await visits(serviceId)).map(({ attempts }) => attempts).sort()).toEqual([
    0,
    0,
    ...Array(10).fill(1),
  ]);
  const [one] = await visits(serviceId);
  for (const [seconds, tries] of [
    [9, 10],
    [10, 20],
  ] as const) {
    database.clock.set(new Date((one?.closed_at?.getTime() ?? 0) + seconds * 1000));
    await deliver();
    expect(listener.heard).toHaveLength(tries);
  }
  for (let round = 0; round < 12; round += 1) {
    database.clock.advance(3_600_000);
    await deliver();
  }
  const left = await visits(serviceId);
  expect(left.every(({ given_up_at, next_at }) => given_up_at !== null && next_at === null)).toBe(true);
  expect(left.every(({ attempts }) => attempts === 5)).toBe(true);
  expect((await journalOf(db, 'service.logout_failed')).length).toBeGreaterThan(0);
  database.clock.set('2026-12-01T09:00:00Z');
});

test('one that answers again hears of what it missed', async () => {
  listener.answer((res) => void res.writeHead(302, { location: 'http://localhost:1/' }).end());
  const serviceId = await endedVisits(3, listener.url);
  await deliver();
  expect((await visits(serviceId)).every(({ delivered_at }) => delivered_at === null)).toBe(true);
  listener.answer((res) => void res.writeHead(200).end('ok'));
  database.clock.advance(10_000);
  await deliver();
  expect((await visits(serviceId)).every(({ delivered_at }) => delivered_at !== null)).toBe(true);
  database.clock.set('2026-12-01T09:00:00Z');
});

test('one that asks the portal who is there, once it has heard, has heard', async () => {
  const location = `${database.dependencies.config.publicUrl}/cas/login?service=x`;
  listener.answer((res) => void res.writeHead(302, { location }).end());
  const serviceId = await endedVisits(2, listener.url);
  await deliver();
  expect((await visits(serviceId)).every(({ delivered_at }) => delivered_at !== null)).toBe(true);
});

test('two processes at once tell each visit once', async () => {
  await endedVisits(60, listener.url);
  await Promise.all([deliver(), deliver(), deliver()]);
  expect(listener.heard).toHaveLength(60);
});

test('what a process had taken when it died is told by another a minute later', async () => {
  const serviceId = await endedVisits(5, listener.url);
  const { takeUntold } = await import('#sso/logout/repository.ts');
  const now = database.clock.now();
  await takeUntold(database.dependencies.db, now, new Date(now.getTime() + 60_000), 1000);
  await deliver();
  expect(listener.heard).toHaveLength(0);
  database.clock.advance(60_000);
  await deliver();
  expect(listener.heard).toHaveLength(5);
  expect((await visits(serviceId)).every(({ delivered_at }) => delivered_at !== null)).toBe(true);
  database.clock.set('2026-12-01T09:00:00Z');
});

describe('the word of CAS', () => {
  const body = casLogout('ST-abc', new Date('2026-12-01T09:00:00.123Z'));

  test('is the form field that clients look for, with the ticket on one line', () => {
    expect(body.startsWith('logoutRequest=')).toBe(true);
    const xml = decodeURIComponent(body.slice('logoutRequest='.length));
    expect(xml).toContain('<samlp:SessionIndex>ST-abc</samlp:SessionIndex>');
    expect(xml).toContain('IssueInstant="2026-12-01T09:00:00Z"');
  });

  test('stays the same when it is decoded twice', () => {
    const xml = decodeURIComponent(body.slice('logoutRequest='.length));
    expect(xml).not.toMatch(/[+%]/);
  });
});

describe('nothing is asked of the own network', () => {
  const inProduction = { environment: 'production', ssoPrivateNetwork: 'refused' } as const;
  test.each([
    'https://127.0.0.1/',
    'https://localhost/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://0.0.0.0/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[fe80::1]/',
    'https://10.0.0.1/',
    'https://172.16.5.4/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://[fd00::1]/',
    'https://2130706433/',
    'https://0x7f.1/',
  ])('%s in production', async (url) => {
    await expect(ask(inProduction, new URL(url), { method: 'POST', timeoutMs: 2_000 })).rejects.toThrow(
      Forbidden,
    );
  });

  test('this computer outside production; the rest of the network where it is allowed', async () => {
    const test = { environment: 'test', ssoPrivateNetwork: 'refused' } as const;
    const answer = await ask(test, new URL(listener.url), { method: 'POST', body: 'a=b', timeoutMs: 2_000 });
    expect(answer.status).toBe(204);
    await expect(ask(test, new URL('https://10.0.0.1/'), { method: 'GET', timeoutMs: 300 })).rejects.toThrow(
      Forbidden,
    );
    const open = { environment: 'production', ssoPrivateNetwork: 'allowed' } as const;
    await expect(
      ask(open, new URL('https://10.255.255.1/'), { method: 'GET', timeoutMs: 300 }),
    ).rejects.not.toThrow(Forbidden);
    await expect(
      ask(open, new URL('https://169.254.169.254/'), { method: 'GET', timeoutMs: 300 }),
    ).rejects.toThrow(Forbidden);
  });

  test('no redirect is followed, and no answer is read to its end that has none', async () => {
    const test = { environment: 'test', ssoPrivateNetwork: 'refused' } as const;
    listener.answer((res) => void res.writeHead(307, { location: `${listener.url}/again` }).end());
    expect((await ask(test, new URL(listener.url), { method: 'POST', timeoutMs: 2_000 })).status).toBe(307);
    expect(listener.heard).toHaveLength(1);
    listener.answer((res) => {
      res.writeHead(200);
      const timer = setInterval(() => res.write('x'.repeat(10_000)), 1);
      res.once('close', () => clearInterval(timer));
    });
    expect((await ask(test, new URL(listener.url), { method: 'POST', timeoutMs: 5_000 })).status).toBe(200);
  });
});
