import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { requestEnrolment } from '#enrolment/service.ts';
import type { State } from '#enrolment/states.ts';
import { Forbidden } from '#platform/errors.ts';
import { detachPerson } from '#structures/departures/service.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import {
  actorOf,
  enrolmentOf,
  historyOf,
  setEnrolment,
  stateOf,
  statesOf,
} from '../../support/enrolments.ts';
import { journalOf } from '../../support/journal.ts';
import {
  closeAccount,
  createStructure,
  createUser,
  joinStructure,
  leaveStructures,
  setMembership,
  type TestUser,
  takeRight,
} from '../../support/people.ts';
import { structuresOf } from '../../support/structures.ts';
import { allWaitingFor, theStructure } from '../../support/waiting.ts';

let site: TestSite;
let structureId: number;
let otherId: number;
let referent: TestUser;
let leaver: TestUser;
let manager: TestUser;
let secondManager: TestUser;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
  manager = await createUser(site.dependencies.db, { isAgencyManager: true });
  secondManager = await createUser(site.dependencies.db, { isAgencyManager: true });
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  structureId = await createStructure(db, { name: 'Quittée', memberIn: [2026] });
  otherId = await createStructure(db, { name: 'Gardée' });
  referent = await createUser(db, { affiliations: { [structureId]: ['referent', 'hr_validator'] } });
  leaver = await createUser(db, {
    firstName: 'Léa',
    affiliations: { [structureId]: [], [otherId]: [] },
  });
});

const path = (userId: number) => `/mes-structures/${structureId}/personnes/${userId}/detacher`;
const structuresLeft = (userId: number) => structuresOf(site.dependencies.db, userId);

async function enrol(userId: number, state?: State): Promise<number> {
  const { dependencies: deps, clock } = site;
  const providerId = await createStructure(deps.db, { isTrainingBody: true });
  const { id: actionId } = await createAction(deps.db, { providerId });
  const sessionId = await createSession(deps.db, { actionId, now: clock.now() });
  const actor = await actorOf(deps.db, userId);
  const { id } = await requestEnrolment(deps, actor, { actionId, sessionId, structureId, motivation: 'x' });
  if (state) await setEnrolment(deps.db, id, { state });
  return id;
}

test('the red link leads to a page that asks, then the person is detached here and nowhere else', async () => {
  const browser = await site.signedIn(referent.email);
  const list = await browser.get(`/mes-structures/${structureId}`);
  expect(list.text).toContain(`href="${path(leaver.id)}"`);
  expect(list.text).not.toContain(`href="${path(referent.id)}"`);
  const open = await site.signedIn(leaver.email);
  expect((await open.get(`/mes-structures/${structureId}`)).status).toBe(200);

  expect((await browser.get(path(leaver.id))).text).toContain('Détacher Léa');
  expect(await structuresLeft(leaver.id)).toEqual([structureId, otherId]);
  expect((await browser.submit(path(leaver.id))).status).toBe(303);
  expect(await structuresLeft(leaver.id)).toEqual([otherId]);
  // The session that was open has no more rights there.
  expect((await open.get(`/mes-structures/${structureId}`)).status).toBe(404);
  await site.runJobs();
  expect(site.mailbox.to(leaver.email).at(-1)?.subject).toContain('Vous ne faites plus partie de Quittée');
  expect((await browser.submit(path(leaver.id), {}, '/mes-structures')).status).toBe(404);
});

