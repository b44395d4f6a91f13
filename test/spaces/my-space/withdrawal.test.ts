import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { moveEnrolment } from '#enrolment/placement/service.ts';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import type { State } from '#enrolment/states.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { actionOf, createAction, createSession } from '../../support/catalogue.ts';
import { actorOf, enrolmentOf, setEnrolment } from '../../support/enrolments.ts';
import { createStructure, createUser, type TestUser, takeRight } from '../../support/people.ts';

let site: TestSite;
let structureId: number;
let actionId: number;
let sessionId: number;
let person: TestUser;
let validator: TestUser;
let trainer: TestUser;
let manager: TestUser;

beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-02T09:00:00Z' });
  manager = await createUser(site.dependencies.db, { isAgencyManager: true });
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  structureId = await createStructure(db, { memberIn: [2026] });
  const providerId = await createStructure(db, { isTrainingBody: true });
  ({ id: actionId } = await createAction(db, { providerId }));
  // Within the notice period of seven days.
  sessionId = await createSession(db, { actionId, now: site.clock.now(), startsInDays: 4, closesInDays: 3 });
  person = await createUser(db, { affiliations: { [structureId]: [] } });
  validator = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  trainer = await createUser(db, { affiliations: { [providerId]: ['provider'] } });
  await site.runJobs();
  site.mailbox.clear();
});

const by = (role: 'hr_validator' | 'provider' | 'beneficiary' | 'agency', { id }: TestUser) =>
  ({ role, userId: id, way: 'page' }) as const;
async function ask(): Promise<number> {
  const { db } = site.dependencies;
  const wanted = { actionId, sessionId, structureId, motivation: 'Progresser' };
  return (await requestEnrolment(site.dependencies, await actorOf(db, person.id), wanted)).id;
}
async function enrol(): Promise<number> {
  const id = await ask();
  await decideEnrolment(site.dependencies, id, { event: 'approve', by: by('hr_validator', validator) });
  await decideEnrolment(site.dependencies, id, { event: 'accept', by: by('provider', trainer) });
  return id;
}
const withdraw = (id: number) =>
  decideEnrolment(site.dependencies, id, {
    event: 'withdraw',
    by: by('beneficiary', person),
    reason: 'Hospitalisation',
  });
const rowOf = (id: number) => enrolmentOf(site.dependencies.db, id);

/**
 * Method, identifier of the session and sequence of each calendar file that the person received, in order. The
 * convocation, which brings the same file again, is left out.
 */
async function files(): Promise<string[]> {
  await site.runJobs();
  const mails = site.mailbox
    .to(person.email)
    .filter(({ subject }) => !subject.startsWith('Votre convocation'));
  return mails.flatMap(({ attachments }) =>
    attachments.map(({ content }) => {
      const text = String(content);
      const read = (line: RegExp) => line.exec(text)?.[1] ?? '?';
      return [read(/^METHOD:(\w+)/m), read(/^UID:session-(\d+)/m), read(/^SEQUENCE:(\d+)/m)].join(' ');
    }),
  );
}

test.each<[State, boolean]>([
  ['requested', false],
  ['waitlisted', false],
  ['preregistered', true],
  ['enrolled', true],
])(
  'a withdrawal of somebody %s within the notice period is late: %s, wherever it is said',
  async (state, late) => {
    const id = await ask();
    await setEnrolment(site.owner, id, { state });
    const browser = await site.signedIn(person.email);
    const path = `/parcourspro/mon-espace/demandes/${id}/annuler`;
    expect((await browser.get(path)).text.includes('marquée comme tardive')).toBe(late);
    expect((await browser.submit(path, { motif: 'Hospitalisation' })).status).toBe(303);
    expect((await rowOf(id)).withdrawn_late).toBe(late);
    await site.runJobs();
    const told = site.mailbox.to(validator.email).at(-1);
    expect(told?.subject.startsWith('Annulation tardive')).toBe(late);
    expect(site.mailbox.to(person.email).at(-1)?.text.includes('est tardive')).toBe(late);
  },
);

test('whoever withdraws gets an acknowledgement that takes the session out of their calendar', async () => {
  const id = await enrol();
  await withdraw(id);
  await site.runJobs();
  const mail = site.mailbox.to(person.email).at(-1);
  expect(mail?.subject).toContain('Votre annulation est enregistrée');
  expect(mail?.text).toContain('Hospitalisation');
  expect(String(mail?.attachments[0]?.content)).toContain('METHOD:CANCEL');
  expect(String(mail?.attachments[0]?.content)).toContain(`UID:session-${sessionId}-jour-1@`);
});

test.each([
  [true, true, 'Votre Valideur RH et le prestataire en sont informés.'],
  [true, false, 'Votre Valideur RH en est informé.'],
  [false, true, 'Le prestataire en est informé.'],
  [false, false, undefined],
])(
  'it says who else is told: a validator %s, a training body %s',
  async (hasValidator, hasProvider, words) => {
    const { db } = site.dependencies;
    const id = await ask();
    const { structure_id, action_id } = await rowOf(id);
    const { provider_id } = await actionOf(db, action_id);
    if (!hasValidator) await takeRight(db, 'hr_validator', { structure_id });
    if (!hasProvider) await takeRight(db, 'provider', { structure_id: provider_id });
    await site.runJobs();
    site.mailbox.clear();
    await withdraw(id);
    await site.runJobs();
    const [text = ''] = site.mailbox.to(person.email).map((mail) => mail.text.replaceAll(/\s+/g, ' '));
    expect(text).toContain('Vous avez annulé votre demande de participation.');
    expect(/(?<=participation\. )[^.]* en (?:sont|est) informés?\./.exec(text)?.[0]).toBe(words);
  },
);

test('without a place there is nothing to take out of a calendar', async () => {
  await withdraw(await ask());
  expect(await files()).toEqual([]);
  expect(site.mailbox.to(person.email).at(-1)?.subject).toContain('Votre annulation est enregistrée');
});

test('each change of one’s own raises the sequence, so that calendars follow', async () => {
  await withdraw(await enrol());
  await withdraw(await enrol());
  const id = await enrol();
  expect(await files()).toEqual(
    ['PUBLISH', 'CANCEL', 'PUBLISH', 'CANCEL', 'PUBLISH'].map((method, n) => `${method} ${sessionId} ${n}`),
  );
  const browser = await site.signedIn(person.email);
  const own = await browser.get(`/parcourspro/mon-espace/demandes/${id}/seances.ics`);
  expect(String(own.text)).toContain('SEQUENCE:4');
  const page = await browser.submit('/parcourspro/mon-espace/agenda');
  const feed = /http:\/\/localhost:3000(\/parcourspro\/agenda\/[\w-]{43}\.ics)/.exec(page.text)?.[1];
  expect((await site.visitor().get(String(feed))).text).toContain('SEQUENCE:4');
});

test('moved to another session and back, the first one comes back to the calendar', async () => {
  const { dependencies: deps, clock } = site;
  const twin = await createSession(deps.db, { actionId, now: clock.now(), startsInDays: 9 });
  const id = await enrol();
  for (const to of [twin, sessionId]) {
    await moveEnrolment(deps, id, by('agency', manager), { sessionId: to, reason: 'Échange' });
  }
  const all = await files();
  const sequences = (session: number) =>
    all.filter((file) => file.includes(` ${session} `)).map((file) => file.replace(` ${session} `, ' '));
  expect(sequences(sessionId)).toEqual(['PUBLISH 0', 'CANCEL 1', 'PUBLISH 4']);
  expect(sequences(twin)).toEqual(['PUBLISH 2', 'CANCEL 3']);
});
