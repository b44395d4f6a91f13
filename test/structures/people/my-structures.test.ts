import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createStructure, createUser, setMembership, type TestUser } from '../../support/people.ts';
import { createRequest, requestsIn } from '../../support/requests.ts';

// Thursday.
const NOW = '2026-11-12T10:00:00Z';
let site: TestSite;
let structureId: number;
let referent: TestUser;
let browser: Visitor;
beforeAll(async () => {
  site = await createTestSite({ now: NOW });
  const { db } = site.dependencies;
  structureId = await createStructure(db, { name: 'Institut Essai' });
  referent = await createUser(db, { affiliations: { [structureId]: ['referent'] } });
  browser = await site.signedIn(referent.email);
});
afterAll(() => site.close());

const page = async () => (await browser.get('/mes-structures')).text;
const lineOf = (text: string, name: string) =>
  text
    .split(/<tr\b/)
    .find((row) => row.includes(name))
    ?.replace(/<[^>]+>/g, ' ') ?? '';

test('a request tells how long it has waited, and that it is late after ten working days', async () => {
  const { db } = site.dependencies;
  for (const [day, first_name, last_name] of [
    ['2026-11-12', 'Ada', 'Nouvelle'],
    ['2026-11-09', 'Bob', 'Récent'],
    ['2026-10-01', 'Cléo', 'Ancienne'],
  ] as const) {
    const asked = { structure_id: structureId, first_name, last_name };
    await createRequest(db, 'account_request', new Date(`${day}T09:00:00Z`), asked);
  }
  const text = await page();
  expect(lineOf(text, 'Nouvelle')).toContain('aujourd’hui');
  // Wednesday the 11th is a holiday.
  expect(lineOf(text, 'Récent')).toContain('2\u00a0jours ouvrés');
  expect(lineOf(text, 'Récent')).not.toContain('En retard');
  expect(lineOf(text, 'Ancienne')).toContain('En retard');
  // Ticks them all with a script only.
  expect(text).toMatch(/<button[^>]*data-check-all="selection" hidden>/);
});

test('a selection decided as a whole is not « sur 2 »', async () => {
  const pending = await requestsIn(site.dependencies.db, 'account_request', { state: 'pending' });
  const selection = pending.map(({ id }) => `account:${structureId}:${id}`);
  const fields = { decision: 'accepter', selection };
  const done = await browser.submit('/mes-structures/selection', fields, '/mes-structures');
  expect(done.text).toContain('3\u00a0demandes acceptées.');
});

test('what waits for the agency is on the line of the structure', async () => {
  const { db } = site.dependencies;
  expect(await page()).not.toContain('demandée le');
  const asked = { structure_id: structureId, year: 2027, requested_by: referent.id };
  await createRequest(db, 'membership_request', new Date('2026-11-03T09:00:00Z'), asked);
  const line = (await page()).replace(/<[^>]+>/g, '');
  expect(line).toMatch(/Adhésion&nbsp;2027 demandée le 3\snov\.\s2026/);
  await setMembership(db, structureId, [2026]);
  expect((await page()).replace(/<[^>]+>/g, '')).toMatch(/Adhérente.2026.*Adhésion&nbsp;2027 demandée/s);
});

test('somebody who is not of the structure: what the référent is told says nothing of who it is', async () => {
  const { db } = site.dependencies;
  const leaver = await createUser(db, { affiliations: { [structureId]: [] } });
  const never = await createUser(db);
  const person = (id: number) => `/mes-structures/${structureId}/personnes/${id}`;
  await browser.submit(`${person(leaver.id)}/detacher`);
  // What was just done is said once.
  await page();
  const seen = new Set<string>();
  for (const id of [leaver.id, never.id, 2_000_000_000]) {
    for (const path of [person(id), `${person(id)}/detacher`, `${person(id)}/transmettre`]) {
      const { status, text } = await browser.get(path);
      expect(status, path).toBe(404);
      expect(text).toContain('Cette personne ne fait plus partie de la structure.');
      expect(text).toMatch(new RegExp(`href="/mes-structures/${structureId}">Personnes de la structure</a>`));
      seen.add(/<main[\s\S]*<\/main>/.exec(text)?.[0] ?? '');
    }
    const posted = await browser.submit(`${person(id)}/detacher`, {}, '/mes-structures');
    expect(posted.status).toBe(404);
    expect(posted.text).toContain('Cette personne ne fait plus partie de la structure.');
  }
  expect(seen.size).toBe(1);
  // Whoever is not référent there learns nothing.
  const other = await (await site.signedIn(never.email)).get(person(leaver.id));
  expect(other.status).toBe(404);
  expect(other.text).not.toContain('fait plus partie');
});
