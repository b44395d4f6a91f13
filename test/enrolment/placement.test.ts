import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Doer } from '#enrolment/doer.ts';
import { enrolByHand, moveEnrolment } from '#enrolment/placement/service.ts';
import { decideEnrolment, registrationOptions, requestEnrolment } from '#enrolment/service.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { createSession, sessionOf, setSession } from '../support/catalogue.ts';
import { DAY } from '../support/database.ts';
import {
  createFormation,
  createTeams,
  enrolmentOf,
  findFaults,
  historyOf,
  setEnrolment,
  stateOf,
  type Team,
} from '../support/enrolments.ts';
import { createUser, leaveStructures, setMembership } from '../support/people.ts';
import { setSettings } from '../support/settings.ts';

/** Seats by exception, people enrolled by hand or moved, approvals taken back (domain.md §7). */
let site: TestSite;
let teams: [Team, Team];
let actionId: number;
let sessionId: number;
let trainer: Doer;
let agency: Doer;
const start = '2026-03-02T09:00:00Z';

beforeAll(async () => {
  site = await createTestSite({ now: start });
  const manager = await createUser(site.dependencies.db, { isAgencyManager: true });
  agency = { role: 'agency', userId: manager.id, way: 'page' };
});
afterAll(() => site.close());
beforeEach(async () => {
  site.clock.set(start);
  teams = (await createTeams(db(), 2, 4, 2026)) as [Team, Team];
  const formation = await createFormation(site, { capacity: 3, waitingCapacity: 5 });
  ({ actionId, sessionId } = formation);
  const user = await createUser(db(), { affiliations: { [formation.providerId]: ['provider'] } });
  trainer = { role: 'provider', userId: user.id, way: 'page' };
});

const deps = () => site.dependencies;
const db = () => site.dependencies.db;
const person = (team: Team, index: number) => team.people[index] as Team['people'][0];
const validatorOf = (team: Team): Doer => ({ role: 'hr_validator', userId: team.validatorId, way: 'page' });

async function approved(team: Team, index: number, session = sessionId): Promise<number> {
  site.clock.advance(1000);
  const request = { actionId, sessionId: session, structureId: team.structureId, motivation: 'Progresser' };
  const { id } = await requestEnrolment(deps(), person(team, index), request);
  await decideEnrolment(deps(), id, { event: 'approve', by: validatorOf(team) });
  return id;
}

describe('a seat by exception', () => {
  test('goes to whoever waits for their structure’s share only, when a seat is free', async () => {
    const [one, other] = teams;
    await approved(one, 0);
    await approved(one, 1);
    const third = await approved(one, 2);
    expect(await stateOf(db(), third)).toBe('waitlisted');
    const option = (await registrationOptions(deps(), person(one, 3), actionId)).get(sessionId);
    expect(option?.waitingFor).toBe('Votre structure a déjà 2\u00a0places dans cette formation.');
    const seat = (by: Doer, reason = 'Un binôme') =>
      decideEnrolment(deps(), third, { event: 'seat', by, reason });
    await expect(seat(trainer, '')).rejects.toThrow('Indiquez un motif');
    await expect(seat(validatorOf(one))).rejects.toThrow();
    expect(await seat(trainer)).toMatchObject({ state: 'enrolled' });
    await expect(seat(trainer)).rejects.toThrow('Déjà accepté');
    expect(await findFaults(db(), actionId, 2)).toEqual([]);

    // No seat is left: nobody else comes in, by exception or not.
    const fourth = await approved(one, 3);
    await expect(
      decideEnrolment(deps(), fourth, { event: 'seat', by: agency, reason: 'Un binôme' }),
    ).rejects.toThrow('Toutes les places sont prises');
    expect(await stateOf(db(), await approved(other, 0))).toBe('waitlisted');
  });

  test('passes nobody who could sit, but somebody who cannot', async () => {
    const [one, other] = teams;
    await approved(one, 0);
    await approved(one, 1);
    const ahead = await approved(one, 2);
    const behind = await approved(one, 3);
    // Somebody eligible ahead, with a seat free for a moment: a state that the queue never leaves by itself.
    await setSession(db(), sessionId, { capacity: 2 });
    const eligible = await approved(other, 0);
    await setSession(db(), sessionId, { capacity: 3 });
    await setEnrolment(db(), eligible, { requested_at: new Date(+new Date(start) - DAY) });
    const seat = (id: number) => decideEnrolment(deps(), id, { event: 'seat', by: agency, reason: 'Motif' });
    await expect(seat(behind)).rejects.toThrow('D’autres personnes attendent');
    expect(await seat(eligible)).toMatchObject({ state: 'preregistered' });
    await setSession(db(), sessionId, { capacity: 4 });
    // The one ahead is of the same structure, at its share: not eligible, so not passed.
    expect(await seat(behind)).toMatchObject({ state: 'preregistered' });
    expect(await stateOf(db(), ahead)).toBe('waitlisted');
  });
});

