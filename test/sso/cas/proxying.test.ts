import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { asks, codeOf, faultsOf, hasSchema, ticketFor, valuesOf } from '../../support/cas.ts';
import { type Listener, startListener } from '../../support/listener.ts';
import { createUser, type TestUser } from '../../support/people.ts';
import { createService, setService, suspendService, visitsIn } from '../../support/sso.ts';

const BACK = 'https://back.example/cas';

let site: TestSite;
let listener: Listener;
let user: TestUser;
let browser: Visitor;
let front: { id: number; service: string; pgtUrl: string };
let back: number;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-01T09:00:00Z' });
  listener = await startListener();
  const { db } = site.dependencies;
  user = await createUser(db);
  browser = await site.signedIn(user.email);
  const addresses = { cas: [`${listener.url}/cas`], proxy_callback: [`${listener.url}/pgt`] };
  const { id } = await createService(db, { fields: { may_proxy: true }, addresses });
  front = { id, service: `${listener.url}/cas`, pgtUrl: `${listener.url}/pgt?a=%20b` };
  back = (
    await createService(db, {
      addresses: { cas: [BACK], proxy_callback: [`${listener.url}/pgt2`] },
      fields: { may_proxy: true },
    })
  ).id;
});
afterAll(async () => {
  await site.close();
  await listener.close();
});
beforeEach(() => {
  site.clock.advance(2 * 60_000);
  listener.heard.length = 0;
  listener.answer((res) => void res.writeHead(200).end());
});

async function ask(page: string, query: Record<string, string>): Promise<string> {
  const xml = await asks(site, page, query);
  if (hasSchema) expect(await faultsOf(xml)).toEqual([]);
  return xml;
}

/** Enters the first service, which takes a ticket to ask for others with. */
async function granted(): Promise<{ xml: string; pgt: string; ticket: string }> {
  const ticket = await ticketFor(browser, front.service);
  const xml = await ask('p3/serviceValidate', { service: front.service, ticket, pgtUrl: front.pgtUrl });
  const { path = '' } = listener.heard.at(-1) ?? {};
  const sent = new URL(path, listener.url).searchParams;
  expect(valuesOf(xml, 'proxyGrantingTicket')).toEqual(sent.has('pgtIou') ? [sent.get('pgtIou')] : []);
  return { xml, pgt: sent.get('pgtId') ?? '', ticket };
}
const proxied = async (pgt: string, targetService = BACK) => ask('proxy', { pgt, targetService });

test('a service asks for a ticket of another, which hears through whom it came', async () => {
  const { xml, pgt } = await granted();
  expect(valuesOf(xml, 'user')).toEqual([user.email]);
  expect(listener.heard.map(({ path }) => path)).toEqual([
    expect.stringMatching(/^\/pgt\?a=%20b&pgtId=PGT-[A-Za-z0-9]{60}&pgtIou=PGTIOU-[A-Za-z0-9]{57}$/),
  ]);
  const [ticket = ''] = valuesOf(await proxied(pgt), 'proxyTicket');
  expect(ticket).toMatch(/^PT-[A-Za-z0-9]{29}$/);
  const told = await ask('p3/proxyValidate', { service: BACK, ticket });
  expect(valuesOf(told, 'user')).toEqual([user.email]);
  expect(valuesOf(told, 'proxy')).toEqual([`${listener.url}/pgt?a=%20b`]);
  expect((await visitsIn(site.dependencies.db, { service_id: back })).at(-1)).toMatchObject({
    user_id: user.id,
    closed_at: null,
  });
  expect(codeOf(await ask('proxyValidate', { service: BACK, ticket }))).toBe('INVALID_TICKET');
});

test('a chain is told of from its end', async () => {
  const { pgt } = await granted();
  const [ticket = ''] = valuesOf(await proxied(pgt), 'proxyTicket');
  const second = await ask('proxyValidate', { service: BACK, ticket, pgtUrl: `${listener.url}/pgt2` });
  expect(valuesOf(second, 'proxy')).toHaveLength(1);
  const next = new URL(listener.heard.at(-1)?.path ?? '', listener.url).searchParams.get('pgtId') ?? '';
  const [third = ''] = valuesOf(await proxied(next, front.service), 'proxyTicket');
  expect(valuesOf(await ask('proxyValidate', { service: front.service, ticket: third }), 'proxy')).toEqual([
    `${listener.url}/pgt2`,
    `${listener.url}/pgt?a=%20b`,
  ]);
});

test('an ordinary ticket is taken at /proxyValidate, one that came through another service not at /serviceValidate', async () => {
  expect(
    codeOf(
      await ask('proxyValidate', { service: front.service, ticket: await ticketFor(browser, front.service) }),
    ),
  ).toBeUndefined();
  const { pgt } = await granted();
  const [ticket = ''] = valuesOf(await proxied(pgt), 'proxyTicket');
  const refused = await ask('p3/serviceValidate', { service: BACK, ticket });
  expect(codeOf(refused)).toBe('INVALID_TICKET_SPEC');
  expect(refused).toContain('/proxyValidate');
  expect(codeOf(await ask('proxyValidate', { service: BACK, ticket }))).toBe('INVALID_TICKET');
});

