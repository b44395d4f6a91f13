import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSecondFactor } from '../../support/accounts.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { asks, casUrl, codeOf, goesTo, ticketFor, valuesOf } from '../../support/cas.ts';
import { HOSTILE, REGISTERED } from '../../support/hostile-addresses.ts';
import { journalOf } from '../../support/journal.ts';
import {
  createStructure,
  createUser,
  leaveStructures,
  TEST_PASSWORD,
  type TestUser,
} from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { createService, setService, suspendService, visitsIn } from '../../support/sso.ts';

let site: TestSite;
let user: TestUser;
let serviceId: number;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-12-01T09:00:00Z' });
  const { db } = site.dependencies;
  user = await createUser(db, { firstName: 'Camille', lastName: 'Durand' });
  serviceId = (await createService(db, { fields: { name: 'RafaelPro' }, addresses: { cas: [REGISTERED] } }))
    .id;
});
afterAll(() => site.close());
beforeEach(async () => {
  await forgetAttempts(site.dependencies.db);
  site.clock.advance(2 * 60_000);
});

/** Sends the form of the page where a browser was led, and goes on. */
async function prove(
  browser: Visitor,
  page: string,
  path: string,
  fields: Record<string, string>,
): Promise<string> {
  const suite = new URL(page, 'http://portal').searchParams.get('suite') ?? '';
  const { headers, text } = await browser.submit(path, { suite, suite_verification: suite, ...fields }, page);
  return headers.location ?? text;
}
const signInAt = (browser: Visitor, page: string) =>
  prove(browser, page, '/connexion', { identifiant: user.email, mot_de_passe: TEST_PASSWORD });
const confirmAt = (browser: Visitor, page: string) =>
  prove(browser, page, '/mon-compte/confirmer', { verification: TEST_PASSWORD });

describe.each(['/cas', '/v2/users'])('at %s', (base) => {
  test('somebody signs in once, enters a service with a ticket, and the next without a word', async () => {
    const browser = site.visitor();
    const page = await goesTo(browser, casUrl('login', { service: REGISTERED }, base));
    expect(page).toMatch(/^\/connexion\?suite=/);
    const shown = await browser.get(page);
    expect(shown.text).toContain('Pour continuer vers <strong>RafaelPro</strong>');
    expect(shown.headers['content-security-policy']).toContain("form-action 'self' https://app.example.org;");
    const back = await signInAt(browser, page);
    expect(back).toMatch(new RegExp(`^${base}/login\\?service=`));
    const { status, headers } = await browser.get(back);
    expect(status).toBe(302);
    expect(headers.location).toMatch(/^https:\/\/app\.example\.org\/cas\?ticket=ST-[A-Za-z0-9]{29}$/);
    expect(headers['cache-control']).toBe('private, no-store');

    const second = await createService(site.dependencies.db, { fields: { name: 'Deux' } });
    const [address = ''] = second.addresses.map(({ url }) => url);
    expect(await goesTo(browser, casUrl('login', { service: address }, base))).toContain(
      `${address}?ticket=ST-`,
    );
  });

  test('somebody signs out of all, and goes back to a registered address only', async () => {
    const leave = async (query: Record<string, string>) => {
      const browser = await site.signedIn(user.email);
      await asks(site, 'p3/serviceValidate', {
        service: REGISTERED,
        ticket: await ticketFor(browser, REGISTERED),
      });
      const before = (await visitsIn(site.dependencies.db, { closed_at: null })).length;
      const answer = await browser.get(casUrl('logout', query, base));
      const page = (await browser.get('/connexion')).text;
      expect(await goesTo(browser, '/')).toMatch(/^\/connexion/);
      expect((await visitsIn(site.dependencies.db, { closed_at: null })).length).toBe(before - 1);
      return { to: answer.headers.location, page, answer };
    };
    const { to, answer } = await leave({ service: `${REGISTERED}/sortie?a=1` });
    expect([answer.status, to]).toEqual([302, `${REGISTERED}/sortie?a=1`]);
    expect(answer.headers['clear-site-data']).toBe('"cache", "storage"');

    const alone = await leave({});
    expect(alone.to).toBe('/connexion');
    expect(alone.page).toContain('Ces services en sont prévenus\u00a0: RafaelPro.');

    // What 2.0 called « url » leads nowhere.
    expect((await leave({ url: REGISTERED })).to).toBe('/connexion');
    const foreign = await leave({ service: 'https://evil.example/cas' });
    expect(foreign.to).toBe('/connexion');
    expect(foreign.page).toContain('une adresse de retour qui n’est pas enregistrée (https://evil.example)');
  });

  test('whoever has no session signs out all the same', async () => {
    const out = (query: Record<string, string>) => goesTo(site.visitor(), casUrl('logout', query, base));
    expect(await out({})).toBe('/connexion');
    expect(await out({ service: REGISTERED })).toBe(REGISTERED);
  });
});

