import argon2 from 'argon2';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Right } from '#access/rights.ts';
import { requestEnrolment } from '#enrolment/service.ts';
import type { State } from '#enrolment/states.ts';
import { unusableEmail } from '#identity/account/deletion/anonymise.ts';
import { deletionRequest } from '#identity/account/deletion/request.ts';
import { NotFound } from '#platform/errors.ts';
import { payForPasswords, unknownPasswordHash } from '#platform/security/passwords.ts';
import { decide } from '#requests/decide.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { setSession } from '../../support/catalogue.ts';
import { CHEAP_PASSWORDS } from '../../support/cheap-passwords.ts';
import { DAY } from '../../support/database.ts';
import {
  actorOf,
  createFormation,
  enrolmentOf,
  historyOf,
  setEnrolment,
  statesOf,
} from '../../support/enrolments.ts';
import {
  closeAccount,
  createStructure,
  createUser,
  joinStructure,
  personOf,
  TEST_PASSWORD,
  type TestUser,
} from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';
import { createRequest, lastRequest, requestOf, requestsIn } from '../../support/requests.ts';
import { structuresOf } from '../../support/structures.ts';
import { allWaitingFor, thePerson } from '../../support/waiting.ts';

let site: TestSite;
let manager: TestUser;
let agency: Visitor;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-12T10:00:00Z' });
  manager = await createUser(site.dependencies.db, {
    firstName: 'Agnès',
    lastName: 'Agence',
    isAgencyManager: true,
  });
  agency = await site.signedIn(manager.email);
});
afterAll(() => site.close());
beforeEach(() => forgetAttempts(site.dependencies.db));

const PAGE = '/mon-compte/suppression';
const LIST = '/agence/suppressions';
const SURE = { confirmation: '1', present_password: TEST_PASSWORD };

/** Somebody of a structure of members with a colleague who validates. */
async function person(rights: Right[] = []) {
  const { db } = site.dependencies;
  const structureId = await createStructure(db, { memberIn: [2026] });
  const colleague = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  const user = await createUser(db, {
    firstName: 'Barnabé',
    lastName: 'Quittetout',
    affiliations: { [structureId]: rights },
  });
  return { structureId, colleague, user, browser: await site.signedIn(user.email) };
}
async function asked() {
  const one = await person();
  expect((await one.browser.submit(PAGE, SURE)).status).toBe(303);
  return { ...one, id: (await requestBy(one.user)).id };
}
const requestBy = ({ id }: TestUser) =>
  lastRequest(site.dependencies.db, 'deletion_request', { user_id: id });
const carryOut = (id: number) => agency.submit(`${LIST}/${id}/supprimer`, { understood: '1' }, '/agence');
const stateOf = async (id: number) => (await requestOf(site.dependencies.db, 'deletion_request', id)).state;
/** A place asked for by the person, left in this state. */
async function enrolled(userId: number, structureId: number, state: State): Promise<number> {
  const { actionId, sessionId } = await createFormation(site, { capacity: 5, waitingCapacity: 5 });
  const actor = await actorOf(site.dependencies.db, userId);
  const { id } = await requestEnrolment(site.dependencies, actor, {
    actionId,
    sessionId,
    structureId,
    motivation: 'Progresser',
  });
  if (state !== 'requested') await setEnrolment(site.dependencies.db, id, { state });
  return id;
}

