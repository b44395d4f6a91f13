import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createStructure, createUser, leaveAgency, nextSiret, setStructure } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { eventsOfStructureRequests, forgetRequests, requestsIn } from '../../support/requests.ts';
import { first } from '../../support/rows.ts';
import { described } from './forms.ts';

const PAGE = '/referencement';
const EMAIL = 'alix@structure.example';
let site: TestSite;
let service: Server;
/** What the local company search answers; null for an incident. */
let company: object | null = null;

beforeAll(async () => {
  service = createServer((_req, res) => {
    res.writeHead(company ? 200 : 503, { 'content-type': 'application/json' });
    res.end(JSON.stringify(company ?? {}));
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const { port } = service.address() as AddressInfo;
  site = await createTestSite({
    now: '2026-11-12T10:00:00Z',
    environment: { COMPANY_SEARCH_URL: `http://127.0.0.1:${port}` },
  });
});
afterAll(async () => {
  service.close();
  await site.close();
});
beforeEach(async () => {
  company = null;
  site.mailbox.clear();
  const { db } = site.dependencies;
  await forgetAttempts(db);
  await forgetRequests(db, 'structure_request');
});

const requests = () => requestsIn(site.dependencies.db, 'structure_request');
const answerFor = (siret: string) => ({
  results: [
    {
      nom_complet: 'ATELIER PUBLIC',
      siege: {
        siret,
        adresse: '9 QUAI SUD 33000 BORDEAUX',
        code_postal: '33000',
        libelle_commune: 'BORDEAUX',
        activite_principale: '85.59B',
      },
    },
  ],
});

test('each manager of the agency is told once of a request, however often it is sent again', async () => {
  const { db } = site.dependencies;
  const managers = [
    await createUser(db, { isAgencyManager: true }),
    await createUser(db, { isAgencyManager: true }),
  ];
  const siret = nextSiret();
  for (const _ of [1, 2]) await site.visitor().submit(PAGE, described(siret, EMAIL));
  await site.runJobs();
  const { id } = first(await requests());
  for (const { email } of managers) {
    expect(site.mailbox.to(email)).toHaveLength(1);
    expect(site.mailbox.to(email)[0]?.subject).toContain('Demande de référencement à traiter');
    expect(site.mailbox.latestLink(email)).toBe(`/agence/structures/${id}`);
  }
  for (const one of managers) await leaveAgency(db, one.id);
});

describe('asking for a structure', () => {
  test('kept as described, acknowledged by e-mail', async () => {
    const siret = nextSiret();
    const typed = siret.replace(/^(...)(...)(...)/, '$1 $2 $3 ');
    const visitor = site.visitor();
    const { status, headers } = await visitor.submit(PAGE, described(typed, EMAIL));
    expect([status, headers.location]).toEqual([303, '/referencement/envoyee']);
    expect((await visitor.get('/referencement/envoyee')).text).toContain('Votre demande est transmise');
    expect(await requests()).toEqual([
      expect.objectContaining({
        siret,
        name: 'Atelier des Landes',
        acronym: 'ADL',
        brand: null,
        ape_code: '85.59A',
        kind: 'association',
        city: 'Mont-de-Marsan',
        phone: '+33558000000',
        state: 'pending',
      }),
    ]);
    await site.runJobs();
    const [mail, ...others] = site.mailbox.to(EMAIL);
    expect(others).toEqual([]);
    expect(mail?.text.replaceAll(/\s/g, '')).toContain(siret);
    expect(mail?.text).toContain('12\u00a0nov. 2026 à\u00a011:00');
  });

  test('the same again by the same person, twice at once: one request', async () => {
    const fields = described(nextSiret(), EMAIL);
    await site.visitor().submit(PAGE, fields);
    const both = await Promise.all(
      [1, 2].map(() => site.visitor().submit(PAGE, { ...fields, name: 'Autre' })),
    );
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    expect(await requests()).toMatchObject([{ name: 'Atelier des Landes' }]);
    const events = await eventsOfStructureRequests(site.dependencies.db);
    expect(events).toEqual(['received', 'repeated', 'repeated']);
  });

  test('a SIRET of the list is said at once, with the link that chooses it', async () => {
    const { db } = site.dependencies;
    const siret = nextSiret();
    const id = await createStructure(db, { siret, name: 'Déjà là' });
    const { status, text } = await site.visitor().submit(PAGE, described(siret, EMAIL));
    expect(status).toBe(422);
    expect(text).toContain('Ce SIRET est déjà dans la liste\u00a0: Déjà là, Pessac.');
    expect(text).toContain(`href="/account-requests/add?structure=${id}"`);
    expect(text).toContain('value="Proviste"');
    expect(await requests()).toEqual([]);

    await setStructure(db, id, { closed_on: '2026-11-13' });
    const closing = await site.visitor().submit(PAGE, described(siret, EMAIL));
    expect(closing.text).toContain(`href="/account-requests/add?structure=${id}"`);
    await setStructure(db, id, { closed_on: '2026-11-12' });
    const closed = await site.visitor().submit(PAGE, described(siret, EMAIL));
    expect(closed.status).toBe(422);
    expect(closed.text).toContain('fermé');
    expect(closed.text).not.toContain('/account-requests/add?structure=');
  });

  test('limited per e-mail', async () => {
    for (let n = 0; n < 5; n += 1) {
      expect((await site.visitor().submit(PAGE, described(nextSiret(), EMAIL))).status).toBe(303);
    }
    expect((await site.visitor().submit(PAGE, described(nextSiret(), EMAIL))).status).toBe(429);
    expect((await site.visitor().submit(PAGE, described(nextSiret(), 'b@structure.example'))).status).toBe(
      303,
    );
  });
});

describe('the SIRET as it is typed', () => {
  const ask = (siret: string) => site.visitor().submit(`${PAGE}/siret`, { siret }, PAGE);

  test('without scripts: what is empty is filled in, what was typed stays', async () => {
    const siret = nextSiret();
    company = answerFor(siret);
    const { status, text } = await site
      .visitor()
      .submit(PAGE, { siret, city: 'Talence', last_name: 'Proviste', step: 'check' });
    expect(status).toBe(200);
    for (const value of ['ATELIER PUBLIC', '9 QUAI SUD', '33000', '85.59B', 'Talence', 'Proviste']) {
      expect(text).toContain(`value="${value}"`);
    }
    expect(text).not.toContain('value="BORDEAUX"');
    expect(await requests()).toEqual([]);
    const wrong = await site.visitor().submit(PAGE, { siret: '123', name: 'Atelier', step: 'check' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('3\u00a0saisis');
    expect(wrong.text).toContain('value="Atelier"');
    expect(wrong.text).not.toContain('href="#name"');
  });

  test('with scripts: known, found, not found, wrong', async () => {
    const siret = nextSiret();
    company = answerFor(siret);
    expect((await ask(siret)).body.fields).toEqual({
      name: 'ATELIER PUBLIC',
      ape_code: '85.59B',
      address: '9 QUAI SUD',
      postcode: '33000',
      city: 'BORDEAUX',
    });
    company = null;
    expect((await ask(siret)).body).toEqual({ said: expect.stringContaining('SIRET correct'), fields: {} });
    const id = await createStructure(site.dependencies.db, { siret, name: 'Déjà là' });
    expect((await ask(siret)).body).toEqual({
      problem: expect.stringContaining('déjà dans la liste'),
      href: `/account-requests/add?structure=${id}`,
    });
    const wrong = await ask('73282932000075');
    expect(wrong.status).toBe(422);
    expect(wrong.body.problem).toContain('inexact');
  });

  test('limited per address', async () => {
    const visitor = site.visitor();
    const token = await visitor.token(PAGE);
    const statuses = new Map<number, number>();
    for (let n = 0; n < 62; n += 1) {
      const { status } = await visitor.post(`${PAGE}/siret`, { _csrf: token, siret: '73282932000074' });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(Object.fromEntries(statuses)).toEqual({ 200: 60, 429: 2 });
  });
});

describe('bad input', () => {
  const good = () => described(nextSiret(), 'saisie@structure.example');
  const required = [
    'siret',
    'name',
    'kind',
    'address',
    'postcode',
    'city',
    'civility',
    'last_name',
    'first_name',
    'email',
  ];

  test.each(required)('%s missing', async (field) => {
    const { status, text } = await site.visitor().submit(PAGE, { ...good(), [field]: '' });
    expect(status).toBe(422);
    expect(text).toContain(`href="#${field}"`);
    if (field !== 'last_name') expect(text).toContain('value="Proviste"');
  });

  test.each([
    ['ape_code', '12'],
    ['postcode', '4000'],
    ['kind', 'empire'],
    ['phone', '12'],
    ['email', 'a@b'],
  ])('%s wrong: %s', async (field, value) => {
    const { status, text } = await site.visitor().submit(PAGE, { ...good(), [field]: value });
    expect(status).toBe(422);
    expect(text).toContain(`href="#${field}"`);
  });

  test.each(Object.keys(described('', '')))('%s of 80 KB', async (field) => {
    const { status } = await site.visitor().submit(PAGE, { ...good(), [field]: 'é'.repeat(40_000) });
    expect(status).toBe(422);
  });

  test.each([
    ['a script', '<script>alert(1)</script>'],
    ['NUL', 'a\u0000b'],
    ['only spaces', ' \u00a0\u200b '],
    ['SQL', "'; drop table users; --"],
  ])('every field at once made of %s', async (_what, value) => {
    const body = Object.fromEntries(Object.keys(good()).map((name) => [name, value]));
    for (const step of ['', 'check']) {
      const { status, text } = await site.visitor().submit(PAGE, { ...body, step });
      expect(status).toBe(422);
      expect(text).not.toContain('<script>alert');
    }
    expect((await site.visitor().submit(`${PAGE}/siret`, body, PAGE)).status).toBe(422);
  });

  test('every field repeated, or not UTF-8', async () => {
    const repeated = Object.fromEntries(Object.entries(good()).map(([name, value]) => [name, [value, 'x']]));
    const { status, text } = await site.visitor().submit(PAGE, repeated);
    expect(status).toBe(422);
    expect(text).toContain('plusieurs fois');
    const visitor = site.visitor();
    const token = encodeURIComponent(await visitor.token(PAGE));
    const body = Object.keys(good()).map((name) => `${name}=%FF%FE`);
    const bytes = await visitor.agent
      .post(PAGE)
      .type('form')
      .send([`_csrf=${token}`, ...body].join('&'));
    expect(bytes.status).toBe(422);
  });
});