test('a browser that only looks changes nothing', async () => {
  const browser = await site.signedIn(user.email);
  for (const page of ['login', 'logout']) {
    const { status, headers } = await browser.agent.head(casUrl(page, { service: REGISTERED }));
    expect([status, headers.allow]).toEqual([405, 'GET']);
  }
  expect(await ticketFor(browser, REGISTERED)).toMatch(/^ST-/);
});

test('without a service, it is said that one is signed in', async () => {
  const browser = site.visitor();
  const page = await goesTo(browser, '/cas/login?gateway=true');
  expect(page).toMatch(/^\/connexion\?suite=/);
  expect(await goesTo(browser, await signInAt(browser, page))).toBe('/');
  expect((await browser.get('/')).text).toContain('Vous êtes identifié.');
});

describe('gateway', () => {
  test('never asks: with a ticket, or without', async () => {
    const service = `${REGISTERED}?a=%20b`;
    const login = casUrl('login', { service, gateway: 'true' });
    const { status, headers } = await site.visitor().get(login);
    expect([status, headers.location]).toEqual([302, service]);
    expect(await goesTo(await site.signedIn(user.email), login)).toMatch(/\?a=%20b&ticket=ST-/);
  });
  test('asks where renew is asked for too', async () => {
    const both = casUrl('login', { service: REGISTERED, gateway: 'true', renew: 'true' });
    expect(await goesTo(site.visitor(), both)).toMatch(/^\/connexion/);
    expect(await goesTo(await site.signedIn(user.email), both)).toMatch(/^\/mon-compte\/confirmer/);
  });
  test('passes by whoever may not enter', async () => {
    const { db } = site.dependencies;
    const closed = await createService(db, { fields: { opens_to: 'agency' } });
    const [address = ''] = closed.addresses.map(({ url }) => url);
    const login = casUrl('login', { service: address, gateway: 'true' });
    expect(await goesTo(await site.signedIn(user.email), login)).toBe(address);
    await setService(db, closed.id, { opens_to: 'everyone', needs_second_factor: true });
    expect(await goesTo(await site.signedIn(user.email), login)).toBe(address);
  });
});

