import { afterAll, beforeAll, expect, test } from 'vitest';
import { findActor } from '#access/actor.ts';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { createTestSite, type TestSite } from '../support/app.ts';
import { createAction, createSession } from '../support/catalogue.ts';
import { createStructure, createUser } from '../support/people.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
});
afterAll(() => site.close());

test('from the request to the seat, each step tells the right people once', async () => {
  const { dependencies: deps, mailbox, clock } = site;
  const { db } = deps;
  const provider = await createStructure(db, { isTrainingBody: true });
  const structure = await createStructure(db, { memberIn: [2026] });
  const person = await createUser(db, { affiliations: { [structure]: [] } });
  const validator = await createUser(db, { affiliations: { [structure]: ['hr_validator'] } });
  const trainer = await createUser(db, { affiliations: { [provider]: ['provider'] } });
  const { id: actionId } = await createAction(db, { providerId: provider });
  const sessionId = await createSession(db, { actionId, now: clock.now() });
  const actor = await findActor(deps, person.id);
  if (!actor) throw new Error('no actor');

  const { id, state } = await requestEnrolment(deps, actor, {
    actionId,
    sessionId,
    structureId: structure,
    motivation: 'Progresser',
  });
  expect(state).toBe('requested');
  await decideEnrolment(deps, id, {
    event: 'approve',
    by: { role: 'hr_validator', userId: validator.id, way: 'page' },
  });
  await decideEnrolment(deps, id, {
    event: 'accept',
    by: { role: 'provider', userId: trainer.id, way: 'page' },
  });
  await decideEnrolment(deps, id, {
    event: 'withdraw',
    by: { role: 'beneficiary', userId: person.id, way: 'page' },
    reason: 'Empêchement',
  });
  await site.runJobs();

  expect(mailbox.to(person.email).map((mail) => mail.subject)).toEqual([
    expect.stringContaining('Votre demande d’inscription'),
    expect.stringContaining('Préinscription'),
    expect.stringContaining('Inscription confirmée'),
    expect.stringContaining('Votre annulation est enregistrée'),
  ]);
  expect(mailbox.to(validator.email).map((mail) => mail.subject)).toEqual([
    expect.stringContaining('Demande d’inscription à valider'),
    expect.stringContaining('Inscription confirmée'),
    expect.stringContaining('Annulation'),
  ]);
  expect(mailbox.to(trainer.email).map((mail) => mail.subject)).toEqual([
    expect.stringContaining('Demande à examiner'),
    expect.stringContaining('Annulation'),
  ]);
  const convocation = mailbox.to(person.email)[2];
  expect(convocation?.attachments[0]?.filename).toBe('seances.ics');
});
