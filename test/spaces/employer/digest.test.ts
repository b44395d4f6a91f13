import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { delegate } from '#enrolment/delegations/service.ts';
import { sendDigests } from '#enrolment/notices/digest.ts';
import { remindValidators } from '#enrolment/notices/reminders.ts';
import { decideEnrolment, requestEnrolment } from '#enrolment/service.ts';
import { createTestSite, type TestSite, type Visitor } from '../../support/app.ts';
import { createAction, createSession, setSession } from '../../support/catalogue.ts';
import { digestRequests, forgetDigestRequests } from '../../support/digests.ts';
import { actorOf, enrolmentOf, withdrawRequests } from '../../support/enrolments.ts';
import { createStructure, createUser, type TestUser, takeRight } from '../../support/people.ts';
import { forgetAttempts } from '../../support/rate-limits.ts';

let site: TestSite;
let structureId: number;
let daily: TestUser;
let other: TestUser;
let person: TestUser;
const PREFERENCES = '/parcourspro/valideur/preferences';

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
});
afterAll(() => site.close());
beforeEach(async () => {
  const { db } = site.dependencies;
  // A Monday without holidays around it.
  site.clock.set('2026-03-02T09:00:00Z');
  await forgetAttempts(db);
  await withdrawRequests(db);
  structureId = await createStructure(db, { name: 'Institut Essai', memberIn: [2026] });
  daily = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  other = await createUser(db, { affiliations: { [structureId]: ['hr_validator'] } });
  person = await createUser(db, {
    firstName: 'Paul',
    lastName: 'Demandeur <b>',
    affiliations: { [structureId]: [] },
  });
  await choose('un-par-jour');
  await site.runJobs();
  site.mailbox.clear();
});

async function browserOf(who: TestUser): Promise<Visitor> {
  const browser = await site.signedIn(who.email);
  await browser.submit('/parcourspro/profil', { profil: `hr_validator:${structureId}` }, '/mes-structures');
  return browser;
}
async function choose(courriels: string, who = daily) {
  return (await browserOf(who)).submit(PREFERENCES, { courriels });
}
async function ask(who = person, title?: string): Promise<number> {
  const { dependencies: deps, clock } = site;
  const providerId = await createStructure(deps.db, { isTrainingBody: true });
  const { id: actionId } = await createAction(deps.db, { providerId, title });
  const sessionId = await createSession(deps.db, { actionId, now: clock.now(), startsInDays: 60 });
  const actor = await actorOf(deps.db, who.id);
  return (await requestEnrolment(deps, actor, { actionId, sessionId, structureId, motivation: 'x' })).id;
}
const at = (moment: string) => {
  site.clock.set(moment);
  return sendDigests(site.dependencies);
};
const mailsTo = async ({ email }: TestUser) => {
  await site.runJobs();
  return site.mailbox.to(email);
};
const linksIn = (text = '') => [...text.matchAll(/\/parcourspro\/validation\/[\w-]+/g)].map(([link]) => link);