describe('renew', () => {
  const renewed = { service: REGISTERED, renew: 'true' };
  const validated = async (ticket: string) =>
    codeOf(await asks(site, 'serviceValidate', { service: REGISTERED, renew: 'true', ticket }));

  test('asks again, twice in a row, and each ticket is good', async () => {
    const browser = await site.signedIn(user.email);
    for (const _ of [1, 2]) {
      site.clock.advance(1000);
      const page = await goesTo(browser, casUrl('login', renewed));
      expect(page).toMatch(/^\/mon-compte\/confirmer\?suite=/);
      const back = await confirmAt(browser, page);
      const ticket = new URL(await goesTo(browser, back)).searchParams.get('ticket') ?? '';
      expect(await validated(ticket)).toBeUndefined();
      // The address that one was sent back to stands for no other proof.
      expect(await goesTo(browser, back)).toMatch(/^\/mon-compte\/confirmer/);
    }
  });
  test('takes what was proved to sign in for it, and no sign-in of before', async () => {
    const browser = site.visitor();
    const back = await signInAt(browser, await goesTo(browser, casUrl('login', renewed)));
    const ticket = new URL(await goesTo(browser, back)).searchParams.get('ticket') ?? '';
    expect(await validated(ticket)).toBeUndefined();
    expect(await validated(await ticketFor(browser, REGISTERED))).toBe('INVALID_TICKET');
  });
  test('takes the moment of no other browser, and of no other service', async () => {
    const other = await createService(site.dependencies.db);
    const [service = ''] = other.addresses.map(({ url }) => url);
    const depuisIn = (page: string) =>
      new URL(
        new URL(page, 'http://portal').searchParams.get('suite') ?? '',
        'http://portal',
      ).searchParams.get('depuis') ?? '';
    // Handed to somebody who has just proved, for other reasons, who they are.
    const theirs = depuisIn(await goesTo(site.visitor(), casUrl('login', renewed)));
    const browser = await site.signedIn(user.email);
    const elsewhere = depuisIn(await goesTo(browser, casUrl('login', { service, renew: 'true' })));
    const own = await goesTo(browser, casUrl('login', renewed));
    await confirmAt(browser, own);
    for (const depuis of [theirs, elsewhere])
      expect(await goesTo(browser, casUrl('login', { ...renewed, depuis }))).toMatch(
        /^\/mon-compte\/confirmer/,
      );
    expect(await goesTo(browser, casUrl('login', { ...renewed, depuis: depuisIn(own) }))).toContain(
      'ticket=ST-',
    );
  });
  test('takes no moment that nobody signed, nor one of long ago', async () => {
    const browser = await site.signedIn(user.email);
    const at = (depuis: string) => goesTo(browser, casUrl('login', { ...renewed, depuis }));
    expect(await at('0')).toMatch(/^\/mon-compte\/confirmer/);
    expect(await at(`0.${'a'.repeat(43)}`)).toMatch(/^\/mon-compte\/confirmer/);
    const page = await goesTo(browser, casUrl('login', renewed));
    const back = await confirmAt(browser, page);
    site.clock.advance(11 * 60_000);
    expect(await goesTo(browser, back)).toMatch(/^\/mon-compte\/confirmer/);
  });
});

describe('a service that asks for a second factor', () => {
  test('leads whoever has none to set one up, and whoever has one to give it', async () => {
    const { db } = site.dependencies;
    const strict = await createService(db, { fields: { needs_second_factor: true } });
    const [service = ''] = strict.addresses.map(({ url }) => url);
    const browser = await site.signedIn(user.email);
    expect(await goesTo(browser, casUrl('login', { service }))).toMatch(
      /^\/mon-compte\/double-authentification\?suite=/,
    );
    const other = await createUser(db);
    const theirs = await site.signedIn(other.email);
    await createSecondFactor(db, other.id, site.clock.now());
    expect(await goesTo(theirs, casUrl('login', { service }))).toMatch(/^\/mon-compte\/confirmer\?suite=/);
  });
});