test('a request without answer is withdrawn with notice; a seat and a rank are flagged to the agency', async () => {
  const { db } = site.dependencies;
  const requested = await enrol(leaver.id);
  const seated = await enrol(leaver.id, 'enrolled');
  const waiting = await enrol(leaver.id, 'waitlisted');
  await site.runJobs();
  const before = site.mailbox.to(leaver.email).length;
  const toExamine = (to: TestUser) =>
    site.mailbox.to(to.email).filter(({ subject }) => subject.includes('à examiner')).length;
  const examined = [manager, secondManager].map(toExamine);
  await (await site.signedIn(referent.email)).submit(path(leaver.id));

  const states = await statesOf(db, [requested, seated, waiting]);
  expect(states).toEqual(['withdrawn', 'enrolled', 'waitlisted']);
  expect((await historyOf(db, requested)).at(-1)).toMatchObject({
    from_state: 'requested',
    to_state: 'withdrawn',
    by_role: 'system',
    reason: expect.stringContaining('quitté la structure'),
  });
  await site.runJobs();
  const told = site.mailbox.to(leaver.email).slice(before);
  expect(told.map(({ subject }) => subject).join()).toContain('Votre demande est annulée');
  expect(told.map(({ text }) => text).join()).toContain('inscriptions au titre de cette structure');
  expect(site.mailbox.to(referent.email).at(-1)?.text).toContain('quitte la structure');
  expect([manager, secondManager].map(toExamine)).toEqual(examined.map((count) => count + 1));

  const { text } = await (await site.signedIn(manager.email)).get('/agence/departs');
  for (const id of [seated, waiting]) expect(text).toContain(`/agence/inscriptions/${id}"`);
  expect(text).not.toContain(`/agence/inscriptions/${requested}"`);
});

test('the agency withdraws a place kept after the departure, with a reason; no other place', async () => {
  const { db } = site.dependencies;
  const kept = await enrol(leaver.id, 'enrolled');
  const agency = await site.signedIn(manager.email);
  const cancel = `/agence/departs/${kept}/annuler`;
  // Still of the structure: it is for their validator.
  expect((await agency.get(cancel)).status).toBe(404);
  expect((await agency.submit(cancel, { motif: 'Non.' }, '/agence/departs')).status).toBe(404);
  await (await site.signedIn(referent.email)).submit(path(leaver.id));
  expect((await agency.get('/agence/departs')).text).toContain(`${cancel}"`);
  const empty = await agency.submit(cancel, { motif: ' ' });
  expect(empty.status).toBe(422);
  expect(empty.text).toContain('href="#motif"');
  await site.runJobs();
  site.mailbox.clear();
  expect((await agency.submit(cancel, { motif: 'La personne a changé d’employeur.' })).status).toBe(303);
  expect((await historyOf(db, kept)).at(-1)).toMatchObject({
    to_state: 'withdrawn',
    by_role: 'agency',
    reason: 'La personne a changé d’employeur.',
  });
  expect(await stateOf(db, kept)).toBe('withdrawn');
  await site.runJobs();
  expect(site.mailbox.to(leaver.email).at(-1)?.text).toContain('changé d’employeur');
  expect((await agency.get('/agence/departs')).text).not.toContain(`${cancel}"`);
  expect((await agency.submit(cancel, { motif: 'Encore.' }, '/agence/departs')).status).toBe(404);
});

test('the agency leaves their place to somebody who left: out of the list, until they leave again', async () => {
  const { db } = site.dependencies;
  const kept = await enrol(leaver.id, 'enrolled');
  const agency = await site.signedIn(manager.email);
  const leave = `/agence/departs/${kept}/laisser`;
  const file = `/agence/inscriptions/${kept}`;
  const count = async () =>
    Number(
      /<strong>(\d+)<\/strong> <a href="\/agence\/departs"/.exec((await agency.get('/agence')).text)?.[1],
    );
  const before = await count();
  // Still of the structure: nothing to examine.
  expect((await agency.get(file)).text).not.toContain('Après un départ');
  expect((await agency.submit(leave, {}, '/agence/departs')).status).toBe(404);
  const asReferent = await site.signedIn(referent.email);
  await asReferent.submit(path(leaver.id));
  expect(await count()).toBe(before + 1);

  const { text } = await agency.get(file);
  expect(text).toMatch(/<a href="\/agence\/departs">[\s\S]{0,500}? Inscriptions après un départ/);
  expect(text).toContain(`action="${leave}"`);
  expect(text).toContain(`href="/agence/departs/${kept}/annuler"`);
  expect(text).not.toContain('Il n’y a plus de décision à prendre');
  const done = await agency.submit(leave, {}, file);
  expect(done.headers.location).toBe('/agence/departs');
  expect(await enrolmentOf(db, kept)).toMatchObject({ state: 'enrolled', kept_by: manager.id });
  expect((await agency.get('/agence/departs')).text).not.toContain(`${file}"`);
  expect(await count()).toBe(before);
  expect((await agency.get(file)).text).toContain('La place lui est laissée depuis le');
  expect((await agency.submit(leave, {}, file)).status).toBe(404);
  expect(await journalOf(db, 'enrolment.kept', { subject_id: kept })).toMatchObject([
    { actor_id: manager.id, person_id: leaver.id, structure_id: structureId, subject_kind: 'enrolment' },
  ]);

  // Back, then gone once more: it is examined anew.
  await joinStructure(db, leaver.id, structureId);
  await asReferent.submit(path(leaver.id));
  expect((await agency.get('/agence/departs')).text).toContain(`${file}"`);
});

