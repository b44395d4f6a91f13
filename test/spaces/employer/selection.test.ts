import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createAction, createSession, setSession } from '../../support/catalogue.ts';
import { DAY } from '../../support/database.ts';
import { actorOf, enrolmentOf, findFaults, historyOf, statesOf } from '../../support/enrolments.ts';
import { createStructure, createUser, type TestUser } from '../../support/people.ts';

let site: TestSite;
let structureId: number;
let providerId: number;
let validator: TestUser;
let colleague: TestUser;
let people: TestUser[];
let asValidator: Visitor;
const SELECTION = '/parcourspro/valideur/selection';
const HOME = '/parcourspro/valideur';

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  site.clock.set('2026-03-02T09:00:00Z');
  structureId = await createStructure(db, { memberIn: [2026] });
  providerId = await createStructure(db, { isTrainingBody: true });
  validator = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  colleague = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  people = [];
  for (const index of [0, 1, 2, 3, 4]) {
    const lastName = `Demandeur ${index} <script>alert(1)</script>`;
    people.push(await createUser(db, { lastName, affiliations: { [structureId]: [] } }));
  }
  asValidator = await browserOf(validator);
});

async function browserOf(who: TestUser): Promise<Visitor> {
  const browser = await site.signedIn(who.email);
  await browser.submit('/parcourspro/profil', { profil: `hr_validator:${structureId}` }, '/mes-structures');
  return browser;
}

/** One request of each, for one session, a minute after another. */
async function askAll(who: TestUser[], session: { capacity: number; kind?: string }): Promise<number[]> {
  const { dependencies: deps, clock } = site;
  const { id: actionId } = await createAction(deps.db, { providerId, kind: session.kind ?? 'lab-studio' });
  const sessionId = await createSession(deps.db, { actionId, now: clock.now(), ...session });
  const ids: number[] = [];
  for (const one of who) {
    clock.advance(60_000);
    const actor = await actorOf(deps.db, one.id);
    const request = { actionId, sessionId, structureId, motivation: 'Progresser' };
    ids.push((await requestEnrolment(deps, actor, request)).id);
  }
  return ids;
}
const send = (ids: (number | string)[], fields: Record<string, string>, browser = asValidator) =>
  browser.submit(SELECTION, { selection: ids.map(String), ...fields }, HOME);

test('seats go to the oldest requests, the others read their rank, in whatever order they are ticked', async () => {
  const ids = await askAll(people, { capacity: 3 });
  const { status, text } = await send(ids.toReversed(), { decision: 'approuver' });
  expect(status).toBe(200);
  expect(text).toContain('5\u00a0demandes approuvées.');
  expect(text.match(/Préinscrit\u00a0:/g)).toHaveLength(3);
  expect(text).toContain('Liste d’attente, rang\u00a01.');
  expect(text).toContain('Liste d’attente, rang\u00a02.');
  expect(text).not.toContain('<script>alert');
  expect(await statesOf(site.dependencies.db, ids)).toEqual([
    ...['preregistered', 'preregistered', 'preregistered'],
    ...['waitlisted', 'waitlisted'],
  ]);
  const { db } = site.dependencies;
  const { action_id } = await enrolmentOf(db, ids[0] as number);
  expect(await findFaults(db, action_id, 10)).toEqual([]);
});

test('one that cannot be decided stops none of the others, and says why', async () => {
  const { dependencies: deps, clock } = site;
  const [own] = await askAll([validator], { capacity: 5 });
  const [first, second, begun] = (await askAll(people.slice(0, 3), { capacity: 5 })) as [
    number,
    number,
    number,
  ];
  const [late] = await askAll([people[3] as TestUser], { capacity: 5 });
  const { session_id } = await enrolmentOf(deps.db, late as number);
  await setSession(deps.db, session_id, { starts_at: new Date(+clock.now() - DAY) });
  const by = { role: 'hr_validator', userId: colleague.id, way: 'page' } as const;
  await decideEnrolment(deps, second, { event: 'refuse_by_hr', by, reason: 'Absence' });
  const { text } = await send([own as number, first, second, begun, late as number], {
    decision: 'approuver',
  });
  expect(text).toContain('2\u00a0demandes approuvées, sur 5.');
  expect(text.match(/Rien de changé/g)).toHaveLength(3);
  expect(text).toContain('Personne ne décide de sa propre demande');
  expect(text).toContain('Déjà refusé par');
  expect(text).toContain('déjà commencé');
  expect(await statesOf(site.dependencies.db, [first, begun])).toEqual(['preregistered', 'preregistered']);
});