describe('whoever may not enter', () => {
  test('reads why, and which référents to ask', async () => {
    const { db } = site.dependencies;
    const structure = await createStructure(db, { name: 'Mission locale' });
    const person = await createUser(db, { affiliations: { [structure]: [] } });
    const referent = await createUser(db, {
      firstName: 'Rose',
      lastName: 'Petit',
      affiliations: { [structure]: ['referent'] },
    });
    const service = await createService(db, {
      fields: { opens_to: 'rights', name: 'Offre' },
      rights: ['of_general'],
    });
    const [address = ''] = service.addresses.map(({ url }) => url);
    const browser = await site.signedIn(person.email);
    const { status, headers, text } = await browser.get(casUrl('login', { service: address }));
    expect([status, headers.location]).toEqual([403, undefined]);
    expect(text).toContain('Vous n’avez pas accès à Offre');
    expect(text).toContain('Rose Petit');
    expect(text).toContain(`mailto:${referent.email}`);
    // Once, however often they come back within the minute.
    expect((await browser.get(casUrl('login', { service: address }))).status).toBe(403);
    expect(await journalOf(db, 'service.refused', { person_id: person.id })).toMatchObject([
      { subject_id: service.id, details: { because: 'right' } },
    ]);

    await leaveStructures(db, person.id);
    const alone = (await browser.get(casUrl('login', { service: address }))).text;
    expect(alone).toContain('votre compte n’est rattaché à aucune');
    expect(alone).toContain(`mailto:${site.dependencies.config.accountContactEmail}`);
  });
  test('is told that a service is suspended', async () => {
    const { db, clock } = site.dependencies;
    const service = await createService(db, { fields: { name: 'Arrêté' } });
    const [address = ''] = service.addresses.map(({ url }) => url);
    await suspendService(db, service.id, clock.now());
    const { status, text } = await (await site.signedIn(user.email)).get(
      casUrl('login', { service: address }),
    );
    expect(status).toBe(403);
    expect(text).toContain('L’accès à Arrêté est suspendu pour tout le monde.');
  });
});

describe('no browser is sent where nobody is registered', () => {
  let browser: Visitor;
  beforeAll(async () => {
    browser = await site.signedIn(user.email);
  });
  test.each(HOSTILE)('%j', async (service) => {
    for (const one of [browser, site.visitor()]) {
      for (const way of ['', '&gateway=true', '&renew=true', '&method=POST']) {
        const { status, headers } = await one.get(casUrl('login', { service }) + way);
        // An empty one is none.
        if (service === '') expect(headers.location).toMatch(/^\/(connexion\?.*)?$/);
        else expect([status, headers.location]).toEqual([403, undefined]);
      }
    }
    expect(await goesTo(site.visitor(), casUrl('logout', { service }))).toBe('/connexion');
  });
  test('and the page says which address it was, as text', async () => {
    const { text } = await browser.get(
      casUrl('login', { service: 'https://evil.example/<script>alert(1)</script>' }),
    );
    expect(text).toContain('Service inconnu');
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('mailto:');
  });
});

test('an address comes back byte for byte, and the ticket after it', async () => {
  const browser = await site.signedIn(user.email);
  const query = 'a=%20b&c=1+2&url=https%3A%2F%2Fz%3Fq%3D1&d=%C3%A9';
  for (const service of [
    `${REGISTERED}/x?${query}`,
    `${REGISTERED}/x`,
    `${REGISTERED}/x?`,
    `${REGISTERED}/%C3%A9?${query}`,
  ]) {
    const to = await goesTo(browser, casUrl('login', { service }));
    const [before, ticket = ''] = to.split(/[?&]?ticket=/);
    expect(before?.replace(/\?$/, '')).toBe(service.replace(/\?$/, ''));
    expect(to.startsWith(service)).toBe(true);
    expect(codeOf(await asks(site, 'serviceValidate', { service, ticket }))).toBeUndefined();
  }
  // Written otherwise, it is the same address to a browser.
  const ticket = await ticketFor(browser, `${REGISTERED}?a=é`);
  const service = 'https://APP.example.org:443/cas?a=%C3%A9';
  expect(valuesOf(await asks(site, 'serviceValidate', { service, ticket }), 'user')).toEqual([user.email]);
});

test('an address whose signs were left as they are survives the way through sign-in', async () => {
  const browser = site.visitor();
  const page = await goesTo(browser, `/cas/login?service=${REGISTERED}?a=1?b&renew=true`);
  const to = await goesTo(browser, await signInAt(browser, page));
  expect(to.startsWith(`${REGISTERED}?a=1?b&ticket=ST-`)).toBe(true);
});

