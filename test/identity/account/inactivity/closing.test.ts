import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Right } from '#access/rights.ts';
import { requestEnrolment } from '#enrolment/service.ts';
import type { State } from '#enrolment/states.ts';
import { closeAccount } from '#identity/account/inactivity/closing.ts';
import { lockSubject, type Subject } from '#identity/account/inactivity/repository.ts';
import { followInactiveAccounts } from '#identity/account/inactivity/service.ts';
import { admit, mayOpenSession } from '#identity/sign-in/service.ts';
import { askForAccount } from '../../../structures/account-requests/forms.ts';
import { browserSessions, openBrowserSession, warnOfInactivity } from '../../../support/accounts.ts';
import { createTestSite, readable, type TestSite } from '../../../support/app.ts';
import { createAction, createSession } from '../../../support/catalogue.ts';
import {
  actorOf,
  enrolmentOf,
  historyOf,
  setEnrolment,
  stateOf,
  statesOf,
} from '../../../support/enrolments.ts';
import { journalOf } from '../../../support/journal.ts';
import {
  createStructure,
  type createUser,
  leaveAgency,
  peopleIn,
  personOf,
  setPerson,
  type TestUser,
} from '../../../support/people.ts';
import { createRequest, requestOf } from '../../../support/requests.ts';
import { rightsAside, rightsOf } from '../../../support/structures.ts';
import { allWaitingFor } from '../../../support/waiting.ts';
import { lastSeen, runDaily, stepsOf, subjectsTo } from './people.ts';

const TODAY = '2026-11-21';
let site: TestSite;
let manager: TestUser;
let colleague: TestUser;
let structureId: number;
beforeEach(async () => {
  site = await createTestSite({ now: `${TODAY}T07:00:00Z` });
  const { db } = site.dependencies;
  structureId = await createStructure(db, { name: 'La Ruche', memberIn: [2026] });
  const active = { affiliations: { [structureId]: [] as Right[] } };
  manager = await lastSeen(site, `${TODAY}T06:00:00Z`, { isAgencyManager: true, firstName: 'Agnès' });
  colleague = await lastSeen(site, `${TODAY}T06:00:00Z`, active);
});
afterEach(() => site.close());

/** Somebody warned in time, whose account is closed today. */
async function due(options: Parameters<typeof createUser>[1] = {}): Promise<TestUser> {
  const user = await lastSeen(site, '2024-11-21T09:00:00Z', {
    affiliations: { [structureId]: ['referent', 'hr_validator'] },
    ...options,
  });
  const warned_at = '2026-10-21T07:00:00Z';
  await warnOfInactivity(site.dependencies.db, { user_id: user.id, warned_at, notice_from: warned_at });
  return user;
}
const closedAt = async ({ id }: TestUser) => (await personOf(site.dependencies.db, id)).closed_at;
const run = () => followInactiveAccounts(site.dependencies);
/** A request for a place, left in this state. */
async function enrolled(userId: number, state?: State): Promise<number> {
  const { db } = site.dependencies;
  const { id: actionId } = await createAction(db, { providerId: await createStructure(db) });
  const sessionId = await createSession(db, { actionId, now: site.clock.now() });
  const actor = await actorOf(db, userId);
  const request = { actionId, sessionId, structureId, motivation: 'x' };
  const { id } = await requestEnrolment(site.dependencies, actor, request);
  if (state) await setEnrolment(db, id, { state });
  return id;
}

test('the structure of a closed référent falls to the agency, which is told', async () => {
  const { db } = site.dependencies;
  const referent = await due({ firstName: 'Rémi', lastName: 'Seul' });
  const second = await lastSeen(site, `${TODAY}T06:00:00Z`, { isAgencyManager: true });
  await runDaily(site);
  expect(await closedAt(referent)).not.toBeNull();
  expect(subjectsTo(site, second)).toEqual(subjectsTo(site, manager));
  const [told] = site.mailbox.to(manager.email);
  expect(told?.subject).toContain('Comptes fermés pour inactivité');
  expect(told?.text).toContain('La Ruche');
  expect(told?.text).toContain('Rémi Seul');

  const before = site.mailbox.to(referent.email).length;
  await askForAccount(site, structureId, 'nouvelle@structure.example');
  await site.runJobs();
  expect(site.mailbox.to(referent.email)).toHaveLength(before);
  expect(site.mailbox.to(manager.email).at(-1)?.text).toContain('nouvelle@structure.example');
  const agency = await site.signedIn(manager.email);
  expect(readable((await agency.get('/agence/demandes-de-compte')).text)).toContain(
    'nouvelle@structure.example',
  );

  const directory = await agency.get('/annuaire?q=ruche');
  expect(directory.text).toContain('La Ruche');
  expect(directory.text).not.toContain('Rémi Seul');
  const people = await agency.get(`/mes-structures/${structureId}`);
  expect(people.text).toMatch(/Seul Rémi<br><span[^>]*>Compte fermé/);
  const csv = await agency.submit(
    `/mes-structures/${structureId}/export.csv`,
    {},
    `/mes-structures/${structureId}`,
  );
  expect(csv.text).toMatch(/Seul;Rémi;.*;Compte fermé/);

  // Nobody gives a right to an account that nobody can use; a colleague gets it.
  const rights = (id: number) => `/mes-structures/${structureId}/personnes/${id}`;
  expect((await agency.get(rights(referent.id))).text).toContain('Ce compte est fermé');
  expect((await agency.submit(rights(referent.id), { change: '+referent' }, '/agence')).status).toBe(409);
  expect((await agency.submit(rights(colleague.id), { change: '+referent' })).status).toBe(303);
  expect(await rightsOf(site.dependencies.db, referent.id)).toEqual([]);
  expect(await rightsAside(db)).toEqual(['beneficiary', 'hr_validator', 'referent']);
});

