import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DatabaseUnavailable } from '#platform/database/failures.ts';
import { applyDecision, applyDueDecisions } from '#requests/inbox/service.ts';
import { requestsOf } from '#requests/request.ts';
import { features } from '../../../src/features.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { journalOf } from '../../support/journal.ts';
import { createStructure, createUser, leaveAgency, peopleIn, type TestUser } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { createRequest, decisionsIn, holdRequest, requestOf } from '../../support/requests.ts';
import { first } from '../../support/rows.ts';
import { structuresIn } from '../../support/structures.ts';
import { pendingOfEachKind } from './people.ts';

const inboxes = requestsOf(features);

const LIST = '/agence/demandes-de-compte';
const SECONDS = 30;
let site: TestSite;
let manager: TestUser;
let agnes: Visitor;
let bruno: Visitor;
let structure: number;
let serial = 0;

beforeAll(async () => {
  site = await createTestSite({
    now: '2026-11-12T10:00:00Z',
    environment: { DECISION_UNDO_SECONDS: String(SECONDS) },
  });
  const { db } = site.dependencies;
  manager = await createUser(db, { firstName: 'Agnès', lastName: 'Agence', isAgencyManager: true });
  const other = await createUser(db, { firstName: 'Bruno', lastName: 'Agence', isAgencyManager: true });
  [agnes, bruno] = [await site.signedIn(manager.email), await site.signedIn(other.email)];
});
afterAll(() => site.close());
beforeEach(async () => {
  await forgetAttempts(site.dependencies.db);
  structure = await createStructure(site.dependencies.db);
  site.mailbox.clear();
});

const ask = () => {
  serial += 1;
  const asked = { structure_id: structure, email: `attente${serial}@structure.example` };
  return createRequest(site.dependencies.db, 'account_request', site.clock.now(), asked);
};
const accountOf = (id: number) => requestOf(site.dependencies.db, 'account_request', id);
const scheduledFor = (id: number) =>
  decisionsIn(site.dependencies.db, { request_id: id, kind: 'account_request' });
const scheduledOf = async (id: number) => first((await scheduledFor(id)).toReversed());
const due = () => applyDueDecisions(site.dependencies, inboxes);
/** The inboxes, none of whose decisions can be applied. */
const failingWith = (failure: Error) =>
  inboxes.map((inbox) => ({
    ...inbox,
    decisions: Object.fromEntries(
      Object.entries(inbox.decisions).map(([name, one]) => [
        name,
        { ...one, apply: () => Promise.reject(failure) },
      ]),
    ),
  }));
const click = (id: number, slug = 'accepter', browser = agnes, fields = {}) =>
  browser.submit(`${LIST}/${id}/${slug}`, fields, LIST);