test('a long address survives the way through sign-in, and one that is too long is refused at once', async () => {
  const browser = site.visitor();
  const service = `${REGISTERED}?retour=${'a'.repeat(1900)}`;
  const page = await goesTo(browser, casUrl('login', { service }));
  expect(await goesTo(browser, await signInAt(browser, page))).toContain(service);
  const tooLong = `${REGISTERED}?retour=${'%C3%A9'.repeat(330)}`;
  expect(
    (await site.visitor().get(casUrl('login', { service: tooLong, tracking: 'x'.repeat(1000) }))).status,
  ).toBe(400);
});

test('a parameter that is given twice is none', async () => {
  const browser = await site.signedIn(user.email);
  const twice = `/cas/login?service=${encodeURIComponent(REGISTERED)}`;
  for (const more of [
    'service=https%3A%2F%2Fevil.example',
    'renew=true&renew=false',
    'gateway=true&gateway=true',
    'method=POST&method=GET',
  ]) {
    const { status, headers } = await browser.get(`${twice}&${more}`);
    expect([status, headers.location]).toEqual([400, undefined]);
  }
});

test('method=POST is a page with a button, whose form may lead to the service alone', async () => {
  const browser = await site.signedIn(user.email);
  const service = `${REGISTERED}?a=1&b="x"`;
  const { status, text, headers } = await browser.get(casUrl('login', { service, method: 'POST' }));
  expect(status).toBe(200);
  expect(headers['content-security-policy']).toContain("form-action 'self' https://app.example.org;");
  expect(headers['cache-control']).toBe('private, no-store');
  expect(text).toContain(`action="${REGISTERED}?a=1&amp;b=%22x%22"`);
  const ticket = /name="ticket" value="(ST-[A-Za-z0-9]{29})"/.exec(text)?.[1] ?? '';
  expect(text).toMatch(/<script [^>]*src="\/assets\/[^"]*send-at-once/);
  expect(text).not.toMatch(/<script(?![^>]*src=)[^>]*>[^<]/);
  expect(codeOf(await asks(site, 'serviceValidate', { service, ticket }))).toBeUndefined();
});

test('a service that turns in circles is stopped by a page, not by an eleventh redirect', async () => {
  const { db } = site.dependencies;
  const browser = await site.signedIn(user.email);
  for (let times = 0; times < 10; times += 1) await ticketFor(browser, REGISTERED);
  const { status, headers, text } = await browser.get(casUrl('login', { service: REGISTERED }));
  expect([status, headers.location, headers['retry-after']]).toEqual([429, undefined, '60']);
  expect(text).toContain('RafaelPro tourne en boucle');
  const entries = await journalOf(db, 'service.refused', { subject_id: serviceId });
  expect(entries.map(({ details }) => details)).toEqual([{ because: 'loop' }]);
  // Neither another service, nor another person, nor the next minute has to do with it.
  expect(await ticketFor(await site.signedIn(user.email), REGISTERED)).toMatch(/^ST-/);
  site.clock.advance(61_000);
  expect(await ticketFor(browser, REGISTERED)).toMatch(/^ST-/);
});

test('the narrowest of two registered addresses has the service', async () => {
  const { db } = site.dependencies;
  const narrow = await createService(db, {
    addresses: { cas: [`${REGISTERED}/interne`] },
    fields: { opens_to: 'agency', name: 'Interne' },
  });
  const browser = await site.signedIn(user.email);
  expect((await browser.get(casUrl('login', { service: `${REGISTERED}/interne/x` }))).text).toContain(
    'pas accès à Interne',
  );
  expect(await ticketFor(browser, `${REGISTERED}/internet`)).toMatch(/^ST-/);
  await setService(db, narrow.id, { speaks_cas: false });
});
