import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { seal } from '#platform/security/secrets.ts';
import { deliverLogouts, ticketKeys } from '#sso/logout/deliver.ts';
import { casLogout } from '#sso/logout/messages.ts';
import { tellOfSilences } from '#sso/logout/silence.ts';
import { ask, Forbidden } from '#sso/outgoing.ts';
import { createTestDatabase, HOUR, type TestDatabase } from '../support/database.ts';
import { journalOf } from '../support/journal.ts';
import { type Listener, startListener } from '../support/listener.ts';
import { mailsIn } from '../support/mails.ts';
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
  await database.dependencies.db('service_silences').delete();
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
interface BlackHole {
  url: string;
  /** How many of those who called it have hung up. */
  givenUp(): number;
  close(): void;
}

async function blackHole(): Promise<BlackHole> {
  let givenUp = 0;
  const server = createServer((_req, res) => {
    res.once('close', () => {
      givenUp += 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    givenUp: () => givenUp,
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
  // Each of the others is told in three turns, which wait neither for the silent one nor for each other.
  const [services, each] = [19, 25];
  for (let service = 0; service < services; service += 1) await endedVisits(each, listener.url);
  let givenUpMeanwhile: number | undefined;
  listener.answer((res) => {
    if (listener.heard.length === services * each) givenUpMeanwhile = hole.givenUp();
    res.writeHead(204).end();
  });
  await deliver();
  expect(new Set(ticketsIn(listener.heard)).size).toBe(services * each);
  expect(givenUpMeanwhile).toBe(0);
  // It is, at last, and ten of its visits were tried.
  await vi.waitFor(() => expect(hole.givenUp()).toBe(10));
  hole.close();
});

test('one that does not answer is tried again, longer and longer, then given up; those behind it do not suffer twice', async () => {
  const { db } = database.dependencies;
  listener.answer((res) => void res.destroy());
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
  for (let round = 0; round < 20; round += 1) {
    database.clock.advance(3_600_000);
    await deliver();
  }
  const left = await visits(serviceId);
  expect(left.every(({ given_up_at, next_at }) => given_up_at !== null && next_at === null)).toBe(true);
  expect(left.every(({ attempts, sealed_ticket }) => attempts === 5 && sealed_ticket === null)).toBe(true);
  expect((await journalOf(db, 'service.logout_failed')).length).toBeGreaterThan(0);
  database.clock.set('2026-12-01T09:00:00Z');
});

test('what is wrong with one visit is not wrong with the next', async () => {
  const { db } = database.dependencies;
  const serviceId = await endedVisits(25, listener.url);
  const [unreadable] = await visits(serviceId);
  await db('sso_visits')
    .where({ id: unreadable?.id })
    .update({ sealed_ticket: 'sealed with a key that is gone' });
  listener.answer((res, body) => void res.writeHead(body.includes(`ST-${serviceId}-3%3C`) ? 405 : 204).end());
  await deliver();
  const waiting = (await visits(serviceId)).flatMap((visit, index) => (visit.delivered_at ? [] : [index]));
  expect(waiting).toEqual([0, 3]);
  expect(listener.heard).toHaveLength(24);
});

test('a host that does not answer keeps the other hosts of its service waiting no more than anybody', async () => {
  const { db } = database.dependencies;
  const hole = await blackHole();
  const serviceId = await endedVisits(30, hole.url);
  const [first] = await visits(serviceId);
  await db('sso_visits').insert({
    ...first,
    id: undefined,
    protocol: 'oidc',
    oidc_sid: crypto.randomUUID(),
    sealed_ticket: null,
    logout_url: `${listener.url}/fin`,
  });
  await deliver();
  expect(listener.heard.map(({ path }) => path)).toEqual(['/fin']);
  hole.close();
});

test('while a service is down there is one job that waits, however many people sign out', async () => {
  const { db } = database.dependencies;
  const waiting = () =>
    db('graphile_worker.jobs').where({ task_identifier: 'tell_services' }).count().first();
  await db('graphile_worker._private_jobs').delete();
  listener.answer((res) => void res.destroy());
  await endedVisits(30, listener.url);
  for (let times = 0; times < 5; times += 1) {
    await endedVisits(1, listener.url);
    await deliver();
  }
  expect(await waiting()).toEqual({ count: 1 });
  listener.answer((res) => void res.writeHead(204).end());
  database.clock.advance(60_000);
  await deliver();
  expect((await db('sso_visits').whereNull('delivered_at')).length).toBe(0);
  expect(await waiting()).toEqual({ count: 1 });
  database.clock.set('2026-12-01T09:00:00Z');
});

test('a slow service does not hold a worker: what is left of it stays for the next one', async () => {
  listener.answer((res) => void setTimeout(() => res.writeHead(204).end(), 1_000));
  const serviceId = await endedVisits(1_000, listener.url);
  const began = performance.now();
  await deliver();
  // Five seconds, and the turn that was under way.
  expect(performance.now() - began).toBeLessThan(12_000);
  const left = (await visits(serviceId)).filter(({ delivered_at }) => delivered_at === null);
  expect(left.length).toBeGreaterThan(900);
  expect(left.every(({ attempts, next_at }) => attempts === 0 && next_at !== null)).toBe(true);
});

test('a process that comes late with its failure undoes nothing', async () => {
  const { db } = database.dependencies;
  const { findListeners, putOff, takeUntold } = await import('#sso/logout/repository.ts');
  const serviceId = await endedVisits(2, listener.url);
  const now = database.clock.now();
  const [whose] = await findListeners(db, now);
  const until = new Date(now.getTime() + 60_000);
  const taken = await takeUntold(db, whose as never, now, until, 10);
  database.clock.advance(60_000);
  await deliver();
  await putOff(
    db,
    taken.map(({ id, attempts }) => ({ id, attempts, nextAt: until })),
    now,
  );
  expect(await visits(serviceId)).toMatchObject(
    Array(2).fill({ next_at: null, given_up_at: null, attempts: 2, delivered_at: database.clock.now() }),
  );
  database.clock.set('2026-12-01T09:00:00Z');
});

describe('a service that hears of nothing for a day', () => {
  const mailsNow = async () => {
    await tellOfSilences(database.dependencies);
    return (await mailsIn(database.dependencies.db)).filter(({ kind }) => kind === 'service.logouts-failing');
  };

  test('is told to the agency, once a day, until it hears again', async () => {
    const { db } = database.dependencies;
    await createUser(db, { isAgencyManager: true });
    listener.answer((res) => void res.writeHead(500).end());
    await endedVisits(3, listener.url);
    await deliver();
    database.clock.advance(23 * HOUR);
    await endedVisits(1, `${listener.url.replace('localhost', '127.0.0.1')}/`);
    await deliver();
    expect(await mailsNow()).toHaveLength(0);
    database.clock.advance(2 * HOUR);
    await deliver();
    expect(await mailsNow()).toHaveLength(1);
    database.clock.advance(HOUR);
    expect(await mailsNow()).toHaveLength(1);
    database.clock.advance(20 * HOUR);
    // Nobody has signed out since: there is nothing new to say.
    await db('service_silences').update({ failed_at: new Date(database.clock.now().getTime() - 25 * HOUR) });
    expect(await mailsNow()).toHaveLength(1);
    listener.answer((res) => void res.writeHead(204).end());
    await db('sso_visits').update({ next_at: database.clock.now(), given_up_at: null });
    await deliver();
    expect(await db('service_silences')).toEqual([]);
    database.clock.set('2026-12-01T09:00:00Z');
  });
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
  const { findListeners, takeUntold } = await import('#sso/logout/repository.ts');
  const now = database.clock.now();
  const [whose] = await findListeners(database.dependencies.db, now);
  await takeUntold(database.dependencies.db, whose as never, now, new Date(now.getTime() + 60_000), 10);
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
    'https://[::7f00:1]/',
    'https://[64:ff9b::169.254.169.254]/',
    'https://[64:ff9b:1::a9fe:a9fe]/',
    'https://[2002:7f00:1::]/',
    'https://[2001::1]/',
    'https://[::ffff:0:127.0.0.1]/',
    'https://[fec0::1]/',
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