test('where the others have closed accounts too, nobody has anything to see to', async () => {
  await setPerson(site.dependencies.db, colleague.id, { closed_at: site.clock.now() });
  const referent = await due();
  await runDaily(site);
  expect(await closedAt(referent)).not.toBeNull();
  expect(site.mailbox.to(manager.email)).toEqual([]);
});

test('with another référent, nobody has anything to see to', async () => {
  await due();
  await lastSeen(site, `${TODAY}T06:00:00Z`, { affiliations: { [structureId]: ['referent'] } });
  await runDaily(site);
  expect(site.mailbox.to(manager.email)).toEqual([]);
});

test('sessions and links end; no decision is asked for any more', async () => {
  const { db } = site.dependencies;
  const validator = await due();
  const asked = await enrolled(colleague.id);
  await site.runJobs();
  const decision = site.mailbox.latestLink(validator.email);
  await site.visitor().submit('/mot-de-passe-oublie', { email: validator.email });
  await site.runJobs();
  const reset = site.mailbox.latestLink(validator.email);
  await openBrowserSession(db, validator.id, 'ouverte');
  await runDaily(site);
  expect(await browserSessions(db, validator.id)).toEqual([]);
  expect((await site.visitor().get(decision)).status).toBe(404);
  expect((await site.visitor().get(reset)).status).toBe(410);
  const before = site.mailbox.to(validator.email).length;
  const other = await lastSeen(site, `${TODAY}T06:00:00Z`, { affiliations: { [structureId]: [] } });
  await enrolled(other.id);
  await site.runJobs();
  expect(site.mailbox.to(validator.email)).toHaveLength(before);
  const agency = await site.signedIn(manager.email);
  expect((await agency.get('/agence/inscriptions')).text).toContain(`/agence/inscriptions/${asked}"`);
});

test('a request without answer is withdrawn with notice; a seat and a rank stay, flagged to the agency', async () => {
  const { db } = site.dependencies;
  const person = await due({ affiliations: { [structureId]: [] } });
  const validator = await lastSeen(site, `${TODAY}T06:00:00Z`, {
    affiliations: { [structureId]: ['hr_validator'] },
  });
  const [requested, seated, waiting] = [
    await enrolled(person.id),
    await enrolled(person.id, 'enrolled'),
    await enrolled(person.id, 'waitlisted'),
  ];
  const elsewhere = await createStructure(db, { name: 'Ailleurs' });
  const referents = [];
  for (let index = 0; index < 2; index += 1) {
    const affiliations = { [elsewhere]: ['referent'] as Right[] };
    referents.push(await lastSeen(site, `${TODAY}T06:00:00Z`, { affiliations }));
  }
  const asked = { user_id: person.id, structure_id: elsewhere };
  const request = await createRequest(db, 'affiliation_request', new Date('2024-11-21'), asked);
  await site.runJobs();
  site.mailbox.clear();
  await runDaily(site);
  const states = await statesOf(db, [requested, seated, waiting]);
  expect(states).toEqual(['withdrawn', 'enrolled', 'waitlisted']);
  expect((await historyOf(db, requested)).at(-1)).toMatchObject({
    to_state: 'withdrawn',
    by_role: 'system',
    reason: expect.stringContaining('fermé'),
  });
  expect((await requestOf(db, 'affiliation_request', request)).state).toBe('withdrawn');
  for (const one of referents) expect(subjectsTo(site, one)).toEqual([expect.stringContaining('annulée')]);
  expect(
    site.mailbox
      .to(person.email)
      .map(({ text }) => text)
      .join(),
  ).toContain('demande que vous aviez faite');
  expect(site.mailbox.to(person.email).at(-1)?.text).toMatch(/2\sinscriptions restent en l’état/);
  expect(site.mailbox.to(validator.email).at(-1)?.text).toContain('n’a plus de compte ouvert');
  expect(subjectsTo(site, manager).at(-1)).toBe('Comptes fermés pour inactivité : 1 à examiner');
  expect(site.mailbox.to(manager.email).at(-1)?.text).toMatch(/2\sinscriptions à venir/);
  const { text } = await (await site.signedIn(manager.email)).get('/agence/departs');
  for (const id of [seated, waiting]) expect(text).toContain(`/agence/inscriptions/${id}"`);
  expect(text).not.toContain(`/agence/inscriptions/${requested}"`);
  expect(text).toContain('Compte fermé');
  const [entry] = await journalOf(db, 'account.closed_for_inactivity', { person_id: person.id });
  expect(entry?.details).toMatchObject({ kept: 2, withdrawn: 1, leaderless: 0 });
});