test('a request for another structure of the person stays', async () => {
  const { db } = site.dependencies;
  await setMembership(db, otherId, [2026]);
  const id = await enrol(leaver.id);
  await setEnrolment(db, id, { structure_id: otherId });
  await (await site.signedIn(referent.email)).submit(path(leaver.id));
  expect(await stateOf(db, id)).toBe('requested');
});

test('nobody detaches themself, and the last référent stays; the agency is held to it too', async () => {
  const browser = await site.signedIn(referent.email);
  const own = await browser.get(path(referent.id));
  expect(own.text).toContain('contactez-nous');
  expect((await browser.submit(path(referent.id), {}, '/mes-structures')).status).toBe(409);
  const agency = await site.signedIn(manager.email);
  expect((await agency.submit(path(referent.id), {}, '/mes-structures')).status).toBe(409);
  expect(await structuresLeft(referent.id)).toEqual([structureId]);
  expect((await agency.submit(path(leaver.id))).status).toBe(303);
});

test.each([
  ['alone in the structure', () => leaveStructures(site.dependencies.db, leaver.id, structureId)],
  ['with nobody but closed accounts', () => closeAccount(site.dependencies.db, leaver.id, site.clock.now())],
])('a référent %s stays unless the agency detaches them', async (_where, prepare) => {
  await prepare();
  const own = await (await site.signedIn(referent.email)).submit(path(referent.id), {}, '/mes-structures');
  expect([own.status, own.text.includes('contactez-nous')]).toEqual([409, true]);
  expect(await structuresLeft(referent.id)).toEqual([structureId]);
  const agency = await site.signedIn(manager.email);
  expect((await agency.submit(path(referent.id))).status).toBe(303);
  expect(await structuresLeft(referent.id)).toEqual([]);
});

test('who is no longer référent under the lock detaches nobody', async () => {
  const { db } = site.dependencies;
  const departure = { structureId, userId: leaver.id, byUserId: referent.id };
  const [refused] = await allWaitingFor<unknown>(
    db,
    theStructure(structureId),
    [() => detachPerson(site.dependencies, departure).catch((error) => error)],
    (holder) => takeRight(holder, 'referent', { user_id: referent.id }),
  );
  expect(refused).toEqual(new Forbidden('Vous n’êtes plus référent de cette structure.'));
  expect(await structuresLeft(leaver.id)).toEqual([structureId, otherId]);
});

test('two référents detach each other at the same moment: one stays', async () => {
  const { db } = site.dependencies;
  for (let round = 0; round < 5; round += 1) {
    structureId = await createStructure(db);
    const pair = await Promise.all(
      [1, 2].map(() => createUser(db, { affiliations: { [structureId]: ['referent'] } })),
    );
    const browsers = await Promise.all(pair.map(({ email }) => site.signedIn(email)));
    const tokens = await Promise.all(
      browsers.map((browser) => browser.token('/mes-structures/affiliations/demande')),
    );
    const responses = await Promise.all(
      browsers.map((browser, index) =>
        browser.post(path(pair[1 - index]?.id ?? 0), { _csrf: tokens[index] ?? '' }),
      ),
    );
    expect(responses.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(responses.every(({ status }) => [303, 403, 404].includes(status))).toBe(true);
  }
});
