import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../support/app.ts';
import { createUser, TEST_PASSWORD } from '../support/people.ts';

const SECRET = 'une-valeur-de-test-assez-longue-et-variee-0123456789';
const NAMES = ['session', 'csrf', 'flash', 'passkey', 'other'];
const MALFORMED = [
  'j:1',
  'j:{"a":1}',
  'j:[]',
  'j:null',
  'j:"s:x"',
  'j:{"__proto__":{"a":1}}',
  's:j:{"a":1}',
  's:.',
  's:',
  's:a.b',
  '%',
  '%FF%FE',
  '%00',
  'a|b|c|d',
  '.',
  '..',
  '|',
  '',
  '"',
  '=',
  'x'.repeat(4000),
];

/** The two pages are shown; the two forms, whose token is not good, are refused or led on. */
const TAKEN = [200, 200, expect.toBeOneOf([303, 403]), expect.toBeOneOf([303, 403])];

describe('whatever a browser sends as a cookie, no page fails', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await createTestSite();
  });
  afterAll(() => site.close());

  const statusesWith = async (cookie: string) => {
    const { agent } = site.visitor();
    const answers = [
      await agent.get('/connexion').set('Cookie', cookie),
      await agent
        .get('/connexion/cle-d-acces/options')
        .set('Cookie', cookie)
        .set('Accept', 'application/json'),
      await agent.post('/connexion').set('Cookie', cookie).type('form').send('_csrf=x&identifiant=a'),
      await agent.post('/deconnexion').set('Cookie', cookie).type('form').send('_csrf=j:1'),
    ];
    return answers.map(({ status }) => status);
  };

  test.each(NAMES)('%s', async (name) => {
    for (const value of MALFORMED) {
      expect([value, await statusesWith(`${name}=${value}`)]).toEqual([value, TAKEN]);
    }
  });

  test('any bytes, under any of our names', async () => {
    const value = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...NAMES),
        fc.constantFrom('', 'j:', 's:', 's:j:'),
        value,
        async (name, start, rest) => {
          expect(await statusesWith(`${name}=${start}${rest}`)).toEqual(TAKEN);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('the word about what was done ends after a minute, though the cookie is kept', async () => {
    const { email } = await createUser(site.dependencies.db);
    const browser = await site.signedIn(email);
    const left = await browser.submit('/deconnexion', {}, '/mes-structures');
    const cookie = /flash=[^;]+/.exec(String(left.headers['set-cookie']))?.[0] ?? '';
    const words = async () => (await site.visitor().get('/connexion').set('Cookie', cookie)).text;
    site.clock.advance(60_000);
    expect(await words()).toContain('Votre session est fermée.');
    site.clock.advance(1);
    expect(await words()).not.toContain('Votre session est fermée.');
  });
});

describe('by https', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await createTestSite({
      environment: { PUBLIC_URL: 'https://pro.example', TRUST_PROXY: '1', APP_SECRET: SECRET },
    });
  });
  afterAll(() => site.close());

  test('every cookie bears __Host-; signing out takes them back and clears the rest of the site’s data', async () => {
    const { email } = await createUser(site.dependencies.db);
    const sent: string[] = [];
    const jar = new Map<string, string>();
    const visitor = site.visitor();
    const through = async (request: ReturnType<typeof visitor.get>) => {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await request.set('X-Forwarded-Proto', 'https').set('Cookie', cookie);
      for (const one of (response.headers['set-cookie'] ?? []) as unknown as string[]) {
        sent.push(one);
        const [name = '', value = ''] = (one.split(';')[0] ?? '').split(/=(.*)/s);
        jar.set(name, value);
      }
      return response;
    };
    const tokenIn = (text: string) => /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const page = await through(visitor.get('/connexion'));
    await through(visitor.get('/connexion/cle-d-acces/options').set('Accept', 'application/json'));
    const fields = { identifiant: email, mot_de_passe: TEST_PASSWORD, _csrf: tokenIn(page.text) };
    expect((await through(visitor.post('/connexion', fields) as never)).status).toBe(303);
    const account = await through(visitor.get('/mon-compte'));
    expect(account.status).toBe(200);
    const left = await through(visitor.post('/deconnexion', { _csrf: tokenIn(account.text) }) as never);
    expect(left.headers['clear-site-data']).toBe('"cache", "storage"');
    const gone = ((left.headers['set-cookie'] ?? []) as unknown as string[]).filter((one) =>
      one.includes('1970'),
    );
    expect(gone.map((one) => one.split('=')[0]).sort()).toEqual([
      '__Host-csrf',
      '__Host-passkey',
      '__Host-proconnect-identity',
      '__Host-session',
    ]);
    expect(new Set(sent.map((one) => one.split('=')[0]))).toEqual(
      new Set([
        '__Host-csrf',
        '__Host-passkey',
        '__Host-proconnect-identity',
        '__Host-session',
        '__Host-flash',
      ]),
    );
    for (const one of sent) {
      expect(one).toMatch(/; Path=\/(;|$)/);
      expect(one).toContain('; Secure');
      expect(one).toContain('; HttpOnly');
      expect(one).not.toContain('Domain=');
    }
    expect((await through(visitor.get('/connexion'))).text).toContain('Votre session est fermée.');
  });
});