describe('by hand', () => {
  const enrol = (team: Team, index: number, by: Doer = agency) =>
    enrolByHand(deps(), by, {
      userId: person(team, index).userId,
      structureId: team.structureId,
      sessionId,
      reason: 'Demande du directeur',
    });

  test('goes over window, rights, membership and share; leaves a true history', async () => {
    const [one] = teams;
    await approved(one, 0);
    await approved(one, 1);
    await setMembership(db(), one.structureId, []);
    await setSession(db(), sessionId, { registration_closes_at: new Date(+new Date(start) - DAY) });
    await setSettings(db(), { yearly_actions: 0, yearly_formations: 0 });
    const { id, state } = await enrol(one, 2);
    await setSettings(db(), { yearly_actions: 5, yearly_formations: 3 });
    expect(state).toBe('enrolled');
    const [line] = await historyOf(db(), id);
    expect(line).toMatchObject({ from_state: null, by_role: 'agency', reason: 'Demande du directeur' });
  });

  test('never over capacity, the queue, one live request, or somebody else’s structure', async () => {
    const [one, other] = teams;
    await approved(one, 0);
    await expect(enrol(one, 0)).rejects.toThrow('a déjà une demande en cours');
    await leaveStructures(db(), person(one, 3).userId);
    await expect(enrol(one, 3)).rejects.toThrow('n’est plus dans la structure');
    await setSession(db(), sessionId, { capacity: 1 });
    await expect(enrol(other, 0)).rejects.toThrow('Toutes les places sont prises');
    await approved(other, 1);
    await setSession(db(), sessionId, { capacity: 2 });
    await expect(enrol(other, 0)).rejects.toThrow('D’autres personnes attendent');
    await expect(enrol(other, 0, { ...agency, userId: person(other, 0).userId })).rejects.toThrow('soi-même');
    const stranger = { ...agency, userId: other.validatorId };
    await expect(enrol(other, 0, stranger)).rejects.toThrow('Vous n’avez plus le droit');
    await setSession(db(), sessionId, { cancelled_at: new Date(start) });
    await expect(enrol(other, 0)).rejects.toThrow('Cette session est annulée');
  });
});

describe('moved to another session', () => {
  let second: number;
  beforeEach(async () => {
    second = await createSession(db(), {
      actionId,
      now: site.clock.now(),
      startsInDays: 50,
      capacity: 1,
      waitingCapacity: 1,
    });
  });
  const move = (id: number, to: number, by: Doer = agency) =>
    moveEnrolment(deps(), id, by, { sessionId: to, reason: 'Congés' });

  test('keeps state and date; the seat left goes to the queue, the calendar follows', async () => {
    const [one, other] = teams;
    await setSession(db(), sessionId, { capacity: 1 });
    const seat = await approved(one, 0);
    await decideEnrolment(deps(), seat, { event: 'accept', by: trainer });
    const waiting = await approved(other, 0);
    const before = await enrolmentOf(db(), seat);
    await site.runJobs();
    site.mailbox.clear();
    expect(await move(seat, second)).toMatchObject({ state: 'enrolled' });
    const after = await enrolmentOf(db(), seat);
    expect(after).toMatchObject({ session_id: second, requested_at: before.requested_at });
    expect(await stateOf(db(), waiting)).toBe('preregistered');
    const line = (await historyOf(db(), seat)).at(-1);
    expect(line).toMatchObject({ from_state: 'enrolled', to_state: 'enrolled', from_session_id: sessionId });
    expect(line?.reason).toBe('De la session du 1\u00a0avr. à celle du 21\u00a0avr.\u00a0: Congés');
    await site.runJobs();
    const files =
      site.mailbox.to(person(one, 0).email)[0]?.attachments.map(({ content }) => String(content)) ?? [];
    expect(files[0]).toContain(`UID:session-${second}-jour-1@`);
    expect(files[1]).toContain(`UID:session-${sessionId}-jour-1@`);
    expect(files[1]).toContain('METHOD:CANCEL');
  });

  test('takes a rank by the date of the request, and a seat where one is free', async () => {
    const [one, other] = teams;
    await setSession(db(), sessionId, { capacity: 0 });
    const early = await approved(one, 0);
    await approved(other, 0, second);
    expect(await move(early, second)).toMatchObject({ state: 'waitlisted' });
    expect(await stateOf(db(), early)).toBe('waitlisted');
    const third = await createSession(db(), { actionId, now: site.clock.now(), startsInDays: 60 });
    await move(early, third);
    expect(await stateOf(db(), early)).toBe('preregistered');
  });

  test('is refused where there is no seat or room, elsewhere, to strangers, and for what is over', async () => {
    const [one, other] = teams;
    await approved(other, 0, second);
    const seat = await approved(one, 0);
    await expect(move(seat, second)).rejects.toThrow('Toutes les places sont prises');
    await approved(other, 1, second);
    await setSession(db(), sessionId, { capacity: 1 });
    const waiting = await approved(one, 1);
    await expect(move(waiting, second)).rejects.toThrow('complète');
    await expect(move(seat, sessionId)).rejects.toThrow('déjà dans cette session');
    const foreign = await createFormation(site, { capacity: 3, waitingCapacity: 3 });
    await expect(move(seat, foreign.sessionId)).rejects.toThrow('L’adresse est peut-être inexacte');
    await expect(move(seat, second, validatorOf(one))).rejects.toThrow();
    await expect(move(seat, second, trainer)).rejects.toThrow();
    await decideEnrolment(deps(), seat, {
      event: 'withdraw',
      by: { role: 'beneficiary', userId: person(one, 0).userId, way: 'page' },
      reason: 'Non',
    });
    await expect(move(seat, second)).rejects.toThrow('Déjà annulé');
    expect(await findFaults(db(), actionId, 2)).toEqual([]);
  });

  test('is refused from the very moment at which the session that they would leave begins', async () => {
    const id = await approved(teams[0], 0);
    const { starts_at } = await sessionOf(db(), sessionId);
    site.clock.set(starts_at);
    await expect(move(id, second)).rejects.toThrow('Cette session a déjà commencé.');
    expect(await enrolmentOf(db(), id)).toMatchObject({ session_id: sessionId });
    site.clock.set(new Date(+starts_at - 1));
    await move(id, second);
    expect(await enrolmentOf(db(), id)).toMatchObject({ session_id: second });
  });
});

