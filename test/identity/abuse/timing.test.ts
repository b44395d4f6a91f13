import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD_COST, payForPasswords } from '#platform/security/passwords.ts';
import { filledIn } from '../../structures/account-requests/forms.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createStructure, createUser } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { requestsIn } from '../../support/requests.ts';
import { recordStatements } from '../../support/statements.ts';

let site: TestSite;
let structureId: number;
let visitor: Visitor;
let token: string;
beforeAll(async () => {
  // What is timed is the price that an installation pays.
  payForPasswords(PASSWORD_COST);
  site = await createTestSite();
  structureId = await createStructure(site.dependencies.db);
  visitor = site.visitor();
  token = await visitor.token();
});
afterAll(() => site.close());

const TRIES = 15;
const SERIES = 4;
/** The slower of two medians may be this many times the other; one password check more or less is ten times. */
const MOST_APART = 1.5;

let serial = 0;
const fresh = () => {
  serial += 1;
  return `inconnu${serial}@structure.example`;
};
async function known(): Promise<string> {
  const { email } = await createUser(site.dependencies.db);
  return email;
}
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

interface Door {
  path: string;
  fields(email: string): Record<string, string | number>;
  status: number;
}
const doors: [string, Door][] = [
  [
    'signing in',
    {
      path: '/connexion',
      fields: (identifiant) => ({ identifiant, mot_de_passe: 'pas le bon' }),
      status: 422,
    },
  ],
  ['« Mot de passe oublié »', { path: '/mot-de-passe-oublie', fields: (email) => ({ email }), status: 303 }],
  [
    'asking for an account',
    { path: '/account-requests/add', fields: (email) => filledIn(structureId, email), status: 303 },
  ],
];

async function timeOf({ path, fields, status }: Door, email: string): Promise<number> {
  await forgetAttempts(site.dependencies.db);
  const body = { _csrf: token, ...fields(email) };
  const started = performance.now();
  const response = await visitor.post(path, body);
  const took = performance.now() - started;
  expect(response.status).toBe(status);
  return took;
}

test.each(doors)('%s takes as long for a known e-mail as for an unknown one', async (_what, door) => {
  await timeOf(door, await known());
  await timeOf(door, fresh());
  const apart: number[] = [];
  // A busy computer can spoil a series; a real difference spoils them all.
  for (let series = 0; series < SERIES; series += 1) {
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let index = 0; index < TRIES; index += 1) {
      // One after the other, so that whatever else the computer does falls on both.
      times.known.push(await timeOf(door, await known()));
      times.unknown.push(await timeOf(door, fresh()));
    }
    const [one, other] = [median(times.known), median(times.unknown)];
    apart.push(Math.max(one, other) / Math.min(one, other));
    if ((apart.at(-1) ?? 0) < MOST_APART) break;
  }
  expect(Math.min(...apart), String(apart)).toBeLessThan(MOST_APART);
});

test.each(doors)('%s sends the same statements for both', async (_what, door) => {
  await forgetAttempts(site.dependencies.db);
  const lists: string[][] = [];
  for (const email of [await known(), fresh()]) {
    const body = { _csrf: token, ...door.fields(email) };
    lists.push(await recordStatements(() => visitor.post(door.path, body)));
  }
  expect(lists[1]?.length).toBeGreaterThan(1);
  expect(lists[1]).toEqual(lists[0]);
});

test('one address that asks for many accounts is stopped, with its form kept; another is not', async () => {
  await forgetAttempts(site.dependencies.db);
  const ask = (email: string) =>
    visitor.post('/account-requests/add', { _csrf: token, ...filledIn(structureId, email) });
  const statuses = [];
  for (let index = 0; index < 30; index += 1) statuses.push((await ask(fresh())).status);
  expect(statuses).toEqual(Array(30).fill(303));
  const before = await requestsIn(site.dependencies.db, 'account_request');
  const refused = await ask('derniere@structure.example');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect(refused.text).toContain('Trop de tentatives');
  expect(refused.text).toContain('value="derniere@structure.example"');
  expect(refused.text).toContain(`name="structure_id" value="${structureId}"`);
  expect(refused.text).not.toContain(filledIn(structureId, '').password);
  expect(refused.text).toContain('saisissez-les de nouveau');
  expect(await requestsIn(site.dependencies.db, 'account_request')).toEqual(before);
  await forgetAttempts(site.dependencies.db);
  expect((await ask('derniere@structure.example')).status).toBe(303);
});