test('nobody is seated from the queue while their account is closed', async () => {
  const { db } = site.dependencies;
  const person = await due({ affiliations: { [structureId]: [] } });
  const id = await enrolled(person.id, 'waitlisted');
  await runDaily(site);
  const { decideEnrolment } = await import('#enrolment/service.ts');
  const other = await enrolled(colleague.id, 'preregistered');
  const { action_id, session_id } = await enrolmentOf(db, id);
  await setEnrolment(db, other, { action_id, session_id });
  const by = { role: 'beneficiary', userId: colleague.id, way: 'page' } as const;
  await decideEnrolment(site.dependencies, other, { event: 'withdraw', by, reason: 'Empêchée' });
  expect(await stateOf(db, id)).toBe('waitlisted');
});

test('managers are closed too, and lose the role for good; the last one stays', async () => {
  const { db } = site.dependencies;
  await leaveAgency(db, manager.id);
  const [first, second] = [await due({ isAgencyManager: true }), await due({ isAgencyManager: true })];
  await Promise.all([run(), run(), run()]);
  const closings = [await closedAt(first), await closedAt(second)];
  expect(closings.filter((one) => one === null)).toHaveLength(1);
  expect(await peopleIn(db, { is_agency_manager: true, closed_at: null })).toHaveLength(1);
});

test('several runs at once, in several processes: each person once', async () => {
  const people = [];
  for (let index = 0; index < 5; index += 1) people.push(await due());
  const fresh = await lastSeen(site, '2024-11-30T09:00:00Z');
  const outcomes = await Promise.all([run(), run(), run(), run()]);
  expect(outcomes.reduce((sum, { closed }) => sum + closed, 0)).toBe(5);
  expect(outcomes.reduce((sum, { warned }) => sum + warned, 0)).toBe(1);
  for (const { id } of people) expect(await stepsOf(site, id)).toEqual(['account.closed_for_inactivity']);
  expect(await stepsOf(site, fresh.id)).toEqual(['account.inactivity_warned']);
});

const THE_ROW = 'select id from users where id = ? for no key update';

test('a sign-in at the very moment of the closing: either one, never both', async () => {
  const { db } = site.dependencies;
  const person = await due();
  const [admitted, outcome] = await allWaitingFor<unknown>(db, { sql: THE_ROW, binding: person.id }, [
    () => admit(site.dependencies, { userId: person.id, generation: 1 }),
    () => run(),
  ]);
  expect(Boolean(admitted)).toBe((outcome as { closed: number }).closed === 0);
  const { closed_at, last_sign_in_at } = await personOf(db, person.id);
  expect(Boolean(admitted)).toBe(closed_at === null);
  expect(Boolean(admitted)).toBe(Number(last_sign_in_at) === site.clock.now().getTime());
});

test('a sign-in that comes while the account is being closed finds it closed', async () => {
  const person = await due();
  const [actor] = await allWaitingFor(
    site.dependencies.db,
    { sql: THE_ROW, binding: person.id },
    [() => admit(site.dependencies, { userId: person.id, generation: 1 })],
    (holder) => setPerson(holder, person.id, { closed_at: site.clock.now() }),
  );
  expect(actor).toBeUndefined();
  const { last_sign_in_at } = await personOf(site.dependencies.db, person.id);
  expect(last_sign_in_at).toEqual(new Date('2024-11-21T09:00:00Z'));
});