describe('a decision of the agency', () => {
  test('is in the journal by whom it was taken and from where, about whom and which structure', async () => {
    const { db } = site.dependencies;
    const id = await ask();
    const person = await createUser(db);
    const affiliation = await createRequest(db, 'affiliation_request', site.clock.now(), {
      user_id: person.id,
      structure_id: structure,
    });
    await click(id);
    await agnes.submit(`/agence/affiliations/${affiliation}/accepter`, {}, LIST);
    site.clock.advance(SECONDS * 1000);
    await due();
    const subject = { subject_kind: 'account_request', subject_id: id };
    const steps = ['decision.scheduled', 'account_request.accepted'];
    const told = (await journalOf(db, '%', subject)).filter(({ action }) => steps.includes(action));
    const by = { actor_id: manager.id, structure_id: structure, way: 'page' };
    expect(told).toMatchObject(steps.map((action) => ({ action, ...by })));
    const [taken, applied] = told;
    expect(applied?.ip).toBe(taken?.ip);
    expect(applied?.ip).toMatch(/127\.0\.0\.1|::1/);
    const other = { subject_kind: 'affiliation_request', subject_id: affiliation };
    expect(await journalOf(db, 'decision.scheduled', other)).toMatchObject([
      { person_id: person.id, structure_id: structure },
    ]);
  });

  test('is recorded at once, sends nothing and changes nothing until the window is over', async () => {
    const id = await ask();
    const answer = await click(id, 'accepter', agnes, { retour: 'q=lovelace&page=1&etat=decidees&evil=1' });
    expect(answer.headers.location).toBe(`${LIST}?etat=decidees&q=lovelace#demande-${id}`);
    await due();
    await site.runJobs();
    expect((await accountOf(id)).state).toBe('pending');
    const { db } = site.dependencies;
    expect(await peopleIn(db, { email: `attente${serial}@structure.example` })).toEqual([]);
    expect(site.mailbox.to(`attente${serial}@structure.example`)).toHaveLength(0);
    const mine = (await agnes.get(LIST)).text;
    expect(mine).toContain('Acceptée par vous à\u00a011:00');
    expect(mine).toContain('30&nbsp;s');
    expect((await bruno.get(LIST)).text).toContain('Acceptée par Agnès Agence à\u00a011:00');
    const again = await click(id, 'refuser', bruno, { reason: 'Non.' });
    expect(again.status).toBe(409);
    expect(again.text).toContain('annulez-la d’abord');

    site.clock.advance((SECONDS - 1) * 1000);
    await due();
    expect((await accountOf(id)).state).toBe('pending');
    site.clock.advance(1000);
    await due();
    await site.runJobs();
    expect(await accountOf(id)).toMatchObject({ state: 'accepted', decided_by: manager.id });
    expect(site.mailbox.to(`attente${serial}@structure.example`)).toHaveLength(1);
    expect(await scheduledOf(id)).toMatchObject({ state: 'applied', reason: null });
    // The job comes again, as after a crash: nothing more happens.
    await applyDecision(site.dependencies, inboxes, (await scheduledOf(id)).id);
    await site.runJobs();
    expect(site.mailbox.to(`attente${serial}@structure.example`)).toHaveLength(1);
    const late = await agnes.submit(`${LIST}/${id}/annuler-la-decision`, {}, LIST);
    expect(late.status).toBe(409);
    expect(late.text).toContain(`href="${LIST}#demande-${id}">Revenir aux demandes`);
    const file = (await agnes.get(`${LIST}/${id}`)).text;
    for (const words of ['Décision prise\u00a0: accepter', 'Demande de compte acceptée', 'par Agnès Agence'])
      expect(file).toContain(words);
  });

  test('undone is as if it had never been taken; the reason is forgotten; another can be taken', async () => {
    const id = await ask();
    const before = await accountOf(id);
    await click(id, 'refuser', agnes, { reason: 'Doublon.' });
    expect((await scheduledOf(id)).reason).toBe('Doublon.');
    const undone = await bruno.submit(`${LIST}/${id}/annuler-la-decision`, {}, LIST);
    expect(undone.headers.location).toBe(`${LIST}#demande-${id}`);
    site.clock.advance(SECONDS * 1000);
    await due();
    await site.runJobs();
    expect(await accountOf(id)).toEqual(before);
    expect(await scheduledOf(id)).toMatchObject({ state: 'undone', reason: null });
    expect(site.mailbox.to(`attente${serial}@structure.example`)).toHaveLength(0);
    expect((await agnes.submit(`${LIST}/${id}/annuler-la-decision`, {}, LIST)).status).toBe(409);
    expect((await click(id)).status).toBe(303);
    expect((await agnes.get(`${LIST}/${id}`)).text).toContain('Décision annulée\u00a0: refuser');
  });

  test('two clicks at once, and an undo at the moment it applies, end in one outcome', async () => {
    const id = await ask();
    const tokens = [await agnes.token(LIST), await bruno.token(LIST)];
    const answers = await Promise.all(
      [agnes, bruno].map((one, index) =>
        one.post(`${LIST}/${id}/accepter`, { _csrf: tokens[index] as string }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await scheduledFor(id)).toHaveLength(1);
    site.clock.advance(SECONDS * 1000);
    const [undo] = await Promise.all([
      agnes.post(`${LIST}/${id}/annuler-la-decision`, { _csrf: tokens[0] as string }),
      due(),
    ]);
    const { state } = await accountOf(id);
    expect(state).toBe(undo.status === 303 ? 'pending' : 'accepted');
    expect((await scheduledOf(id)).state).toBe(undo.status === 303 ? 'undone' : 'applied');
  });

  test('gives way to a référent who decides meanwhile', async () => {
    const { db } = site.dependencies;
    const referent = await createUser(db, { affiliations: { [structure]: ['referent'] } });
    const id = await ask();
    await click(id, 'refuser', agnes, { reason: 'Non.' });
    const browser = await site.signedIn(referent.email);
    const path = `/mes-structures/${structure}/demandes/${id}/accepter`;
    expect((await browser.submit(path, {}, '/mes-structures')).status).toBe(303);
    site.clock.advance(SECONDS * 1000);
    await due();
    expect(await accountOf(id)).toMatchObject({ state: 'accepted', decided_by: referent.id });
    const ended = await scheduledOf(id);
    expect(ended).toMatchObject({ state: 'moot', reason: null });
    expect(ended.failure).toContain('déjà acceptée');
    expect((await agnes.get(`${LIST}/${id}`)).text).toContain('Décision sans objet');
  });

  test('that a rule stops is said at the click; stopped later, it comes back to the inbox with the reason', async () => {
    const { db } = site.dependencies;
    const id = await ask();
    await createUser(db, { email: `attente${serial}@structure.example` });
    const stopped = await click(id);
    expect(stopped.status).toBe(409);
    expect(stopped.text).toContain('Un compte existe maintenant');
    expect(await scheduledFor(id)).toEqual([]);

    const next = await ask();
    await click(next);
    await createUser(db, { email: `attente${serial}@structure.example` });
    site.clock.advance(SECONDS * 1000);
    await due();
    expect((await accountOf(next)).state).toBe('pending');
    expect((await scheduledOf(next)).state).toBe('failed');
    const list = (await bruno.get(LIST)).text;
    expect(list).toContain('La décision d’Agnès Agence');
    expect(list).toContain('Un compte existe maintenant');
    // What must be taken again comes first.
    expect(list.indexOf(`demande-${next}"`)).toBeLessThan(list.indexOf(`demande-${id}"`));
    expect((await agnes.get('/agence')).text).toContain('1\u00a0décision à reprendre');
    await click(next, 'refuser', bruno, { reason: 'Un compte existe déjà.' });
    expect((await agnes.get('/agence')).text).not.toContain('à reprendre');
  });

  test('of somebody who has left the agency is not applied', async () => {
    const { db } = site.dependencies;
    const leaver = await createUser(db, { isAgencyManager: true });
    const browser = await site.signedIn(leaver.email);
    const id = await ask();
    await click(id, 'accepter', browser);
    await leaveAgency(db, leaver.id);
    site.clock.advance(SECONDS * 1000);
    await due();
    expect((await accountOf(id)).state).toBe('pending');
    expect((await scheduledOf(id)).failure).toContain('n’êtes plus gestionnaire');
  });

  test.each([
    ['meets an unexpected error', new Error('panne')],
    ['takes too long', new DatabaseUnavailable(new Error('statement timeout'), { mayBeOurs: true })],
  ])('that %s is tried again, and after an hour given back', async (_what, failure) => {
    const id = await ask();
    await click(id);
    const broken = failingWith(failure);
    site.clock.advance(SECONDS * 1000);
    await applyDueDecisions(site.dependencies, broken);
    expect((await scheduledOf(id)).state).toBe('scheduled');
    site.clock.advance(60 * 60 * 1000);
    await applyDueDecisions(site.dependencies, broken);
    expect(await scheduledOf(id)).toMatchObject({ state: 'failed' });
    expect((await agnes.get(LIST)).text).toContain('Une erreur technique');
  });

  test('stands while the database cannot serve, however long', async () => {
    const id = await ask();
    await click(id);
    const away = failingWith(new DatabaseUnavailable(new Error('Connection terminated')));
    site.clock.advance(3 * 60 * 60 * 1000);
    await applyDueDecisions(site.dependencies, away);
    expect((await scheduledOf(id)).state).toBe('scheduled');
    await due();
    expect((await scheduledOf(id)).state).toBe('applied');
  });

  test('that finds its request locked when its time has long come stands, and is applied at a later look', async () => {
    const id = await ask();
    await click(id);
    site.clock.advance(3 * 60 * 60 * 1000);
    const holder = await site.owner.transaction();
    try {
      await holdRequest(holder, 'account_request', id);
      await due();
    } finally {
      await holder.rollback();
    }
    expect((await scheduledOf(id)).state).toBe('scheduled');
    await due();
    expect((await scheduledOf(id)).state).toBe('applied');
    expect((await accountOf(id)).state).toBe('accepted');
  });
});

test('every inbox waits, undoes and applies alike', async () => {
  const { db } = site.dependencies;
  const elsewhere = await createStructure(db);
  const person = await createUser(db, { affiliations: { [elsewhere]: [] } });
  const requests = await pendingOfEachKind(site, {
    structure,
    userId: person.id,
    at: site.clock.now(),
    email: 'zelie@structure.example',
  });
  const slugs = {
    structures: 'accepter',
    'mises-a-jour': 'accepter',
    affiliations: 'accepter',
    adhesions: 'valider',
    suppressions: 'supprimer',
  };
  const stateOf = async (name: keyof typeof requests): Promise<string> => {
    const inbox = inboxes.find(({ path }) => path === `/agence/${name}`);
    const { rows } = await db.raw(`select state from (${inbox?.source}) q where id = ?`, [requests[name]]);
    return rows[0].state;
  };
  for (const name of Object.keys(slugs) as (keyof typeof slugs)[]) {
    const path = `/agence/${name}`;
    const one = `${path}/${requests[name]}`;
    const fields: Record<string, string> = name === 'suppressions' ? { understood: '1' } : {};
    const taken = await agnes.submit(`${one}/${slugs[name]}`, fields, path);
    expect([taken.status, name]).toEqual([303, name]);
    expect(await stateOf(name), name).toBe('pending');
    expect((await agnes.get(path)).text, name).toContain('par vous à');
    expect((await agnes.get(one)).text, name).toContain('annuler-la-decision');
    expect((await agnes.submit(`${one}/annuler-la-decision`, {}, path)).status, name).toBe(303);
    expect((await agnes.submit(`${one}/${slugs[name]}`, fields, path)).status, name).toBe(303);
    site.clock.advance(SECONDS * 1000);
    await due();
    expect(await stateOf(name), name).not.toBe('pending');
  }
  expect(await structuresIn(db, { name: 'Forge des Compétences' })).toMatchObject([
    { kind: 'association', is_training_body: false },
  ]);
});

test('the job of the queue applies it by itself, by the clock of the database', async () => {
  const { db } = site.dependencies;
  const id = await ask();
  await click(id);
  const { id: decisionId } = await scheduledOf(id);
  const job = await db('graphile_worker._private_jobs')
    .where({ key: `decision:${decisionId}` })
    .first();
  const wait = new Date(job.run_at).getTime() - Date.now();
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(SECONDS * 1000);
  const now = () =>
    db('graphile_worker._private_jobs')
      .where({ key: `decision:${decisionId}` })
      .update({ run_at: new Date(0) });
  await now();
  // Too early by our clock: it waits again.
  await site.runJobs();
  expect((await accountOf(id)).state).toBe('pending');
  site.clock.advance(SECONDS * 1000);
  await now();
  await site.runJobs();
  expect((await accountOf(id)).state).toBe('accepted');
});