describe('asking', () => {
  test('the page explains, the request reaches the agency, an e-mail says so; it can be taken back', async () => {
    const { user, browser, id } = await asked();
    expect((await browser.get(PAGE)).text).toContain('Retirer ma demande');
    expect((await agency.get(LIST)).text).toContain('Barnabé Quittetout');
    expect((await agency.get('/agence')).text).toMatch(
      /<strong>1<\/strong> <a href="\/agence\/suppressions">/,
    );
    await browser.submit(`${PAGE}/retirer`, {}, PAGE);
    expect(await stateOf(id)).toBe('withdrawn');
    expect((await agency.get(LIST)).text).not.toContain('Quittetout');
    await site.runJobs();
    expect(site.mailbox.to(user.email).map(({ subject }) => subject)).toEqual([
      'Votre demande de suppression de compte',
      'Votre compte est conservé',
    ]);
    expect((await browser.submit(`${PAGE}/retirer`, {}, PAGE)).status).toBe(409);
    expect((await carryOut(id)).status).toBe(409);
    expect((await browser.submit(PAGE, SURE)).status).toBe(303);
    await browser.submit(`${PAGE}/retirer`, {}, PAGE);
  });

  test.each([
    ['nothing', {}, 'Cochez la case'],
    ['a wrong password', { ...SURE, present_password: 'faux' }, 'Ce n’est pas votre mot de passe'],
    ['not confirmed', { ...SURE, confirmation: '' }, 'Cochez la case'],
    ['NUL', { ...SURE, present_password: 'a\u0000' }, 'illisibles'],
    ['200 KB', { ...SURE, present_password: 'a'.repeat(200_000) }, '200 caractères'],
    ['repeated', { ...SURE, confirmation: ['1', '1'] }, 'plusieurs fois'],
  ])('bad input: %s', async (_what, fields, words) => {
    const { browser, user } = await person();
    const { status, text } = await browser.submit(PAGE, fields);
    expect(status).toBe(422);
    expect(text).toContain(words);
    expect(await requestsIn(site.dependencies.db, 'deletion_request', { user_id: user.id })).toEqual([]);
  });

  test('open to the last référent of a structure where the others have closed accounts', async () => {
    const { browser, colleague, user } = await person(['referent']);
    await closeAccount(site.dependencies.db, colleague.id, site.clock.now());
    expect((await browser.get(PAGE)).text).not.toContain('seul référent');
    expect((await browser.submit(PAGE, SURE)).status).toBe(303);
    expect((await requestBy(user)).state).toBe('pending');
  });

  test('refused to the last référent of a structure with others, until another one has the right', async () => {
    const { browser, structureId, colleague } = await person(['referent']);
    const page = (await browser.get(PAGE)).text;
    expect(page).toContain('seul référent');
    expect(page).toContain(`href="/mes-structures/${structureId}"`);
    expect(page).not.toContain('name="present_password"');
    const answer = await browser.submit(PAGE, SURE);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('donnez d’abord ce droit');
    await joinStructure(site.dependencies.db, colleague.id, structureId, ['referent']);
    expect((await browser.submit(PAGE, SURE)).status).toBe(303);
    await browser.submit(`${PAGE}/retirer`, {}, PAGE);
  });

  test('refused with a seat in a session to come, not with one in the past', async () => {
    const { db } = site.dependencies;
    const { browser, user, structureId } = await person();
    const { session_id } = await enrolmentOf(db, await enrolled(user.id, structureId, 'enrolled'));
    expect((await browser.get(PAGE)).text).toContain('annulez d’abord votre demande');
    expect((await browser.submit(PAGE, SURE)).status).toBe(409);
    await setSession(db, session_id, {
      registration_opens_at: new Date('2026-01-01'),
      registration_closes_at: new Date('2026-02-01'),
      starts_at: new Date(site.clock.now().getTime() - 2 * DAY),
      ends_at: new Date(site.clock.now().getTime() - DAY),
    });
    expect((await browser.submit(PAGE, SURE)).status).toBe(303);
    await browser.submit(`${PAGE}/retirer`, {}, PAGE);
  });
});

