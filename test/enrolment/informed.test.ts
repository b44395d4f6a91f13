import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { informedWords, type Told, withInformed } from '#enrolment/notices/told.ts';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { recordAttendance } from '#follow-up/attendance/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { slotsOf } from '../support/catalogue.ts';
import { actorOf, createFormation } from '../support/enrolments.ts';
import { createStructure, createUser, leaveStructures, type TestUser } from '../support/people.ts';
import { first } from '../support/rows.ts';

// What a page says of who is informed is what was really sent.
test.each<[Told, string]>([
  [{}, ''],
  [{ person: 1 }, 'la personne en est informée'],
  [{ validators: 1 }, 'son Valideur RH en est informé'],
  [{ validators: 2 }, 'ses Valideurs RH en sont informés'],
  [{ provider: 3 }, 'le prestataire en est informé'],
  [{ agency: 2 }, 'Cap Métiers en est informé'],
  [{ person: 1, provider: 1 }, 'la personne et le prestataire en sont informés'],
  [
    { person: 1, validators: 2, provider: 1 },
    'la personne, ses Valideurs RH et le prestataire en sont informés',
  ],
])('%o: « %s »', (told, words) => {
  expect(informedWords(told)).toBe(words);
  expect(withInformed('C’est fait', told)).toBe(words ? `C’est fait\u00a0; ${words}.` : 'C’est fait.');
});

describe('after a decision', () => {
  let site: TestSite;
  let structureId: number;
  let providerId: number;
  let sessionId: number;
  let actionId: number;
  let person: TestUser;
  let validator: TestUser;
  let managerId: number;
  let manager: Visitor;
  const NOW = '2026-11-02T09:00:00Z';

  beforeAll(async () => {
    site = await createTestSite({ now: NOW });
    const { id, email } = await createUser(site.dependencies.db, { isAgencyManager: true });
    managerId = id;
    manager = await site.signedIn(email);
  });
  afterAll(() => site.close());
  beforeEach(async () => {
    site.clock.set(NOW);
    const { db } = site.dependencies;
    structureId = await createStructure(db, { memberIn: [2026] });
    ({ providerId, sessionId, actionId } = await createFormation(site, { capacity: 5, waitingCapacity: 5 }));
    person = await createUser(db, { affiliations: { [structureId]: [] } });
    validator = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  });

  const trainer = () => createUser(site.dependencies.db, { affiliations: { [providerId]: ['provider'] } });
  /** Enrolled: approved by the validator, then accepted by the agency, for want of anybody else. */
  async function enrol(): Promise<number> {
    const deps = site.dependencies;
    const wanted = { actionId, sessionId, structureId, motivation: 'Progresser' };
    const { id } = await requestEnrolment(deps, await actorOf(deps.db, person.id), wanted);
    const by = { role: 'hr_validator', userId: validator.id, way: 'page' } as const;
    await decideEnrolment(deps, id, { event: 'approve', by });
    const agency = { role: 'agency', userId: managerId, way: 'page' } as const;
    await decideEnrolment(deps, id, { event: 'accept', by: agency });
    return id;
  }
  /** The kinds of e-mails queued meanwhile, and what the next page says. */
  async function said(browser: Visitor, path: string, next: string, fields = { motif: 'Absence' }) {
    await site.runJobs();
    site.mailbox.clear();
    expect((await browser.submit(path, fields, '/mes-structures')).status).toBe(303);
    const page = (await browser.get(next)).text.replaceAll('\u00a0', ' ').replaceAll('&nbsp;', ' ');
    await site.runJobs();
    return page;
  }

  test.each([
    [false, 'est retiré ; la personne en est informée.'],
    [true, 'est retiré ; la personne et le prestataire en sont informés.'],
  ])('an approval taken back, a training body with somebody: %s', async (hasProvider, words) => {
    const told = hasProvider ? await trainer() : undefined;
    const id = await enrol();
    expect(await said(manager, `/agence/inscriptions/${id}/retirer`, `/agence/inscriptions/${id}`)).toContain(
      words,
    );
    if (told) expect(site.mailbox.to(told.email)).toHaveLength(1);
    const again = await createUser(site.dependencies.db, { affiliations: { [structureId]: [] } });
    person = again;
    const other = await enrol();
    const browser = await site.signedIn(validator.email);
    await browser.submit('/parcourspro/profil', { profil: `hr_validator:${structureId}` }, '/mes-structures');
    const path = `/parcourspro/valideur/demandes/${other}/retirer`;
    expect(await said(browser, path, '/parcourspro/valideur/decisions')).toContain(words);
  });

  test('a place given up by the agency for somebody who left, with nobody else to write to', async () => {
    const id = await enrol();
    const { db } = site.dependencies;
    await leaveStructures(db, person.id);
    await leaveStructures(db, validator.id);
    const page = await said(manager, `/agence/departs/${id}/annuler`, '/agence/departs');
    expect(page).toContain('est annulée ; la personne en est informée.');
    expect(page).not.toMatch(/Valideur RH et le prestataire/);
  });

  test.each([
    [true, 'La feuille de présence est validée ; le Valideur RH en est informé.'],
    [false, 'La feuille de présence est validée.'],
  ])('a sheet of presence, a structure with a validator: %s', async (hasValidator, words) => {
    const { id, email } = await trainer();
    const enrolment = await enrol();
    const { db } = site.dependencies;
    if (!hasValidator) await leaveStructures(db, validator.id);
    const { id: slotId } = first(await slotsOf(db, sessionId));
    site.clock.set('2027-02-01T09:00:00Z');
    await recordAttendance(
      site.dependencies,
      sessionId,
      { role: 'provider', userId: id, way: 'page' },
      {
        slotId,
        version: 0,
        marks: [{ enrolmentId: enrolment, slotId, presence: 'present', minutes: null }],
      },
    );
    const browser = await site.signedIn(email);
    await browser.submit('/parcourspro/profil', { profil: `provider:${providerId}` }, '/mes-structures');
    const sheet = `/parcourspro/prestataire/seances/${sessionId}/presence`;
    const page = await said(browser, `${sheet}/valider`, sheet, {} as { motif: string });
    expect(page).toContain(words);
    expect(page).not.toContain('les Valideurs RH en sont informés');
    expect(site.mailbox.to(validator.email)).toHaveLength(hasValidator ? 1 : 0);
  });
});