test('once a day, at half past seven in Paris on working days, each request with a link that decides', async () => {
  await ask(person, 'Première');
  site.clock.set('2026-03-03T06:29:00Z');
  await ask(person, 'Deuxième');
  expect(await mailsTo(daily)).toEqual([]);
  // The other one still hears of each at once.
  expect(await mailsTo(other)).toHaveLength(2);
  for (const [moment, sent] of [
    ['2026-03-03T06:29:59Z', 0],
    ['2026-03-03T06:30:00Z', 1],
    ['2026-03-03T06:45:00Z', 0],
    ['2026-03-04T06:30:00Z', 0],
  ] as const) {
    expect(await at(moment), moment).toBe(sent);
  }
  const [mail, ...rest] = await mailsTo(daily);
  expect(rest).toEqual([]);
  expect(mail?.headers['list-unsubscribe']).toMatch(/\/parcourspro\/recapitulatif\/arreter\/\d+\.[\w-]+>$/);
  expect(mail?.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
  expect(mail?.subject).toBe('2\u00a0demandes d’inscription à valider\u00a0: Institut Essai');
  expect(mail?.text).toMatch(/Première[\s\S]*Deuxième/);
  expect(mail?.html).toContain('Demandeur &lt;b&gt;');
  const links = linksIn(mail?.text);
  expect(new Set(links).size).toBe(2);
  const visitor = site.visitor();
  expect((await visitor.submit(links[0] as string, { decision: 'approuver' })).status).toBe(303);
  expect((await visitor.get(links[1] as string)).text).toContain('Deuxième');
});

test('not on a Saturday, a Sunday nor a holiday; late after a breakdown; summer time counts', async () => {
  site.clock.set('2026-03-06T17:00:00Z');
  await ask();
  expect(await at('2026-03-07T09:00:00Z')).toBe(0);
  expect(await at('2026-03-08T09:00:00Z')).toBe(0);
  expect(await at('2026-03-09T15:10:00Z')).toBe(1);
  // Easter Monday.
  site.clock.set('2026-04-03T17:00:00Z');
  await ask();
  expect(await at('2026-04-06T09:00:00Z')).toBe(0);
  expect(await at('2026-04-07T05:29:00Z')).toBe(0);
  expect(await at('2026-04-07T05:30:00Z')).toBe(1);
  expect(await mailsTo(daily)).toHaveLength(2);
});

test('nothing leaves where nothing waits any more: decided, cancelled, the right lost', async () => {
  const { dependencies: deps } = site;
  const by = { role: 'hr_validator', userId: other.id, way: 'page' } as const;
  await decideEnrolment(deps, await ask(), { event: 'approve', by });
  const cancelled = await ask();
  const { session_id } = await enrolmentOf(deps.db, cancelled);
  await setSession(deps.db, session_id, { cancelled_at: site.clock.now() });
  expect(await at('2026-03-03T07:00:00Z')).toBe(0);
  await ask();
  await takeRight(deps.db, 'hr_validator', { user_id: daily.id });
  expect(await at('2026-03-04T07:00:00Z')).toBe(0);
  expect(await mailsTo(daily)).toEqual([]);
});

test('what was announced before is counted, not announced again', async () => {
  await ask();
  expect(await at('2026-03-03T07:00:00Z')).toBe(1);
  await ask();
  expect(await at('2026-03-04T07:00:00Z')).toBe(1);
  const [, second] = await mailsTo(daily);
  expect(linksIn(second?.text)).toHaveLength(1);
  expect(second?.text).toContain('1\u00a0autre demande, déjà annoncée, attend');
});

test('two processes at once, or one that dies in between, announce each request once', async () => {
  const { db } = site.dependencies;
  await ask();
  site.clock.set('2026-03-03T07:00:00Z');
  // Dies before it commits: nothing was taken, nothing was sent.
  await expect(
    db.transaction(async (trx) => {
      await forgetDigestRequests(trx);
      throw new Error('killed');
    }),
  ).rejects.toThrow('killed');
  const sent = await Promise.all([1, 2].map(() => sendDigests(site.dependencies)));
  expect(sent.sort()).toEqual([0, 1]);
  expect(await mailsTo(daily)).toHaveLength(1);
});

test('back to one e-mail per request: what was kept leaves at once, then each by itself', async () => {
  await ask();
  expect((await (await browserOf(daily)).get(PREFERENCES)).text).toContain(
    '1\u00a0demande attend le prochain',
  );
  const browser = await browserOf(daily);
  const twice = await Promise.all(
    [1, 2].map(() => browser.submit(PREFERENCES, { courriels: 'un-par-demande' })),
  );
  expect(twice.map(({ status }) => status)).toEqual([303, 303]);
  expect(await mailsTo(daily)).toHaveLength(1);
  await ask();
  const mails = await mailsTo(daily);
  expect(mails).toHaveLength(2);
  expect(mails.flatMap(({ text }) => linksIn(text))).toHaveLength(2);
  expect(await at('2026-03-03T07:00:00Z')).toBe(0);
});

test('reminders do not wait for it, and are news enough', async () => {
  const { db } = site.dependencies;
  await ask();
  // The digest could not leave for days.
  site.clock.set('2026-03-06T09:00:00Z');
  expect(await remindValidators(site.dependencies)).toBe(1);
  const mails = await mailsTo(daily);
  expect(mails.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^Rappel/)]);
  expect(linksIn(mails[0]?.text)).toHaveLength(1);
  expect(await sendDigests(site.dependencies)).toBe(0);
  expect(await digestRequests(db)).toEqual([]);
});

test('whoever stands in may have one too; its links go with the delegation', async () => {
  const { dependencies: deps } = site;
  const standIn = await createUser(deps.db, { affiliations: { [structureId]: [] } });
  const absence = { startsOn: '2026-03-02', endsOn: '2026-03-03' };
  const to = { userId: standIn.id };
  await delegate(deps, { structureId, byUserId: other.id, to, ...absence });
  await choose('un-par-jour', standIn);
  await ask();
  // Their own request is nobody's news to them, nor that of the one they stand in for.
  await ask(standIn);
  await ask(other);
  expect(await at('2026-03-03T07:00:00Z')).toBe(2);
  const mail = (await mailsTo(standIn)).find(({ subject }) => subject.includes('à valider'));
  const [link, ...rest] = linksIn(mail?.text);
  expect(rest).toEqual([]);
  expect((await site.visitor().get(link as string)).status).toBe(200);
  site.clock.set('2026-03-03T23:30:00Z');
  expect((await site.visitor().get(link as string)).status).toBe(404);
});

test('neither choice is refused in French', async () => {
  const response = await choose('<script>alert(1)</script>');
  expect(response.status).toBe(422);
  expect(response.text).toContain('Choisissez quand recevoir les e-mails.');
  expect(response.text).not.toContain('<script>alert');
});

test('ended by its link, the way to the preferences is under the profile that they need', async () => {
  await ask();
  await at('2026-03-03T06:30:00Z');
  const [mail] = await mailsTo(daily);
  const stop =
    /\/parcourspro\/recapitulatif\/arreter\/[\w.-]+/.exec(mail?.headers['list-unsubscribe'] ?? '')?.[0] ?? '';
  for (const [who, offered] of [
    [daily, true],
    [person, false],
  ] as const) {
    const browser = await site.signedIn(who.email);
    await browser.submit('/parcourspro/profil', { profil: `beneficiary:${structureId}` }, '/mes-structures');
    const { text } = await browser.submit(stop);
    expect(text).toContain('Récapitulatif arrêté');
    expect(text).not.toContain('href="/parcourspro/valideur/preferences"');
    expect(text.includes('name="suite" value="/parcourspro/valideur/preferences"')).toBe(offered);
  }
});
