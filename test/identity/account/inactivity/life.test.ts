import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestEnrolment } from '#enrolment/service.ts';
import { followInactiveAccounts } from '#identity/account/inactivity/service.ts';
import { features } from '../../../../src/features.ts';
import { scheduleOf } from '../../../../src/jobs.ts';
import { setNotice, warningsIn } from '../../../support/accounts.ts';
import { createTestSite, type TestSite } from '../../../support/app.ts';
import { createAction, createSession, setSession } from '../../../support/catalogue.ts';
import { actorOf, enrolmentOf, historyOf, setEnrolment } from '../../../support/enrolments.ts';
import { journalOf } from '../../../support/journal.ts';
import { forgetMails, setMails } from '../../../support/mails.ts';
import {
  closeAccount,
  createStructure,
  createUser,
  personOf,
  setMembership,
  setPerson,
  setStructure,
  TEST_PASSWORD,
  type TestUser,
} from '../../../support/people.ts';
import { rightsAside, rightsIn, rightsOf, structuresOf } from '../../../support/structures.ts';
import { lastSeen, runDaily, stepsOf, subjectsTo } from './people.ts';

const schedule = scheduleOf(features);

let site: TestSite;
let manager: TestUser;
let structureId: number;
// Each test moves the clock by years: a site of its own.
beforeEach(async () => {
  site = await createTestSite({ now: '2024-11-21T09:00:00Z' });
  const { db } = site.dependencies;
  // What this test is not about does not grow old.
  manager = await createUser(db, { isAgencyManager: true, createdAt: '2100-01-01' });
  structureId = await createStructure(db, { name: 'La Ruche', memberIn: [2024] });
});
afterEach(() => site.close());

const NEW_PASSWORD = 'Girafe-Violette-2026';
const PRESENT = { password: NEW_PASSWORD, password_confirmation: NEW_PASSWORD };
const accountOf = ({ id }: TestUser) => personOf(site.dependencies.db, id);
const trySignIn = async ({ email }: TestUser, mot_de_passe = TEST_PASSWORD) =>
  site.visitor().submit('/connexion', { identifiant: email, mot_de_passe });
const run = () => followInactiveAccounts(site.dependencies);

test('comes round once a day, in the morning in Paris', () => {
  const item = schedule.find(({ task }) => task === 'follow_inactive_accounts');
  const times = [];
  for (let hour = 0; hour < 24; hour += 1) {
    for (let min = 0; min < 60; min += 1) {
      if (item?.match({ min, hour, date: 1, month: 1, dow: 1 })) times.push(hour);
    }
  }
  expect(times).toEqual([6]);
});

test('0 → 23 → 24 → 36 months → the term of the last record: each step once, each e-mail to whom it is for', async () => {
  const { db } = site.dependencies;
  const person = await lastSeen(site, '2024-11-21T09:00:00Z', {
    firstName: 'Lina',
    lastName: 'Ruiz',
    affiliations: { [structureId]: [] },
  });
  await setPerson(db, person.id, { phone: '05 56 00 00 00', job_title: 'Formatrice' });
  const { id: actionId } = await createAction(db, { providerId: structureId });
  const sessionId = await createSession(db, { actionId, now: site.clock.now() });
  const actor = await actorOf(db, person.id);
  const request = { actionId, sessionId, structureId, motivation: 'Progresser' };
  const { id: enrolmentId } = await requestEnrolment(site.dependencies, actor, request);
  await setEnrolment(db, enrolmentId, { state: 'attended' });
  await setSession(db, sessionId, { ends_at: new Date('2024-12-31T22:30:00Z') });
  await site.runJobs();
  site.mailbox.clear();

  await runDaily(site, '2026-10-20');
  expect(site.mailbox.mails).toEqual([]);

  await runDaily(site, '2026-10-21');
  await runDaily(site);
  await runDaily(site, '2026-11-20');
  expect(site.mailbox.mails.map(({ to }) => to)).toEqual([person.email]);
  expect(subjectsTo(site, person)).toEqual(['Votre compte Cap Métiers sera fermé le 21 nov. 2026']);
  expect(site.mailbox.latestLink(person.email)).toBe('/connexion');
  expect(await stepsOf(site, person.id)).toEqual(['account.inactivity_warned']);

  await runDaily(site, '2026-11-21');
  await runDaily(site);
  await runDaily(site, '2027-11-20');
  expect(site.mailbox.mails.map(({ to }) => to)).toEqual([person.email, person.email]);
  const closed = site.mailbox.to(person.email).at(-1);
  expect(closed?.subject).toBe('Votre compte Cap Métiers est fermé');
  expect(closed?.text.replaceAll('\u00a0', ' ')).toContain('20 nov. 2027');
  expect((await accountOf(person)).closed_at).toEqual(new Date('2026-11-21T07:00:00Z'));
  expect(await rightsOf(site.dependencies.db, person.id)).toEqual([]);

  await runDaily(site, '2027-11-21');
  await runDaily(site);
  expect(await accountOf(person)).toMatchObject({
    first_name: 'Lina',
    last_name: 'Ruiz',
    email: `compte-${person.id}@supprime.invalid`,
    phone: null,
    job_title: null,
    last_sign_in_at: null,
    name_kept_until: expect.anything(),
  });
  expect(await structuresOf(db, person.id)).toEqual([]);
  expect(await warningsIn(db, { user_id: person.id })).toEqual([]);

  await runDaily(site, '2030-12-31');
  expect((await accountOf(person)).last_name).toBe('Ruiz');
  await runDaily(site, '2031-01-01');
  await runDaily(site);
  expect(await accountOf(person)).toMatchObject({
    first_name: 'Compte',
    last_name: 'supprimé',
    name_kept_until: null,
  });
  expect(await stepsOf(site, person.id)).toEqual([
    'account.inactivity_warned',
    'account.closed_for_inactivity',
    'account.anonymised',
    'account.anonymised',
  ]);
  // The record and its history are there still, of somebody without a name.
  expect(await enrolmentOf(db, enrolmentId)).toMatchObject({ state: 'attended', user_id: person.id });
  expect(await historyOf(db, enrolmentId)).toHaveLength(1);
  expect(site.mailbox.mails).toHaveLength(2);
});

