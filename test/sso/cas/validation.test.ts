import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { unseal } from '#platform/security/secrets.ts';
import { ticketKeys } from '#sso/logout/deliver.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { asks, casUrl, codeOf, faultsOf, hasSchema, ticketFor, valuesOf } from '../../support/cas.ts';
import { DAY } from '../../support/database.ts';
import { journalOf } from '../../support/journal.ts';
import {
  closeAccount,
  createStructure,
  createUser,
  reopenAccount,
  type TestUser,
  takeRight,
} from '../../support/people.ts';
import { createService, setService, suspendService, visitsIn } from '../../support/sso.ts';
import { structureOf } from '../../support/structures.ts';

const A = 'https://a.example/cas';
const B = 'https://b.example/cas';

let site: TestSite;
let user: TestUser;
let browser: Visitor;
let siret: string;
let a: number;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-01T09:00:00Z' });
  const { db } = site.dependencies;
  const structure = await createStructure(db, { name: 'O’Brien & <fils>' });
  siret = (await structureOf(db, structure)).siret;
  user = await createUser(db, {
    firstName: 'Zoé & <b>',
    lastName: 'O\'Brien "',
    affiliations: { [structure]: ['hr_validator'] },
  });
  browser = await site.signedIn(user.email);
  a = (
    await createService(db, {
      fields: { opens_to: 'rights' },
      addresses: { cas: [A] },
      rights: ['hr_validator'],
      attributes: {
        mail: 'mail',
        displayname: 'nomComplet',
        siret: 'siret',
        structure: 'structure',
        droit: 'droit',
      },
    })
  ).id;
  await createService(db, { addresses: { cas: [B] } });
});
afterAll(() => site.close());

const answers: string[] = [];
const ask = async (page: string, query: Record<string, string>) => {
  const answer = await asks(site, page, query);
  if (answer.startsWith('<')) answers.push(answer);
  return answer;
};
const validate = (query: Record<string, string>, page = 'p3/serviceValidate') =>
  ask(page, { service: A, ...query });
beforeEach(() => site.clock.advance(2 * 60_000));
/** Whatever was answered in a test, the schema of the protocol has it so. */
afterEach(async () => {
  for (const xml of answers.splice(0)) if (hasSchema) expect(await faultsOf(xml)).toEqual([]);
});

describe('whose a ticket is', () => {
  const attributes = () => ({
    mail: [user.email],
    nomComplet: ['Zoé &#38; &#60;b&#62; O&#39;Brien &#34;'],
    siret: [siret],
    structure: ['O’Brien &#38; &#60;fils&#62;'],
    droit: [`${siret}:hr_validator`],
  });

  test.each(['/cas', '/v2/users'])('by every version, at %s', async (base) => {
    const told = async (page: string) =>
      asks(site, page, { service: A, ticket: await ticketFor(browser, A) }, base);
    expect(await told('validate')).toBe(`yes\n${user.email}\n`);
    for (const page of ['serviceValidate', 'proxyValidate']) {
      const xml = await told(page);
      answers.push(xml);
      expect(valuesOf(xml, 'user')).toEqual([user.email]);
      expect(xml).not.toContain('attributes');
    }
    for (const page of ['p3/serviceValidate', 'p3/proxyValidate']) {
      const xml = await told(page);
      answers.push(xml);
      expect(valuesOf(xml, 'user')).toEqual([user.email]);
      for (const [name, values] of Object.entries(attributes())) expect(valuesOf(xml, name)).toEqual(values);
      expect(valuesOf(xml, 'sn')).toEqual([]);
      expect(valuesOf(xml, 'authenticationDate')).toEqual(['2026-12-01T09:00:00Z']);
      expect(valuesOf(xml, 'isFromNewLogin')).toEqual(['false']);
    }
  });

  test('in JSON too, and in no other form', async () => {
    const { text, headers } = await site
      .visitor()
      .get(casUrl('p3/serviceValidate', { service: A, ticket: await ticketFor(browser, A), format: 'JSON' }));
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(JSON.parse(text).serviceResponse.authenticationSuccess).toMatchObject({
      user: user.email,
      attributes: { nomComplet: 'Zoé & <b> O\'Brien "', droit: `${siret}:hr_validator` },
    });
    expect(codeOf(await validate({ ticket: await ticketFor(browser, A), format: 'YAML' }))).toBe(
      'INVALID_REQUEST',
    );
    expect(
      JSON.parse(await ask('serviceValidate', { format: 'JSON' })).serviceResponse.authenticationFailure.code,
    ).toBe('INVALID_REQUEST');
  });

  test('of a service that reads attributes by 2.0', async () => {
    await setService(site.dependencies.db, a, { attributes_in_v2: true });
    expect(
      valuesOf(await validate({ ticket: await ticketFor(browser, A) }, 'serviceValidate'), 'mail'),
    ).toEqual([user.email]);
    await setService(site.dependencies.db, a, { attributes_in_v2: false });
  });

  test('under a name that is not the address, where the service wants it so', async () => {
    const { db } = site.dependencies;
    await setService(db, a, { subject: 'identifier' });
    const [name = ''] = valuesOf(await validate({ ticket: await ticketFor(browser, A) }), 'user');
    expect(name).toMatch(/^[0-9a-f-]{36}$/);
    await setService(db, a, { subject: 'email' });
  });

  test('leaves a visit, an entry of where the person was, and no session of the service’s', async () => {
    const { db, config } = site.dependencies;
    const sessions = await db('web_sessions').count();
    const ticket = await ticketFor(browser, `${A}/page`);
    const { headers } = await site
      .visitor()
      .get(casUrl('serviceValidate', { service: `${A}/page`, ticket }))
      .set('X-Forwarded-For', '203.0.113.9');
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['content-type']).toBe('text/xml; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(await db('web_sessions').count()).toEqual(sessions);
    const visit = (await visitsIn(db, { service_id: a })).at(-1);
    expect(visit).toMatchObject({
      user_id: user.id,
      protocol: 'cas',
      logout_url: `${A}/page`,
      closed_at: null,
    });
    expect(unseal(ticketKeys(config), visit?.sealed_ticket ?? '')).toBe(ticket);
    const entry = (await journalOf(db, 'service.opened', { person_id: user.id })).at(-1);
    expect(entry).toMatchObject({
      actor_id: user.id,
      subject_id: a,
      way: 'page',
      ip: '127.0.0.1',
      details: { protocol: 'cas' },
    });
  });
});

