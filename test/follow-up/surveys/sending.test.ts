import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sendSurveys } from '#follow-up/surveys/answering/invitations.ts';
import { answerSurvey, surveyOfEnrolment } from '#follow-up/surveys/answering/service.ts';
import { beginDraft, publishDraft } from '#follow-up/surveys/questionnaires/service.ts';
import { createTestSite, type TestSite } from '../../support/app.ts';
import { kindOf, setAction } from '../../support/catalogue.ts';
import { DAY } from '../../support/database.ts';
import { createEnrolment, setEnrolment } from '../../support/enrolments.ts';
import { countSurveyLinks, emptyDraft, surveyOf } from '../../support/follow-up.ts';
import { closeAccount, createUser } from '../../support/people.ts';
import { createPastSession, publishFor } from './attendance.ts';

let site: TestSite;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
  await publishFor(site);
  site.clock.advance(DAY);
});
afterAll(() => site.close());
beforeEach(async () => {
  await sendSurveys(site.dependencies);
  await site.runJobs();
  site.mailbox.clear();
});

const send = async () => {
  const sent = await sendSurveys(site.dependencies);
  await site.runJobs();
  return sent;
};

test('only those who were present are asked, once, after the last slot', async () => {
  const { db } = site.dependencies;
  const over = await createPastSession(site, 2);
  const absent = await createUser(db);
  await createEnrolment(db, { ...over, userId: absent.id, state: 'absent' });
  const enrolled = await createUser(db);
  const later = await createEnrolment(db, { ...over, userId: enrolled.id, state: 'enrolled' });
  const closed = await createUser(db, { closedAt: site.clock.now() });
  await createEnrolment(db, { ...over, userId: closed.id, state: 'attended' });
  const running = await createPastSession(site, 1, { endedHoursAgo: -1 });

  expect(await send()).toBe(2);
  expect(site.mailbox.mails.map((mail) => mail.to).sort()).toEqual(
    over.people.map((one) => one.email).sort(),
  );
  expect(site.mailbox.mails[0]?.subject).toMatch(/^Votre avis : /);
  expect(site.mailbox.to(running.people[0]?.email ?? '')).toEqual([]);
  expect(await send()).toBe(0);

  // Ticked « présent » the day after: asked then, alone.
  await setEnrolment(db, later, { state: 'attended' });
  expect(await send()).toBe(1);
  expect(await surveyOf(db, over.sessionId)).toMatchObject({ asked: 3 });
});

test('two runs at the same moment send one e-mail each', async () => {
  await createPastSession(site, 3);
  const sent = await Promise.all([1, 2, 3].map(() => sendSurveys(site.dependencies)));
  expect(sent.reduce((sum, one) => sum + one, 0)).toBe(3);
});

test('who has not answered after 7 days is reminded once; both links work', async () => {
  const { db } = site.dependencies;
  const over = await createPastSession(site, 3);
  await send();
  type Person = (typeof over.people)[0];
  const [first, second, closed] = over.people as [Person, Person, Person];
  await closeAccount(db, closed.id, site.clock.now());
  const link = site.mailbox.latestLink(first.email);
  await answerSurvey(
    site.dependencies,
    { enrolmentId: second.enrolmentId, sessionId: over.sessionId },
    { ticked: [], texts: [] },
  );
  site.mailbox.clear();
  site.clock.advance(7 * DAY - 1000);
  await send();
  expect(site.mailbox.to(first.email)).toEqual([]);
  site.clock.advance(1000);
  await send();
  expect(site.mailbox.to(second.email)).toEqual([]);
  expect(site.mailbox.to(closed.email)).toEqual([]);
  expect(site.mailbox.to(first.email).map((mail) => mail.subject)).toEqual([
    expect.stringMatching(/^Rappel, votre avis : /),
  ]);
  for (const path of [link, site.mailbox.latestLink(first.email)]) {
    expect((await site.visitor().get(path)).text).toContain('Envoyer mes réponses');
  }
  site.clock.advance(20 * DAY);
  await send();
  expect(await countSurveyLinks(db, first.enrolmentId)).toBe(2);
});

test('two runs at the same moment remind each person once', async () => {
  const over = await createPastSession(site, 3);
  await send();
  site.clock.advance(7 * DAY);
  site.mailbox.clear();
  await Promise.all([1, 2, 3].map(() => sendSurveys(site.dependencies)));
  await site.runJobs();
  for (const { email } of over.people) expect(site.mailbox.to(email)).toHaveLength(1);
});

test('after 60 days it is closed: nobody is asked, nobody answers', async () => {
  const over = await createPastSession(site, 1);
  await send();
  const [person] = over.people as [(typeof over.people)[0]];
  const path = site.mailbox.latestLink(person.email);
  const old = await createPastSession(site, 1, { endedHoursAgo: 24 * 60 });
  expect(await send()).toBe(0);
  const offered = async ({ email, enrolmentId }: (typeof over.people)[0]) =>
    (await (await site.signedIn(email)).get('/parcourspro/mon-espace/passees')).text.includes(
      `/parcourspro/mon-espace/demandes/${enrolmentId}/questionnaire`,
    );
  expect(await offered(person)).toBe(true);
  expect(await offered(old.people[0] as (typeof over.people)[0])).toBe(false);
  site.clock.advance(60 * DAY);
  expect(await offered(person)).toBe(false);
  const page = await site.visitor().get(path);
  expect(page.text).toContain('Ce questionnaire est fermé');
});

test('a kind that had no questionnaire when the session ended asks nothing about it', async () => {
  const { db } = site.dependencies;
  const { id: kindId } = await kindOf(db, 'lab-innov');
  const over = await createPastSession(site, 1);
  await setAction(db, over.actionId, { kind_id: kindId });
  expect(await send()).toBe(0);
  await publishDraft(site.dependencies, kindId);
  expect(await send()).toBe(0);
});

test('the people of one session all answer the version of the first; an empty version asks nothing more', async () => {
  const { db } = site.dependencies;
  const kindId = await publishFor(site, 'codeveloppement');
  site.clock.advance(DAY);
  const over = await createPastSession(site, 1);
  await setAction(db, over.actionId, { kind_id: kindId });
  await send();
  await beginDraft(site.dependencies, kindId);
  await emptyDraft(db, kindId);
  await publishDraft(site.dependencies, kindId);

  const late = await createUser(db);
  const lateId = await createEnrolment(db, { ...over, userId: late.id, state: 'attended' });
  expect(await send()).toBe(1);
  const survey = await surveyOfEnrolment(site.dependencies, { enrolmentId: lateId, userId: late.id });
  expect(survey?.questions).toHaveLength(7);

  const next = await createPastSession(site, 1, { actionId: over.actionId });
  expect(await send()).toBe(0);
  expect(await surveyOf(db, next.sessionId)).toBeUndefined();
});