test('without a training record, or with an old one only, the name goes with the rest', async () => {
  const person = await lastSeen(site, '2010-01-01T09:00:00Z', {
    affiliations: { [structureId]: [] },
    closedAt: '2023-01-01',
  });
  await runDaily(site);
  expect(await accountOf(person)).toMatchObject({ last_name: 'supprimé', name_kept_until: null });
});

test('a sign-in after the warning cancels it; two years later everything begins again', async () => {
  const person = await lastSeen(site, '2024-11-21T09:00:00Z');
  await runDaily(site, '2026-10-21');
  site.clock.set('2026-11-20T22:00:00Z');
  expect((await trySignIn(person)).status).toBe(303);
  await runDaily(site, '2026-11-21');
  await runDaily(site, '2028-10-19');
  expect(await stepsOf(site, person.id)).toEqual(['account.inactivity_warned']);
  await runDaily(site, '2028-10-20');
  await runDaily(site, '2028-11-20');
  expect(await stepsOf(site, person.id)).toEqual([
    'account.inactivity_warned',
    'account.inactivity_warned',
    'account.closed_for_inactivity',
  ]);
});

test('a decision by an e-mail link, and a new password, are uses of the account', async () => {
  const { db } = site.dependencies;
  const validator = await lastSeen(site, '2024-11-21T09:00:00Z', {
    affiliations: { [structureId]: ['hr_validator'] },
  });
  const asker = await createUser(db, { affiliations: { [structureId]: [] }, createdAt: '2100-01-01' });
  await setMembership(db, structureId, [2026]);
  site.clock.set('2026-10-01T09:00:00Z');
  const providerId = await createStructure(db, { isTrainingBody: true });
  const { id: actionId } = await createAction(db, { providerId });
  const sessionId = await createSession(db, { actionId, now: site.clock.now() });
  const actor = await actorOf(db, asker.id);
  await requestEnrolment(site.dependencies, actor, { actionId, sessionId, structureId, motivation: 'x' });
  await site.runJobs();
  const link = site.mailbox.latestLink(validator.email);
  const decided = await site.visitor().submit(link, { decision: 'approuver' });
  expect(decided.status).toBe(303);
  expect((await accountOf(validator)).last_active_at).toEqual(new Date('2026-10-01T09:00:00Z'));
  await runDaily(site, '2026-10-21');
  expect(await stepsOf(site, validator.id)).toEqual([]);

  const forgetful = await lastSeen(site, '2024-11-21T09:00:00Z');
  await site.visitor().submit('/mot-de-passe-oublie', { email: forgetful.email });
  await site.runJobs();
  await site.visitor().submit(site.mailbox.latestLink(forgetful.email), PRESENT);
  await runDaily(site, '2026-11-21');
  expect(await stepsOf(site, forgetful.id)).toEqual([]);
});