test('a closing that comes while the person signs in leaves the account open', async () => {
  const person = await due();
  const [outcome] = await allWaitingFor(
    site.dependencies.db,
    { sql: THE_ROW, binding: person.id },
    [() => run()],
    (holder) => setPerson(holder, person.id, { last_sign_in_at: site.clock.now() }),
  );
  expect(outcome?.closed).toBe(0);
  expect(await closedAt(person)).toBeNull();
  expect(await rightsOf(site.dependencies.db, person.id)).toContain('referent');
});

test('the last two managers, closed at the same moment: one stays', async () => {
  const { db } = site.dependencies;
  await leaveAgency(db, manager.id);
  const two = [await due({ isAgencyManager: true }), await due({ isAgencyManager: true })];
  const closed = await allWaitingFor(
    db,
    { sql: 'select id from users where is_agency_manager = ? for no key update', binding: true as never },
    two.map(
      ({ id }) =>
        () =>
          db.transaction(async (trx) =>
            closeAccount(site.dependencies, trx, (await lockSubject(trx, id)) as Subject),
          ),
    ),
  );
  expect(closed.sort()).toEqual([false, true]);
});

test('one check for every way to sign in', () => {
  const config = { environment: 'production' } as const;
  expect(mayOpenSession({ email: 'a@structure.example', closedAt: null }, config)).toBe(true);
  expect(mayOpenSession({ email: 'a@structure.example', closedAt: new Date() }, config)).toBe(false);
  expect(mayOpenSession({ email: 'A@Demo.Example', closedAt: null }, config)).toBe(false);
  expect(mayOpenSession({ email: 'a@demo.example', closedAt: null }, { environment: 'test' })).toBe(true);
});

test('the daily run reads no table of people from one end to the other', async () => {
  const { db } = site.dependencies;
  await db.raw(
    `insert into users (email, password_hash, civility, last_name, first_name, created_at, last_sign_in_at, closed_at)
     select 'n' || i || '@nombre.example', 'x', 'M.', 'N', 'N', '2020-01-01', timestamptz '2026-11-01',
            case when i % 50 = 0 then timestamptz '2026-10-01' end
       from generate_series(1, 20000) i`,
  );
  await db.raw('analyze users');
  const plans = await Promise.all(
    [
      `select id from users where closed_at is null and last_active_at < '2024-12-25'
         and (last_active_at, id) > ('-infinity', 0) order by last_active_at, id limit 200`,
      `select id from users where closed_at is not null and anonymised_at is null and closed_at < '2025-11-25'
         and (closed_at, id) > ('-infinity', 0) order by closed_at, id limit 200`,
      `select id from users where name_kept_until <= '2026-11-21' order by name_kept_until limit 10000`,
    ].map(async (sql) => JSON.stringify((await db.raw(`explain (format json) ${sql}`)).rows)),
  );
  for (const plan of plans) {
    expect(plan).not.toContain('Seq Scan');
    expect(plan).toContain('Index');
  }
});

test('more people than one part of the list are all seen to', async () => {
  const { db } = site.dependencies;
  await db.raw(
    `insert into users (email, password_hash, civility, last_name, first_name, created_at)
     select 'v' || i || '@vieux.example', 'x', 'M.', 'N', 'N', timestamptz '2020-01-01' + (i / 3) * interval '1 microsecond'
       from generate_series(1, 450) i`,
  );
  expect(await run()).toMatchObject({ warned: 450 });
  expect(await run()).toMatchObject({ warned: 0 });
});

test('however many accounts are closed, the agency gets one e-mail; a run cut short leaves it to the next', async () => {
  const { db, mail } = site.dependencies;
  for (let index = 0; index < 22; index += 1) {
    const alone = await createStructure(db, { name: `Structure ${index}` });
    await due({ lastName: `Référent ${index}`, affiliations: { [alone]: ['referent'] } });
    await lastSeen(site, `${TODAY}T06:00:00Z`, { affiliations: { [alone]: [] } });
  }
  const cutShort = {
    ...site.dependencies,
    mail: {
      ...mail,
      enqueue: (trx: Parameters<typeof mail.enqueue>[0], message: Parameters<typeof mail.enqueue>[1]) => {
        if (message.to === manager.email) throw new Error('killed');
        return mail.enqueue(trx, message);
      },
    },
  };
  await expect(followInactiveAccounts(cutShort)).rejects.toThrow('killed');
  await runDaily(site);
  await runDaily(site);
  const told = site.mailbox.to(manager.email);
  expect(subjectsTo(site, manager)).toEqual(['Comptes fermés pour inactivité : 22 à examiner']);
  expect(told[0]?.text).toContain('Structure 0 n’a plus de référent');
  expect(told[0]?.text).toMatch(/2\sautres comptes/);
});
