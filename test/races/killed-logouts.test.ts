import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addJob } from '#platform/jobs/queue.ts';
import { seal } from '#platform/security/secrets.ts';
import { ticketKeys } from '#sso/logout/deliver.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Listener, startListener } from '../support/listener.ts';
import { createUser } from '../support/people.ts';
import { startAppProcess, until } from '../support/process.ts';
import { createService, openVisitOf, visitsIn } from '../support/sso.ts';

const VISITS = 500;
const SERVICES = 5;

let database: TestDatabase;
let listener: Listener;
beforeAll(async () => {
  database = await createTestDatabase();
  listener = await startListener();
});
afterAll(async () => {
  await listener.close();
  await database.drop();
});

/** The tickets that services have heard of, in their order. */
const heard = () =>
  listener.heard.map(({ body }) => /SessionIndex>([^<]+)</.exec(decodeURIComponent(body))?.[1] ?? '');

test('a process is killed amid 500 logouts: the next one tells the rest, and nothing twice that was noted', async () => {
  const { db, config } = database.dependencies;
  const user = await createUser(db);
  for (let service = 0; service < SERVICES; service += 1) {
    const { id } = await createService(db);
    for (let visit = 0; visit < VISITS / SERVICES; visit += 1)
      await openVisitOf(db, user.id, id, {
        sealed_ticket: seal(ticketKeys(config), `ST-${id}-${visit}`),
        logout_url: `${listener.url}/${id}`,
        closed_at: new Date(),
        because: 'signed_out',
        next_at: new Date(),
      });
  }
  listener.answer((res) => void setTimeout(() => res.writeHead(204).end(), 500));
  const environment = {
    DATABASE_URL: database.url,
    SMTP_URL: 'smtp://127.0.0.1:1',
    APP_SECRET: String(config.secrets[0]),
  };
  const first = await startAppProcess(environment);
  await db.transaction((trx) => addJob(trx, 'tell_services', {}));
  await until(async () => listener.heard.length >= 120, 60_000);
  await first.kill();
  // What was on its way arrives.
  await delay(1_000);
  const known = new Set(heard());
  const noted = new Set(
    (await visitsIn(db)).flatMap(({ delivered_at }, index) => (delivered_at ? [index] : [])),
  );
  expect(known.size).toBeLessThan(VISITS);
  expect(noted.size).toBeGreaterThan(0);

  // A minute goes by: what the first had taken is anybody's.
  await db('sso_visits').where('next_at', '>', new Date()).update({ next_at: new Date() });
  const second = await startAppProcess(environment);
  try {
    await db.transaction((trx) => addJob(trx, 'tell_services', {}));
    await until(async () => (await visitsIn(db)).every(({ delivered_at }) => delivered_at !== null), 120_000);
  } finally {
    await second.terminate();
  }
  const times = Map.groupBy(heard(), (ticket) => ticket);
  expect(times.size).toBe(VISITS);
  const tickets = (await visitsIn(db)).map(({ service_id }, index) => `ST-${service_id}-${index % 100}`);
  for (const index of noted) expect(times.get(tickets[index] ?? '')).toHaveLength(1);
  // Only what was under way can come twice: ten of each service at most.
  expect(listener.heard.length - VISITS).toBeLessThanOrEqual(SERVICES * 10);
});