describe('no ticket is handed over', () => {
  const validated = async (pgtUrl: string) => {
    const visits = (await visitsIn(site.dependencies.db)).length;
    const ticket = await ticketFor(browser, front.service);
    const code = codeOf(await ask('serviceValidate', { service: front.service, ticket, pgtUrl }));
    expect((await visitsIn(site.dependencies.db)).length).toBe(visits);
    return code;
  };
  test.each([
    'https://evil.example/pgt',
    'http://169.254.169.254/pgt',
    'http://[::1]/pgt',
    'http://127.0.0.1:1/pgt',
    'http://localhost/pgt',
    'file:///etc/passwd',
    'rien',
  ])('to an address that is not registered: %s', async (pgtUrl) => {
    expect(await validated(pgtUrl)).toBe('INVALID_PROXY_CALLBACK');
    expect(listener.heard).toEqual([]);
  });
  test.each([302, 404, 500, 204])('to one that answers %d', async (status) => {
    listener.answer((res) => void res.writeHead(status, { location: `${listener.url}/elsewhere` }).end());
    expect(await validated(front.pgtUrl)).toBe('INVALID_PROXY_CALLBACK');
    expect(listener.heard).toHaveLength(1);
  });
  test('to a service that may not', async () => {
    const { db } = site.dependencies;
    await setService(db, front.id, { may_proxy: false });
    expect(await validated(front.pgtUrl)).toBe('UNAUTHORIZED_SERVICE_PROXY');
    await setService(db, front.id, { may_proxy: true });
  });
});

test('what the database holds of these tickets grants nothing', async () => {
  const { pgt, ticket } = await granted();
  const [proxy = ''] = valuesOf(await proxied(pgt), 'proxyTicket');
  const { rows } = await site.owner.raw(
    `select json_agg(t)::text as dump from (
       select to_json(k) from sso_tickets k union all select to_json(v) from sso_visits v) t`,
  );
  const { dump } = rows[0] as { dump: string };
  for (const secret of [pgt, ticket, proxy]) expect(dump).not.toContain(secret.slice(4));
  const stored = await site
    .owner('sso_tickets')
    .where({ kind: 'granting' })
    .orderBy('created_at', 'desc')
    .limit(3);
  expect(stored).not.toHaveLength(0);
  for (const { ticket_hash } of stored)
    for (const guess of [ticket_hash, `PGT-${ticket_hash}`, `PGT-${ticket_hash.slice(0, 60)}`])
      expect(codeOf(await proxied(guess))).toBe('INVALID_REQUEST');
});

describe('a ticket that grants others', () => {
  test('is known by its whole name', async () => {
    for (const pgt of ['', 'PGT-x', `PGT-${'a'.repeat(60)}`, '<cas:x>'])
      expect(codeOf(await proxied(pgt))).toBe('INVALID_REQUEST');
    expect(codeOf(await ask('proxy', { pgt: 'x', TARGETSERVICE: BACK }))).toBe('INVALID_REQUEST');
  });
  test('opens only what is registered, and to the person', async () => {
    const { db, clock } = site.dependencies;
    const { pgt } = await granted();
    expect(codeOf(await proxied(pgt, 'https://evil.example/cas'))).toBe('UNAUTHORIZED_SERVICE');
    await setService(db, back, { opens_to: 'agency' });
    expect(codeOf(await proxied(pgt))).toBe('UNAUTHORIZED_SERVICE');
    await setService(db, back, { opens_to: 'everyone', needs_second_factor: true });
    expect(codeOf(await proxied(pgt))).toBe('UNAUTHORIZED_SERVICE');
    await setService(db, back, { needs_second_factor: false });
    expect(codeOf(await proxied(pgt))).toBeUndefined();
    await suspendService(db, front.id, clock.now());
    expect(codeOf(await proxied(pgt))).toBe('UNAUTHORIZED_SERVICE');
    await setService(db, front.id, { state: 'active', suspended_at: null });
  });
  test('gives no more than three hundred in a minute', async () => {
    const { db } = site.dependencies;
    const { pgt } = await granted();
    expect(codeOf(await proxied(pgt))).toBeUndefined();
    const one = await db('sso_tickets').where({ kind: 'proxy' }).orderBy('created_at', 'desc').first();
    await db('sso_tickets').insert(
      Array.from({ length: 299 }, (_, index) => ({ ...one, ticket_hash: `${one?.ticket_hash} ${index}` })),
    );
    expect(codeOf(await proxied(pgt))).toBe('INVALID_REQUEST');
    // Of this visit: another has its own.
    expect(codeOf(await proxied((await granted()).pgt))).toBeUndefined();
    site.clock.advance(61_000);
    expect(codeOf(await proxied(pgt))).toBeUndefined();
  });
  test('ends with the session', async () => {
    const other = await site.signedIn(user.email);
    const ticket = await ticketFor(other, front.service);
    await ask('serviceValidate', { service: front.service, ticket, pgtUrl: front.pgtUrl });
    const pgt = new URL(listener.heard.at(-1)?.path ?? '', listener.url).searchParams.get('pgtId') ?? '';
    expect(codeOf(await proxied(pgt))).toBeUndefined();
    await other.get('/cas/logout');
    expect(codeOf(await proxied(pgt))).toBe('INVALID_REQUEST');
    expect(
      await site.dependencies
        .db('sso_tickets')
        .where({ kind: 'granting' })
        .whereIn('visit_id', site.dependencies.db('sso_visits').whereNotNull('closed_at').select('id')),
    ).toEqual([]);
  });
});
