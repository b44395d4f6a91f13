import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requestEnrolment } from '#enrolment/service.ts';
import { endCredentialLinks } from '#identity/credentials.ts';
import { createTestSite, type TestSite, type Visitor } from '../support/app.ts';
import { sessionOf } from '../support/catalogue.ts';
import { actorOf, createFormation, stateOf } from '../support/enrolments.ts';
import { createStructure, createUser, TEST_PASSWORD, type TestUser, takeRight } from '../support/people.ts';
import { forgetAttempts } from '../support/rate-limits.ts';
import { allWaitingFor, thePerson } from '../support/waiting.ts';

/** A link to decide, mailed to a Valideur RH, when what protected it is no more. */
const NEW_PASSWORD = 'Girafe-Violette-2026';
const WAY_OUT = 'Ouvrir l’espace Valideur RH';

let site: TestSite;
let structureId: number;
let validator: TestUser;
let enrolmentId: number;
let startsAt: Date;
let link: string;
let visitor: Visitor;
let _csrf: string;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  await forgetAttempts(db);
  site.mailbox.clear();
  site.clock.set('2026-03-02T09:00:00Z');
  structureId = await createStructure(db, { memberIn: [2026] });
  const person = await createUser(db, { affiliations: { [structureId]: [] } });
  validator = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  const { actionId, sessionId } = await createFormation(site, { capacity: 2, waitingCapacity: 2 });
  const request = { actionId, sessionId, structureId, motivation: 'Une motivation personnelle' };
  ({ id: enrolmentId } = await requestEnrolment(site.dependencies, await actorOf(db, person.id), request));
  ({ starts_at: startsAt } = await sessionOf(db, sessionId));
  await site.runJobs();
  link = site.mailbox.latestLink(validator.email);
  visitor = site.visitor();
  _csrf = await visitor.token(link);
});

const decide = () => visitor.post(link, { _csrf, decision: 'approuver' });
const mainOf = (page: string) => page.slice(page.indexOf('<main'), page.indexOf('</main>'));
const stateNow = () => stateOf(site.dependencies.db, enrolmentId);

/** The link says why it does nothing and where to go, and decides nothing. */
async function expectEnded(words: string) {
  for (const answer of [await visitor.get(link), await decide()]) {
    expect(answer.status).toBe(410);
    expect(answer.text).toContain(words);
    expect(answer.text).toContain(WAY_OUT);
    expect(answer.text).not.toContain('Une motivation personnelle');
  }
  expect(await stateNow()).toBe('requested');
}
const CHANGED = 'Votre mot de passe ou votre adresse e-mail a changé';

describe('it ends', () => {
  test('when its validator changes their password', async () => {
    const owner = await site.signedIn(validator.email);
    const change = { present_password: TEST_PASSWORD, password: NEW_PASSWORD };
    await owner.submit('/mon-compte/mot-de-passe', { ...change, password_confirmation: NEW_PASSWORD });
    await expectEnded(CHANGED);
  });

  test('when they replace a forgotten one', async () => {
    const owner = site.visitor();
    await owner.submit('/mot-de-passe-oublie', { email: validator.email });
    await site.runJobs();
    const reset = site.mailbox.latestLink(validator.email);
    await owner.submit(reset, { password: NEW_PASSWORD, password_confirmation: NEW_PASSWORD });
    await expectEnded(CHANGED);
  });

  test('when they confirm another e-mail; a link sent there afterwards decides', async () => {
    const owner = await site.signedIn(validator.email);
    const email = `nouvelle${validator.id}@structure.example`;
    await owner.submit('/mon-compte/adresse-email', { new_email: email, present_password: TEST_PASSWORD });
    await site.runJobs();
    await owner.submit(site.mailbox.latestLink(email));
    await expectEnded(CHANGED);
  });

  test('its page leads to the request under the profile that this needs, or not at all to a refusal', async () => {
    const { db } = site.dependencies;
    await db.transaction((trx) => endCredentialLinks(site.dependencies, trx, validator.id, site.clock.now()));
    const owner = await site.signedIn(validator.email);
    const profil = (right: string) => `${right}:${structureId}`;
    await owner.submit('/parcourspro/profil', { profil: profil('beneficiary') }, '/mes-structures');
    const shown = (await owner.get(link)).text;
    expect(shown).toContain(`name="profil" value="${profil('hr_validator')}"`);
    expect(mainOf(shown)).not.toContain('href="/parcourspro/valideur');

    const other = await createUser(db, { affiliations: { [structureId]: [] } });
    const stranger = await site.signedIn(other.email);
    await stranger.submit('/parcourspro/profil', { profil: profil('beneficiary') }, '/mes-structures');
    for (const path of [link, '/parcourspro/validation/inconnu']) {
      const { text } = await stranger.get(path);
      expect(text).toContain('Ce lien n’est plus valable');
      expect(mainOf(text)).not.toMatch(/href="\/parcourspro\/valideur|hr_validator/);
    }
  });

  test('when the session starts', async () => {
    site.clock.set(new Date(startsAt.getTime() - 1));
    expect((await visitor.get(link)).text).toContain('Une motivation personnelle');
    site.clock.set(startsAt);
    const shown = await visitor.get(link);
    const refused = await decide();
    expect(refused.status).toBe(410);
    for (const { text } of [shown, refused]) {
      expect(text).toContain('Cette session a commencé');
      expect(text).toContain(WAY_OUT);
    }
    expect(await stateNow()).toBe('requested');
  });

  test('when they lose the right: the page says so', async () => {
    await takeRight(site.dependencies.db, 'hr_validator');
    const answer = await decide();
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('Vous n’êtes plus Valideur RH');
    expect(await stateNow()).toBe('requested');
  });

  test('also when it was opened before, and is sent at the very moment', async () => {
    const [answer] = await allWaitingFor(site.dependencies.db, thePerson(validator.id), [decide], (holder) =>
      endCredentialLinks(site.dependencies, holder, validator.id, site.clock.now()),
    );
    expect(answer?.status).toBe(403);
    expect(answer?.text).toContain('Ce lien vient d’être annulé');
    expect(await stateNow()).toBe('requested');
  });
});

test('until then it decides', async () => {
  expect((await decide()).status).toBe(303);
  expect(await stateNow()).toBe('preregistered');
});