test('jobs that were off for months: the closing comes a month after the warning left, never before', async () => {
  const person = await lastSeen(site, '2023-01-05T09:00:00Z');
  await site.mailbox.stop();
  await runDaily(site, '2026-01-31');
  expect(await stepsOf(site, person.id)).toEqual(['account.inactivity_warned']);
  await runDaily(site, '2026-05-31');
  expect((await accountOf(person)).closed_at).toBeNull();
  await site.mailbox.start();
  await site.dependencies.db.raw(`select graphile_worker.add_job('probe_mail_server')`);
  await site.runJobs();
  expect(subjectsTo(site, person)).toEqual(['Votre compte Cap Métiers sera fermé le 28 févr. 2026']);
  await runDaily(site, '2026-06-29');
  expect((await accountOf(person)).closed_at).toBeNull();
  await runDaily(site, '2026-06-30');
  expect((await accountOf(person)).closed_at).not.toBeNull();
});

test('a warning that every try was refused for counts from the day it is given up', async () => {
  const { db } = site.dependencies;
  const person = await lastSeen(site, '2023-01-05T09:00:00Z');
  site.clock.set('2026-01-10T07:00:00Z');
  await run();
  const failing = { status: 'failing', attempts: 25 } as const;
  await setMails(db, { ...failing, server_unreachable: true });
  site.clock.set('2026-03-10T07:00:00Z');
  await run();
  expect((await accountOf(person)).closed_at).toBeNull();
  await setMails(db, { ...failing, server_unreachable: false });
  await run();
  site.clock.set('2026-04-09T07:00:00Z');
  await run();
  expect((await accountOf(person)).closed_at).toBeNull();
  site.clock.set('2026-04-10T07:00:00Z');
  await run();
  expect((await accountOf(person)).closed_at).not.toBeNull();
});

test('a warning whose e-mail the application has forgotten meanwhile gives a whole month from now', async () => {
  const { db } = site.dependencies;
  const person = await lastSeen(site, '2023-01-05T09:00:00Z');
  await runDaily(site, '2026-01-10');
  await setNotice(db, null);
  await forgetMails(db);
  site.clock.set('2026-06-01T07:00:00Z');
  await run();
  expect((await accountOf(person)).closed_at).toBeNull();
  site.clock.set('2026-07-01T07:00:00Z');
  await run();
  expect((await accountOf(person)).closed_at).not.toBeNull();
});

test('a deleted account is never warned; a live place makes the anonymisation wait', async () => {
  const { db } = site.dependencies;
  const gone = await lastSeen(site, '2015-01-01T09:00:00Z');
  await setPerson(db, gone.id, { closed_at: '2015-02-01', anonymised_at: '2015-02-01' });
  const seated = await lastSeen(site, '2024-11-21T09:00:00Z', { affiliations: { [structureId]: [] } });
  const { id: actionId } = await createAction(db, { providerId: structureId });
  const sessionId = await createSession(db, { actionId, now: site.clock.now() });
  const actor = await actorOf(db, seated.id);
  const request = { actionId, sessionId, structureId, motivation: 'x' };
  const { id } = await requestEnrolment(site.dependencies, actor, request);
  await setEnrolment(db, id, { state: 'enrolled' });
  await setSession(db, sessionId, {
    starts_at: new Date('2028-02-01T08:00:00Z'),
    ends_at: new Date('2028-02-01T16:00:00Z'),
  });
  await closeAccount(db, seated.id, new Date('2026-11-21T07:00:00Z'));
  await runDaily(site, '2027-12-01');
  expect((await accountOf(seated)).anonymised_at).toBeNull();
  await runDaily(site, '2028-02-02');
  expect((await accountOf(seated)).anonymised_at).not.toBeNull();
  expect(await stepsOf(site, gone.id)).toEqual([]);
});