describe('the agency', () => {
  test('carries it out: nothing tells who it was, enrolments and history stay, pending ones end', async () => {
    const { db } = site.dependencies;
    const { user, structureId, colleague, browser } = await person();
    const past = await enrolled(user.id, structureId, 'attended');
    const pending = await enrolled(user.id, structureId, 'requested');
    await browser.submit('/mon-compte/adresse-email', {
      new_email: 'barnabe.ailleurs@x.example',
      present_password: TEST_PASSWORD,
    });
    await createRequest(db, 'account_request', site.clock.now(), {
      structure_id: structureId,
      email: user.email,
      last_name: 'Quittetout',
      first_name: 'Barnabé',
      phone: '+33556000000',
      state: 'accepted',
      password_hash: null,
      user_id: user.id,
    });
    await browser.submit(PAGE, SURE);
    const { id } = await requestBy(user);
    await site.runJobs();
    site.mailbox.clear();

    expect((await carryOut(id)).status).toBe(303);
    expect(await personOf(db, user.id)).toMatchObject({
      email: unusableEmail(user.id),
      first_name: 'Compte',
      last_name: 'supprimé',
      phone: null,
      mobile: null,
      job_title: null,
      // Not made while rows are locked.
      password_hash: await unknownPasswordHash(),
    });
    expect(await stateOf(id)).toBe('carried_out');
    expect(await requestsIn(db, 'account_request', { user_id: user.id })).toMatchObject([
      { last_name: 'supprimé' },
    ]);
    expect(await structuresOf(db, user.id)).toEqual([]);
    expect(await statesOf(db, [past, pending])).toEqual(['attended', 'withdrawn']);
    expect(await historyOf(db, pending)).toHaveLength(2);
    for (const table of ['users', 'account_requests', 'email_changes', 'deletion_requests', 'web_sessions']) {
      const all = JSON.stringify(await db(table));
      expect(all, table).not.toContain('barnabe.ailleurs');
      expect(all, table).not.toContain(user.email);
    }
    expect((await browser.get('/mon-compte')).headers.location).toContain('/connexion');
    await expect(site.signedIn(user.email)).rejects.toThrow('422');
    await expect(site.signedIn(unusableEmail(user.id))).rejects.toThrow('422');
    await site.runJobs();
    expect(site.mailbox.to(user.email).at(-1)?.subject).toBe('Votre compte Cap Métiers est supprimé');
    // The validator is told of the request that ends, with the name it had.
    expect(site.mailbox.to(colleague.email).at(-1)?.text).toContain('Quittetout');
    expect((await carryOut(id)).status).toBe(409);
  });

  test('what takes its time is made before anything is looked for or locked', async () => {
    payForPasswords(CHEAP_PASSWORDS);
    const hash = vi.spyOn(argon2, 'hash');
    const input = { requestId: 0, userId: manager.id };
    await expect(decide(site.dependencies, deletionRequest, 'accept', input)).rejects.toThrow(NotFound);
    expect(hash).toHaveBeenCalledOnce();
    hash.mockRestore();
  });

  test('refuses with a reason, sent as it is; the account stays', async () => {
    const { user, id } = await asked();
    const path = `${LIST}/${id}`;
    for (const reason of ['', 'é'.repeat(3000), 'a\u0000']) {
      const { status, text } = await agency.submit(`${path}/refuser`, { reason }, path);
      expect(status).toBe(422);
      expect(text).toContain('href="#reason"');
    }
    expect((await agency.submit(`${path}/refuser`, { reason: 'Dossier en cours' }, path)).status).toBe(303);
    expect(await stateOf(id)).toBe('refused');
    await site.runJobs();
    expect(site.mailbox.to(user.email).at(-1)?.text).toContain('Dossier en cours');
    await site.signedIn(user.email);
  });

  test('cannot carry out what has come in the way since', async () => {
    const { user, structureId, id } = await asked();
    const enrolment = await enrolled(user.id, structureId, 'preregistered');
    expect((await agency.get(`${LIST}/${id}`)).text).toContain('Impossible aujourd’hui');
    expect((await carryOut(id)).status).toBe(409);
    expect(await stateOf(id)).toBe('pending');
    expect((await enrolmentOf(site.dependencies.db, enrolment)).state).toBe('preregistered');
  });

  test('nobody decides their own request, nor an unknown one', async () => {
    const other = await createUser(site.dependencies.db, { isAgencyManager: true });
    const browser = await site.signedIn(other.email);
    await browser.submit(PAGE, SURE);
    const { id } = await requestBy(other);
    expect((await browser.get(`${LIST}/${id}`)).text).toContain('un autre gestionnaire');
    for (const path of ['supprimer', 'refuser']) {
      const fields = { reason: 'Non', understood: '1' };
      const answer = await browser.submit(`${LIST}/${id}/${path}`, fields, '/agence');
      expect(answer.status).toBe(403);
    }
    expect(await stateOf(id)).toBe('pending');
    for (const unknown of ['999999', 'x', '%00', '99999999999']) {
      expect((await agency.get(`${LIST}/${unknown}`)).status).toBe(404);
      expect(
        (await agency.submit(`${LIST}/${unknown}/supprimer`, { understood: '1' }, '/agence')).status,
      ).toBe(404);
    }
  });

  test('carried out while the person takes it back: one of the two happens', async () => {
    const { user, browser, id } = await asked();
    const [own, theirs] = [await browser.token(PAGE), await agency.token(`${LIST}/${id}`)];
    const answers = await allWaitingFor(site.dependencies.db, thePerson(user.id), [
      () => browser.post(`${PAGE}/retirer`, { _csrf: own }),
      () => agency.post(`${LIST}/${id}/supprimer`, { _csrf: theirs, understood: '1' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    const { last_name } = await personOf(site.dependencies.db, user.id);
    expect(last_name).toBe((await stateOf(id)) === 'withdrawn' ? 'Quittetout' : 'supprimé');
  });

  test('two managers at once: the account is deleted once', async () => {
    const { user, id } = await asked();
    const second = await site.signedIn(
      (await createUser(site.dependencies.db, { isAgencyManager: true })).email,
    );
    const browsers = [agency, second];
    const tokens = await Promise.all(browsers.map((one) => one.token(`${LIST}/${id}`)));
    const answers = await allWaitingFor(
      site.dependencies.db,
      thePerson(user.id),
      browsers.map(
        (one, index) => () =>
          one.post(`${LIST}/${id}/supprimer`, { _csrf: tokens[index] as string, understood: '1' }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    await site.runJobs();
    const last = site.mailbox.to(user.email).filter(({ subject }) => subject.includes('est supprimé'));
    expect(last).toHaveLength(1);
  });
});
