import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requestEnrolment } from '#enrolment/service.ts';
import { endBrowserSessions } from '../support/accounts.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { DAY } from '../support/database.ts';
import { actorOf, createFormation, stateOf } from '../support/enrolments.ts';
import { createStructure, createUser, type TestUser } from '../support/people.ts';

/** How decisions are taken from pages: the e-mail link over time, the profile to take, the agency standing in. */
let site: TestSite;
let structureId: number;
let person: TestUser;
let validator: TestUser;
let agency: TestUser;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
  agency = await createUser(site.dependencies.db, { isAgencyManager: true });
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  structureId = await createStructure(db, { memberIn: [2026] });
  person = await createUser(db, { affiliations: { [structureId]: [] } });
  validator = await createUser(db, {
    firstName: 'Vera',
    lastName: 'Valideuse',
    affiliations: { [structureId]: ['hr_validator'] },
  });
  site.mailbox.clear();
});

async function ask(formation: { actionId: number; sessionId: number }): Promise<number> {
  const { id } = await requestEnrolment(site.dependencies, await actorOf(site.dependencies.db, person.id), {
    ...formation,
    structureId,
    motivation: 'Une motivation personnelle',
  });
  await site.runJobs();
  return id;
}

async function signInAs(email: string, profile: string): Promise<Visitor> {
  const browser = await site.signedIn(email);
  await browser.submit('/parcourspro/profil', { profil: profile }, '/mes-structures');
  return browser;
}

describe('the validator’s e-mail link', () => {
  test('says who decided whatever happens afterwards, and nothing private', async () => {
    const { db } = site.dependencies;
    const formation = await createFormation(site, { capacity: 2, waitingCapacity: 2 });
    const trainer = await createUser(db, { affiliations: { [formation.providerId]: ['provider'] } });
    const id = await ask(formation);
    const link = site.mailbox.latestLink(validator.email);
    const visitor = site.visitor();
    expect((await visitor.get(link)).text).toContain('Une motivation personnelle');
    await visitor.submit(link, { decision: 'approuver' });

    const says = async () => {
      const response = await site.visitor().get(link);
      expect(response.status).toBe(200);
      expect(response.text).toContain('Déjà validé par Vera Valideuse le');
      expect(response.text).not.toContain('Une motivation personnelle');
      expect(response.text).not.toContain('Hospitalisation');
    };
    await says();
    const asTrainer = await signInAs(trainer.email, `provider:${formation.providerId}`);
    const accept = `/parcourspro/prestataire/demandes/${id}/accepter`;
    await asTrainer.submit(accept, {}, `/parcourspro/prestataire/seances/${formation.sessionId}`);
    await says();
    const asPerson = await site.signedIn(person.email);
    const withdraw = `/parcourspro/mon-espace/demandes/${id}/annuler`;
    expect((await asPerson.submit(withdraw, { motif: 'Hospitalisation' })).status).toBe(303);
    await says();
  });

  test('shows nothing once the session has begun', async () => {
    await ask(await createFormation(site, { capacity: 2, waitingCapacity: 2 }));
    const link = site.mailbox.latestLink(validator.email);
    const now = site.clock.now();
    site.clock.advance(31 * DAY);
    const response = await site.visitor().get(link);
    site.clock.set(now);
    expect(response.text).toContain('Cette session a commencé');
    expect(response.text).not.toContain('Une motivation personnelle');
  });
});

describe('the profile to take', () => {
  test('a link to a space of another profile offers it, and leads where the link wanted', async () => {
    const id = await ask(await createFormation(site, { capacity: 2, waitingCapacity: 2 }));
    const browser = await site.signedIn(validator.email);
    const path = `/parcourspro/valideur/demandes/${id}`;
    const offered = await browser.get(path);
    expect(offered.status).toBe(403);
    expect(offered.text).toContain('Continuer comme Valideur RH');
    const profil = `hr_validator:${structureId}`;
    const taken = await browser.submit('/parcourspro/profil', { profil, suite: path }, path);
    expect(taken.headers.location).toBe(path);
    expect((await browser.get(path)).status).toBe(200);
  });

  test('a request of another structure of theirs offers that structure; a stranger’s does not exist', async () => {
    const { db } = site.dependencies;
    const id = await ask(await createFormation(site, { capacity: 2, waitingCapacity: 2 }));
    const elsewhere = await createStructure(db, {});
    const both = await createUser(db, {
      affiliations: { [structureId]: ['hr_validator'], [elsewhere]: ['hr_validator'] },
    });
    const stranger = await createUser(db, { affiliations: { [elsewhere]: ['hr_validator'] } });
    const path = `/parcourspro/valideur/demandes/${id}`;
    const response = await (await signInAs(both.email, `hr_validator:${elsewhere}`)).get(path);
    expect(response.status).toBe(403);
    expect(response.text).toContain(`value="hr_validator:${structureId}"`);
    expect((await (await signInAs(stranger.email, `hr_validator:${elsewhere}`)).get(path)).status).toBe(404);
  });
});

describe('the agency stands in', () => {
  test('for a training body with nobody to decide', async () => {
    const formation = await createFormation(site, { capacity: 2, waitingCapacity: 2 });
    const id = await ask(formation);
    const asValidator = await signInAs(validator.email, `hr_validator:${structureId}`);
    site.mailbox.clear();
    await asValidator.submit(`/parcourspro/valideur/demandes/${id}`, { decision: 'approuver' });
    await site.runJobs();
    const path = site.mailbox.latestLink(agency.email);
    expect(path).toBe(`/agence/inscriptions/${id}`);
    const asAgency = await site.signedIn(agency.email);
    expect((await asAgency.get('/agence/inscriptions')).text).toContain(`href="${path}"`);
    expect((await asAgency.get('/agence')).text).toMatch(
      /<strong>1<\/strong> <a href="\/agence\/inscriptions"/,
    );
    const page = await asAgency.get(path);
    expect(page.text).toContain('Accepter la demande');
    expect((await asAgency.submit(path, { decision: 'approuver' })).status).toBe(303);
    expect(await stateOf(site.dependencies.db, id)).toBe('enrolled');
    const again = await asAgency.get(path);
    expect(again.text).toContain('Déjà accepté');

    const own = await (await site.signedIn(person.email)).get(
      `/parcourspro/mon-espace/demandes/${id}/seances.ics`,
    );
    expect(own.status).toBe(200);
    expect(own.text).toContain(`UID:session-${formation.sessionId}-`);
  });
});

test('a form whose session ended gives its words back to copy, and the way to sign in and return', async () => {
  const { db } = site.dependencies;
  const formation = await createFormation(site, { capacity: 2, waitingCapacity: 2 });
  const path = `/parcourspro/actions/${formation.slug}/inscription?session=${formation.sessionId}`;
  const browser = await site.signedIn(person.email);
  const _csrf = await browser.token(path);
  await endBrowserSessions(db);
  const motivation = 'Une page de motivations longuement pesées, écrite pendant la pause.';
  const response = await browser.post(path, {
    _csrf,
    structure: structureId,
    motivation,
    mot_de_passe: 'x'.repeat(40),
  });
  expect(response.status).toBe(403);
  expect(response.text).toContain(motivation);
  expect(response.text).not.toContain('x'.repeat(40));
  expect(response.text).toContain(`/connexion?suite=${encodeURIComponent(path)}`);
});