test('reopening: the link of « Mot de passe oublié » gives structures and rights back, once', async () => {
  const person = await lastSeen(site, '2024-11-21T09:00:00Z', {
    affiliations: { [structureId]: ['referent', 'hr_validator'] },
  });
  await runDaily(site, '2026-10-21');
  const browser = await site.signedIn(manager.email);
  await runDaily(site, '2026-11-21');
  expect(await rightsOf(site.dependencies.db, person.id)).toEqual([]);

  // The same words as for a wrong password, unless the password is right.
  const wrong = await trySignIn(person, 'faux');
  const nobody = await trySignIn({ id: 0, email: 'personne@structure.example' }, 'faux');
  expect([wrong.status, nobody.status]).toEqual([422, 422]);
  const errorOf = ({ text }: { text: string }) => /error-summary[\s\S]*?<\/ul>/.exec(text)?.[0];
  expect(errorOf(wrong)).toBe(errorOf(nobody));
  expect(errorOf(wrong)).not.toContain('fermé');
  const right = await trySignIn(person);
  expect(right.status).toBe(422);
  expect(right.text).toContain('Votre compte est fermé');

  const sent = await site.visitor().submit('/mot-de-passe-oublie', { email: person.email });
  expect(sent.headers.location).toBe('/mot-de-passe-oublie/envoye');
  await site.runJobs();
  expect(subjectsTo(site, person).at(-1)).toBe('Rouvrez votre compte Cap Métiers');
  const link = site.mailbox.latestLink(person.email);
  expect((await site.visitor().get(link)).text).toContain('Rouvrir mon compte');
  expect((await accountOf(person)).closed_at).not.toBeNull();
  expect((await site.visitor().submit(link, PRESENT)).status).toBe(303);
  expect((await site.visitor().submit(link, PRESENT, '/connexion')).status).toBe(410);
  await site.runJobs();
  expect(subjectsTo(site, person).at(-1)).toBe('Votre compte Cap Métiers est rouvert');
  expect(await rightsOf(site.dependencies.db, person.id)).toEqual([
    'beneficiary',
    'hr_validator',
    'referent',
  ]);
  expect((await trySignIn(person)).text).not.toContain('fermé');
  expect((await trySignIn(person, NEW_PASSWORD)).status).toBe(303);
  await runDaily(site, '2026-12-31');
  expect(await stepsOf(site, person.id)).toEqual([
    'account.inactivity_warned',
    'account.closed_for_inactivity',
    'account.reopened',
  ]);
  expect(browser).toBeDefined();
});

test('reopening gives back what the structure still allows, and « Référent » where there is none', async () => {
  const { db } = site.dependencies;
  const led = await createStructure(db, { name: 'Le Rucher', isTrainingBody: true });
  const person = await lastSeen(site, '2024-11-21T09:00:00Z', {
    affiliations: {
      [structureId]: ['referent', 'provider', 'prescriber_2'],
      [led]: ['referent', 'provider'],
    },
  });
  await setStructure(db, structureId, { is_training_body: true, may_preregister: true });
  await runDaily(site, '2026-10-21');
  await runDaily(site, '2026-11-21');
  const heir = await createUser(db, { affiliations: { [structureId]: ['referent'] } });
  await setStructure(db, structureId, { is_training_body: false });
  await site.visitor().submit('/mot-de-passe-oublie', { email: person.email });
  await site.runJobs();
  await site.visitor().submit(site.mailbox.latestLink(person.email), PRESENT);
  const rights = await rightsIn(db, { user_id: person.id });
  expect(rights.map((one) => [one.structure_id, one.right])).toEqual([
    [structureId, 'beneficiary'],
    [structureId, 'prescriber_2'],
    [led, 'beneficiary'],
    [led, 'provider'],
    [led, 'referent'],
  ]);
  expect(await rightsOf(site.dependencies.db, heir.id)).toContain('referent');
  expect(await rightsAside(db)).toEqual([]);
  await site.runJobs();
  const { text = '' } = site.mailbox.to(person.email).at(-1) ?? {};
  expect(text).toMatch(/Prestataire\s*:\s*La Ruche/);
  expect(text).toMatch(/Référent\s*:\s*La Ruche/);
  expect(text).not.toContain('Le Rucher');
  const revoked = await journalOf(db, 'right.revoked', { person_id: person.id });
  expect(revoked.map(({ details }) => details.right).sort()).toEqual(['provider', 'referent']);
});

test('one person who fails stops nobody, is named by number in the log, and is tried again', async () => {
  const { db, log } = site.dependencies;
  const [first, failing, last] = [
    await lastSeen(site, '2022-11-21T09:00:00Z'),
    await lastSeen(site, '2022-11-22T09:00:00Z'),
    await lastSeen(site, '2022-11-23T09:00:00Z'),
  ];
  const logged: unknown[] = [];
  const deps = {
    ...site.dependencies,
    log: Object.assign(Object.create(log), {
      warn: (entry: object) => 'userId' in entry && logged.push(entry),
    }),
    mail: {
      ...site.dependencies.mail,
      enqueue: (trx: Parameters<typeof site.dependencies.mail.enqueue>[0], message: { to: string }) => {
        if (message.to === failing.email) throw new Error('no room');
        return site.dependencies.mail.enqueue(trx, message as never);
      },
    },
  };
  await expect(followInactiveAccounts(deps)).rejects.toThrow('no room');
  expect(logged).toMatchObject([{ userId: failing.id }]);
  expect(JSON.stringify(logged)).not.toContain('@');
  const warned = async () => (await warningsIn(db)).map(({ user_id }) => user_id);
  expect(await warned()).toEqual([first.id, last.id]);
  expect(await followInactiveAccounts(site.dependencies)).toMatchObject({ warned: 1 });
  expect(await warned()).toEqual([first.id, failing.id, last.id]);
});
