import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { createFormation, createTeams, type Team } from '../support/enrolments.ts';

/** What e-mails say, besides to whom they go: why somebody waits, who decided and how. */
let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
});
afterAll(() => site.close());

type Formation = Awaited<ReturnType<typeof createFormation>>;

/** Asks for a place for the nth person of the team, which its validator approves. */
async function approved(team: Team, person: number, formation: Formation): Promise<string> {
  const actor = team.people[person];
  if (!actor) throw new Error('no such person');
  const { id } = await requestEnrolment(site.dependencies, actor, {
    actionId: formation.actionId,
    sessionId: formation.sessionId,
    structureId: team.structureId,
    motivation: 'Progresser',
  });
  await decideEnrolment(site.dependencies, id, {
    event: 'approve',
    by: { role: 'hr_validator', userId: team.validatorId, way: 'page' },
  });
  return actor.email;
}

async function lastMailTo(email: string): Promise<string> {
  await site.runJobs();
  return (site.mailbox.to(email).at(-1)?.text ?? '').replace(/\s+/g, ' ');
}

describe('somebody who waits reads why, and their rank', () => {
  test('no seat is left', async () => {
    const [one, other] = await createTeams(site.dependencies.db, 2, 1, 2026);
    const formation = await createFormation(site, { capacity: 1, waitingCapacity: 5 });
    await approved(one as Team, 0, formation);
    const text = await lastMailTo(await approved(other as Team, 0, formation));
    expect(text).toContain('validée par votre structure, mais aucune place n’est disponible');
    expect(text).toContain('au rang 1.');
    expect(text).toContain('Toutes les places sont prises.');
    expect(text).not.toContain('Votre structure a déjà');
  });

  test('the structure has all its seats, though the session has others', async () => {
    const [team] = await createTeams(site.dependencies.db, 1, 3, 2026);
    const formation = await createFormation(site, { capacity: 10, waitingCapacity: 5 });
    await approved(team as Team, 0, formation);
    await approved(team as Team, 1, formation);
    const text = await lastMailTo(await approved(team as Team, 2, formation));
    expect(text).toContain('au rang 1.');
    expect(text).toContain('Votre structure a déjà 2 places dans cette formation.');
    expect(text).not.toContain('Toutes les places sont prises.');
  });

  test('who has a seat reads nothing of a waiting list', async () => {
    const [team] = await createTeams(site.dependencies.db, 1, 1, 2026);
    const formation = await createFormation(site, { capacity: 1, waitingCapacity: 5 });
    const text = await lastMailTo(await approved(team as Team, 0, formation));
    expect(text).toContain('Votre demande est validée : votre préinscription est enregistrée.');
    expect(text).not.toMatch(/liste d’attente|rang/);
  });
});

describe('why a request ended', () => {
  test('the words of whoever refused are quoted to the person', async () => {
    const [team] = await createTeams(site.dependencies.db, 1, 1, 2026);
    const formation = await createFormation(site, { capacity: 1, waitingCapacity: 5 });
    const actor = (team as Team).people[0];
    if (!actor) throw new Error('no person');
    const { id } = await requestEnrolment(site.dependencies, actor, {
      actionId: formation.actionId,
      sessionId: formation.sessionId,
      structureId: (team as Team).structureId,
      motivation: 'Progresser',
    });
    await decideEnrolment(site.dependencies, id, {
      event: 'refuse_by_hr',
      reason: 'Le service est fermé ce jour-là.',
      by: { role: 'hr_validator', userId: (team as Team).validatorId, way: 'page' },
    });
    const text = await lastMailTo(actor.email);
    expect(text).toContain('Votre employeur n’a pas validé votre demande de participation.');
    expect(text).toContain('Motif indiqué');
    expect(text).toContain('Le service est fermé ce jour-là.');
  });
});