test('a refusal asks for one reason for all, keeps it, and sends it to each', async () => {
  const ids = await askAll(people.slice(0, 2), { capacity: 5 });
  const asked = await send(ids, { decision: 'refuser' });
  expect(asked.status).toBe(200);
  expect(asked.text).toContain('Vous allez refuser 2\u00a0demandes');
  for (const motif of ['', 'x'.repeat(20_000), 'caf\u0007']) {
    const wrong = await send(ids, { decision: 'refuser', motif });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toMatch(/erreurs? à corriger/);
    if (motif.length > 100) expect(wrong.text).toContain(motif);
  }
  expect(await statesOf(site.dependencies.db, ids)).toEqual(['requested', 'requested']);
  expect((await send(ids, { decision: 'refuser', motif: 'Effectif réduit' })).text).toContain(
    '2\u00a0demandes refusées.',
  );
  await site.runJobs();
  for (const { email } of people.slice(0, 2)) {
    expect(site.mailbox.to(email).at(-1)?.text).toContain('Effectif réduit');
  }
});

test('two clicks, two tabs and two validators at once: nothing twice', async () => {
  const { db } = site.dependencies;
  const ids = await askAll(people, { capacity: 2 });
  const asColleague = await browserOf(colleague);
  const answers = await Promise.all([
    send(ids, { decision: 'approuver' }),
    send(ids, { decision: 'approuver' }),
    send(ids.toReversed(), { decision: 'approuver' }, asColleague),
    send(ids, { decision: 'refuser', motif: 'Non' }, asColleague),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  for (const id of ids) {
    const decided = (await historyOf(db, id)).filter(({ from_state }) => from_state === 'requested');
    expect(decided).toHaveLength(1);
  }
  expect(answers.map(({ text }) => text.match(/Rien de changé/g)?.length ?? 0).reduce((a, b) => a + b)).toBe(
    3 * ids.length,
  );
  const { action_id } = await enrolmentOf(db, ids[0] as number);
  expect(await findFaults(db, action_id, 10)).toEqual([]);
});

test('a request of another structure decides none; nothing ticked says what to do', async () => {
  const { db } = site.dependencies;
  const ids = await askAll(people.slice(0, 1), { capacity: 5 });
  const elsewhere = await createStructure(db, { memberIn: [2026] });
  const stranger = await createUser(db, { affiliations: { [elsewhere]: [] } });
  const home = structureId;
  structureId = elsewhere;
  const [foreign] = await askAll([stranger], { capacity: 5 });
  structureId = home;
  for (const wrong of [[foreign as number], [...ids, foreign as number], [...ids, 99_999_999]]) {
    expect((await send(wrong, { decision: 'approuver' })).status).toBe(404);
  }
  for (const wrong of [[], ['abc'], ['-1'], ['1e9'], ['%00']]) {
    const { status, text } = await send(wrong, { decision: 'approuver' });
    expect(status).toBe(422);
    expect(text).toContain('Aucune demande choisie');
  }
  expect((await send(ids, { decision: '<script>' })).status).toBe(422);
  expect(
    (await asValidator.post(SELECTION, { selection: String(ids[0]), decision: 'approuver' })).status,
  ).toBe(403);
  expect(await statesOf(site.dependencies.db, [...ids, foreign as number])).toEqual([
    'requested',
    'requested',
  ]);
});
