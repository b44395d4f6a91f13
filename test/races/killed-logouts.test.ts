import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addJob } from '#platform/jobs/queue.ts';
import { seal } from '#platform/security/secrets.ts';
import { ticketKeys } from '#sso/logout/deliver.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Listener, startListener } from '../support/listener.ts';
import { createUser } from '../support/people.ts';
import { startAppProcess, until } from '../support/process.ts';
import { createService, visitsIn } from '../support/sso.ts';

const SERVICES = 5;
/** Of each service. */
const VISITS = 100;
/** Of each service, as many as are told and noted before the process is killed; and as many as it tells at a time. */
const TOLD = 20;
const AT_A_TIME = 10;

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

const ticketIn = (body: string) => /SessionIndex>([^<]+)</.exec(decodeURIComponent(body))?.[1] ?? '';
/** The tickets that services have heard of, in their order. */
const heard = () => listener.heard.map(({ body }) => ticketIn(body));

test('a process is killed amid 500 logouts: the next one tells the rest, and nothing twice that was noted', async () => {
  const { db, config } = database.dependencies;
  const user = await createUser(db);
  const at = new Date();
  const serviceOf = new Map<string, number>();
  for (let service = 0; service < SERVICES; service += 1) {
    const { id } = await createService(db);
    const tickets = Array.from({ length: VISITS }, (_, visit) => `ST-${id}-${visit}`);
    for (const ticket of tickets) serviceOf.set(ticket, id);
    await db('sso_visits').insert(
      tickets.map((ticket) => ({
        ...{ sign_in_id: randomUUID(), user_id: user.id, service_id: id, protocol: 'cas', opened_at: at },
        ...{ sealed_ticket: seal(ticketKeys(config), ticket), logout_url: `${listener.url}/${id}` },
        ...{ closed_at: at, because: 'signed_out', next_at: at },
      })),
    );
  }
  // Each service answers for a while, and then keeps the process waiting.
  const answered = new Map<number, number>();
  const held: ServerResponse[] = [];
  listener.answer((res, body) => {
    const service = serviceOf.get(ticketIn(body)) ?? 0;
    const before = answered.get(service) ?? 0;
    if (before >= TOLD) return void held.push(res);
    answered.set(service, before + 1);
    res.writeHead(204).end();
  });
  const environment = {
    DATABASE_URL: database.url,
    SMTP_URL: 'smtp://127.0.0.1:1',
    APP_SECRET: String(config.secrets[0]),
  };
  const first = await startAppProcess(environment);
  await db.transaction((trx) => addJob(trx, 'tell_services', {}));
  await until(async () => held.filter((res) => !res.closed).length === SERVICES * AT_A_TIME, 30_000);
  await first.kill();
  const noted = await visitsIn(db).then((visits) =>
    visits.filter(({ delivered_at }) => delivered_at !== null).map(({ id }) => id),
  );
  expect(noted).toHaveLength(SERVICES * TOLD);
  const before = heard();

  // A minute goes by: what the first had taken is anybody's.
  await db('sso_visits').where('next_at', '>', new Date()).update({ next_at: new Date() });
  listener.answer((res) => void res.writeHead(204).end());
  const second = await startAppProcess(environment);
  try {
    await db.transaction((trx) => addJob(trx, 'tell_services', {}));
    await until(async () => (await visitsIn(db)).every(({ delivered_at }) => delivered_at !== null), 45_000);
  } finally {
    await second.terminate();
  }
  // The second tells all but what was noted: of that, what had been under way comes twice.
  const told = heard().slice(before.length);
  expect(told).toHaveLength(SERVICES * (VISITS - TOLD));
  expect(new Set(told).size).toBe(told.length);
  expect(new Set(heard()).size).toBe(SERVICES * VISITS);
});