describe('a ticket is spent by the first who asks, whatever the answer', () => {
  const spentBy = async (query: Record<string, string>, page?: string) => {
    const ticket = await ticketFor(browser, A);
    const first = codeOf(await validate({ ticket, ...query }, page));
    expect(codeOf(await validate({ ticket }))).toBe('INVALID_TICKET');
    return first;
  };
  test('answered', async () => expect(await spentBy({})).toBeUndefined());
  test('for another service', async () => expect(await spentBy({ service: B })).toBe('INVALID_SERVICE'));
  test('for another page of the service', async () =>
    expect(await spentBy({ service: `${A}/autre` })).toBe('INVALID_SERVICE'));
  test('for no address', async () => expect(await spentBy({ service: 'rien' })).toBe('INVALID_SERVICE'));
  test('renew, where nobody proved anything for it', async () =>
    expect(await spentBy({ renew: 'true' })).toBe('INVALID_TICKET'));
  test('with a callback that is not allowed', async () =>
    expect(await spentBy({ pgtUrl: 'https://a.example/pgt' })).toBe('UNAUTHORIZED_SERVICE_PROXY'));
  test('a minute later', async () => {
    const ticket = await ticketFor(browser, A);
    site.clock.advance(61_000);
    expect(codeOf(await validate({ ticket }))).toBe('INVALID_TICKET');
  });
});

describe('what was right when the ticket was given is asked again', () => {
  test('the service', async () => {
    const { db, clock } = site.dependencies;
    const ticket = await ticketFor(browser, A);
    await suspendService(db, a, clock.now());
    expect(codeOf(await validate({ ticket }))).toBe('INVALID_SERVICE');
    await setService(db, a, { state: 'active', suspended_at: null });
    const other = await ticketFor(browser, A);
    await setService(db, a, { speaks_cas: false });
    expect(codeOf(await validate({ ticket: other }))).toBe('INVALID_SERVICE');
    await setService(db, a, { speaks_cas: true, needs_second_factor: true });
    expect((await browser.get(casUrl('login', { service: A }))).headers.location).toMatch(/^\/mon-compte/);
    await setService(db, a, { needs_second_factor: false });
    const third = await ticketFor(browser, A);
    await setService(db, a, { needs_second_factor: true });
    expect(codeOf(await validate({ ticket: third }))).toBe('INVALID_TICKET');
    await setService(db, a, { needs_second_factor: false });
  });
  test('the session', async () => {
    const other = await site.signedIn(user.email);
    const ticket = await ticketFor(other, A);
    await other.submit('/deconnexion', {}, '/mes-structures');
    expect(codeOf(await validate({ ticket }))).toBe('INVALID_TICKET');
  });
  test('the account', async () => {
    const { db, clock } = site.dependencies;
    const ticket = await ticketFor(browser, A);
    await closeAccount(db, user.id, clock.now());
    expect(codeOf(await validate({ ticket }))).toBe('INVALID_TICKET');
    await reopenAccount(db, user.id);
  });
  test('the right', async () => {
    const { db } = site.dependencies;
    const ticket = await ticketFor(browser, A);
    await takeRight(db, 'hr_validator');
    expect(codeOf(await validate({ ticket }))).toBe('INVALID_TICKET');
    expect((await visitsIn(db, { service_id: a, closed_at: null })).length).toBeGreaterThan(0);
  });
});