test('an approval taken back frees the seat for the next in the queue, and gives the right back', async () => {
  const [one, other] = teams;
  await setSession(db(), sessionId, { capacity: 1 });
  const seat = await approved(one, 0);
  const next = await approved(other, 0);
  const back = (by: Doer, reason = 'Absence') =>
    decideEnrolment(deps(), seat, { event: 'withdraw_approval', by, reason });
  await expect(back(validatorOf(one), '')).rejects.toThrow('Indiquez un motif');
  await expect(back(validatorOf(other))).rejects.toThrow('Vous n’avez plus le droit');
  expect(await back(validatorOf(one))).toMatchObject({ state: 'refused_by_hr' });
  expect(await stateOf(db(), next)).toBe('preregistered');
  await expect(back(validatorOf(one))).rejects.toThrow('Accord déjà retiré');
  const option = (await registrationOptions(deps(), person(one, 0), actionId)).get(sessionId);
  expect(option?.blockers).toEqual([]);
});

describe('the staggered opening (rule 4)', () => {
  const ask = (team: Team, index: number, target: { actionId: number; sessionId: number }) =>
    requestEnrolment(deps(), person(team, index), {
      ...target,
      structureId: team.structureId,
      motivation: 'Progresser',
    });

  test('holds a person to so many live reserved requests until the day, and no longer', async () => {
    const [one] = teams;
    await setSettings(db(), { staggered_until: '2026-03-10', staggered_live_requests: 1 });
    const [second, open] = [
      await createFormation(site, { capacity: 3, waitingCapacity: 3 }),
      await createFormation(site, { capacity: 3, waitingCapacity: 3, kind: 'webinaire' }),
    ];
    const { id } = await ask(one, 0, { actionId, sessionId });
    await expect(ask(one, 0, second)).rejects.toThrow('Jusqu’au 10\u00a0mars 2026');
    // An open action is not concerned, nor is somebody else.
    await ask(one, 0, open);
    await ask(one, 1, second);
    // A request that ended makes room.
    await decideEnrolment(deps(), id, {
      event: 'withdraw',
      by: { role: 'beneficiary', userId: person(one, 0).userId, way: 'page' },
      reason: 'Autre choix',
    });
    await ask(one, 0, second);
    await expect(ask(one, 0, { actionId, sessionId })).rejects.toThrow('Jusqu’au');
    // The last evening still holds, the next morning does not.
    site.clock.set('2026-03-10T22:30:00Z');
    await expect(ask(one, 0, { actionId, sessionId })).rejects.toThrow('Jusqu’au');
    site.clock.set('2026-03-10T23:30:00Z');
    await ask(one, 0, { actionId, sessionId });
    await setSettings(db(), { staggered_until: null, staggered_live_requests: null });
  });
});
