import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Doer } from '#enrolment/doer.ts';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { createFormation, createTeams, statesOf, type Team } from '../support/enrolments.ts';
import { createUser, personOf } from '../support/people.ts';

/** A session of two seats to change, made anew before each test, with three structures of three people to ask for it. */
export let site: TestSite;
export let teams: [Team, Team, Team];
export let actionId: number;
export let sessionId: number;
export let providerId: number;
export let trainer: { id: number; email: string };
export let agency: Doer;
export const start = '2026-03-02T09:00:00Z';

/** To be called once, at the top of a file of tests. */
export function makeSessions(): void {
  beforeAll(async () => {
    site = await createTestSite({ now: start });
    const manager = await createUser(db(), { isAgencyManager: true });
    agency = { role: 'agency', userId: manager.id, way: 'page' };
  });
  afterAll(() => site.close());
  beforeEach(async () => {
    site.clock.set(start);
    teams = (await createTeams(db(), 3, 3, 2026)) as typeof teams;
    ({ actionId, sessionId, providerId } = await createFormation(site, { capacity: 2, waitingCapacity: 5 }));
    trainer = await createUser(db(), { affiliations: { [providerId]: ['provider'] } });
    await site.runJobs();
    site.mailbox.clear();
  });
}

export const deps = () => site.dependencies;
export const db = () => site.dependencies.db;
export const asTrainer = (): Doer => ({ role: 'provider', userId: trainer.id, way: 'page' });
export const person = (team: Team, index: number) => team.people[index] as Team['people'][0];

export async function ask(team: Team, index: number, session = sessionId): Promise<number> {
  site.clock.advance(1000);
  const request = { actionId, sessionId: session, structureId: team.structureId, motivation: 'Progresser' };
  return (await requestEnrolment(deps(), person(team, index), request)).id;
}

export async function approved(team: Team, index: number, session = sessionId): Promise<number> {
  const id = await ask(team, index, session);
  const by: Doer = { role: 'hr_validator', userId: team.validatorId, way: 'page' };
  await decideEnrolment(deps(), id, { event: 'approve', by });
  return id;
}

export const accept = (id: number) => decideEnrolment(deps(), id, { event: 'accept', by: asTrainer() });
export const states = (ids: number[]) => statesOf(db(), ids);
export const mailsTo = async (userId: number) => site.mailbox.to((await personOf(db(), userId)).email);