describe('what cannot be a ticket', () => {
  test.each([
    'ST-x</cas:authenticationFailure><cas:authenticationSuccess><cas:user>admin</cas:user></cas:authenticationSuccess>',
    `ST-${'a'.repeat(29)}`,
    `ST-${'a'.repeat(28)}\u0000`,
    'ST-a&service=https://evil.example',
    'ST-a&amp;service=x',
    `${'x'.repeat(5000)}`,
    "' or 1=1 --",
  ])('%j is nobody’s, and is not repeated', async (ticket) => {
    const xml = await validate({ ticket });
    expect(codeOf(xml)).toBe('INVALID_TICKET');
    expect(xml).not.toContain('admin');
    expect(xml).not.toContain('evil');
  });
  test('a ticket that grants others is none to validate', async () => {
    const xml = await validate({ ticket: `PGT-${'a'.repeat(60)}` });
    expect(codeOf(xml)).toBe('INVALID_TICKET_SPEC');
  });
});

describe('a question that cannot be answered', () => {
  const raw = async (query: string, page = 'serviceValidate') => {
    const { status, text } = await site.visitor().get(`/cas/${page}?${query}`);
    expect(status).toBe(200);
    if (text.startsWith('<')) answers.push(text);
    return text;
  };
  test.each(['', 'service=https%3A%2F%2Fa.example%2Fcas', 'ticket=ST-a', 'SERVICE=a&TICKET=b'])(
    '%s',
    async (query) => {
      expect(codeOf(await raw(query))).toBe('INVALID_REQUEST');
      expect(await raw(query, 'validate')).toBe('no\n\n');
    },
  );
  test.each(['service', 'ticket', 'renew', 'pgtUrl', 'format'])('%s twice', async (name) => {
    const ticket = await ticketFor(browser, B);
    const query = new URLSearchParams({ service: B, ticket });
    for (const value of ['XML', 'XML']) query.append(name, value);
    expect(codeOf(await raw(String(query)))).toBe('INVALID_REQUEST');
  });
  test('a browser that only looks spends nothing', async () => {
    const ticket = await ticketFor(browser, B);
    const { status } = await site.visitor().agent.head(casUrl('serviceValidate', { service: B, ticket }));
    expect(status).toBe(405);
    expect(codeOf(await ask('serviceValidate', { service: B, ticket }))).toBeUndefined();
  });
  test('the database does not answer', async () => {
    const { db } = site.dependencies;
    const ticket = await ticketFor(browser, B);
    await site.owner.raw('alter table sso_tickets rename to elsewhere');
    const xml = await ask('serviceValidate', { service: B, ticket });
    await site.owner.raw('alter table elsewhere rename to sso_tickets');
    expect(codeOf(xml)).toBe('INTERNAL_ERROR');
    expect(codeOf(await ask('serviceValidate', { service: B, ticket }))).toBeUndefined();
    expect(await db('sso_tickets').whereNull('used_at').where('expires_at', '>', site.clock.now())).toEqual(
      [],
    );
  });
});

test('300 failures of one place a minute, and no more; what is right is answered all the same', async () => {
  const ticket = await ticketFor(browser, B);
  const wrong = casUrl('serviceValidate', { service: B, ticket: 'ST-x' });
  let statuses: number[] = [];
  for (let times = 0; times < 30; times += 1)
    statuses = statuses.concat(
      await Promise.all(Array.from({ length: 11 }, async () => (await site.visitor().get(wrong)).status)),
    );
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(300);
  expect(statuses.at(-1)).toBe(429);
  expect(
    codeOf((await site.visitor().get(casUrl('serviceValidate', { service: B, ticket }))).text),
  ).toBeUndefined();
});

test('what the database holds opens nothing, and is forgotten after a day', async () => {
  const { db } = site.dependencies;
  const ticket = await ticketFor(browser, B);
  const rows = await db('sso_tickets');
  expect(JSON.stringify(rows)).not.toContain(ticket.slice(3));
  for (const { ticket_hash } of rows)
    expect(
      codeOf(
        await site
          .visitor()
          .get(casUrl('serviceValidate', { service: B, ticket: ticket_hash }))
          .then(({ text }) => text),
      ),
    ).toBe('INVALID_TICKET');
  const forget = site.dependencies.features.flatMap((feature) => feature.forget ?? []);
  site.clock.advance(DAY + 61_000);
  for (const step of forget) await step(site.dependencies);
  expect(await db('sso_tickets')).toEqual([]);
});
