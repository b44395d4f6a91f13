import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { askForAccount } from '../../structures/account-requests/forms.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../../support/app.ts';
import { createStructure, createUser, type TestUser } from '../../support/people.ts';
import { requestOf } from '../../support/requests.ts';
import { rightsIn } from '../../support/structures.ts';

/** Two référents of one structure: one detaches the other, or takes the right away, while a session is open. */
let site: TestSite;
let structureId: number;
let referent: TestUser;
let leaver: TestUser;
let open: Visitor;
let requestId: number;
let token: string;

beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  structureId = await createStructure(db, { name: `Quittée ${Math.random()}` });
  referent = await createUser(db, { lastName: 'Restante', affiliations: { [structureId]: ['referent'] } });
  leaver = await createUser(db, { affiliations: { [structureId]: ['referent', 'hr_validator'] } });
  requestId = await askForAccount(site, structureId, `demande${structureId}@structure.example`);
  open = await site.signedIn(leaver.email);
  const profil = `hr_validator:${structureId}`;
  await open.submit('/parcourspro/profil', { profil }, '/mes-structures');
  token = await open.token('/mes-structures');
});

const base = () => `/mes-structures/${structureId}`;
const person = (user: TestUser) => `${base()}/personnes/${user.id}`;

test('what a detached person saw of the structure is gone at their next request', async () => {
  for (const path of [base(), person(referent), '/parcourspro/valideur']) {
    expect((await open.get(path)).status, path).toBe(200);
  }
  await (await site.signedIn(referent.email)).submit(`${person(leaver)}/detacher`);

  for (const path of [
    base(),
    `${base()}/mise-a-jour`,
    person(referent),
    `${person(referent)}/detacher`,
    `${person(referent)}/transmettre`,
    `${base()}/demandes/${requestId}/refuser`,
  ]) {
    expect((await open.get(path)).status, path).toBe(404);
  }
  const list = readable((await open.get('/mes-structures')).text);
  for (const gone of [`Quittée`, 'Demandes à traiter', `demande${structureId}@`])
    expect(list).not.toContain(gone);
  expect((await open.get('/')).text).not.toContain('Quittée');
  expect((await open.get('/adhesion')).text).not.toContain('Quittée');
  // The profile they acted under goes with the right.
  expect((await open.get('/parcourspro/valideur')).status).toBe(403);
  expect((await open.get('/parcourspro')).text).not.toContain('Quittée');
});

test.each([
  ['the forms of the page still open decide nothing', '/detacher', {}, [404]],
  ['nor do those of somebody whose right was taken away', '', { change: '-referent' }, [403]],
])('%s', async (_what, path, fields, refusal) => {
  const browser = await site.signedIn(referent.email);
  expect((await browser.submit(`${person(leaver)}${path}`, fields)).status).toBe(303);
  const { db } = site.dependencies;
  const before = await rightsIn(db);
  for (const [address, body] of [
    [person(referent), { change: '+hr_validator' }],
    [`${person(referent)}/detacher`, {}],
    [`${base()}/export.csv`, {}],
    [`${person(leaver)}/transmettre`, {}],
    [`${base()}/demandes/${requestId}/accepter`, {}],
    [`${base()}/demandes/${requestId}/refuser`, { reason: 'Non' }],
  ] as const) {
    const response = await open.post(address, { _csrf: token, ...body });
    expect(refusal, address).toContain(response.status);
  }
  const selection = `account:${structureId}:${requestId}`;
  const several = await open.post('/mes-structures/selection', {
    _csrf: token,
    decision: 'accepter',
    selection,
  });
  expect(several.status).toBe(404);
  expect(await rightsIn(db)).toEqual(before);
  expect((await requestOf(db, 'account_request', requestId)).state).toBe('pending');
});
