import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestSite, type TestSite } from '../support/app.ts';
import { setDates } from '../support/catalogue.ts';
import { createExpected, follow } from '../support/conventions.ts';
import { HOUR } from '../support/database.ts';
import { setEnrolment } from '../support/enrolments.ts';
import { bytesOf, eventsOf, issuedIn } from '../support/issued.ts';
import { mailsIn } from '../support/mails.ts';

let site: TestSite;
const db = () => site.dependencies.db;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-11-20T10:00:00Z' });
});
afterAll(() => site.close());

const textOf = async (documentId: number): Promise<string> => {
  const pdf = await getDocumentProxy(new Uint8Array((await bytesOf(db(), documentId)) as Buffer));
  return (await extractText(pdf, { mergePages: true })).text.replaceAll(/\s+/g, ' ');
};

test('whoever is enrolled is called once, with the document and the calendar file', async () => {
  const expected = await createExpected(site, { people: 2 });
  await follow(site, expected.sessionId);
  await follow(site, expected.sessionId);
  const issued = await issuedIn(db(), { session_id: expected.sessionId });
  expect(issued.map(({ kind }) => kind)).toEqual(['convocation', 'convocation']);
  const [first] = expected.employers;
  const text = await textOf(issued[0]?.id as number);
  for (const part of [
    'Convocation',
    'Référent handicap',
    'Organisme de la session',
    issued[0]?.number as string,
  ])
    expect(text).toContain(part);
  const mails = await mailsIn(db(), { kind: 'documents.convocation' });
  expect(mails.map(({ recipient }) => recipient).sort()).toEqual(
    first?.people.map(({ email }) => email).sort(),
  );
  expect((await eventsOf(db(), issued[0]?.id as number)).map(({ kind }) => kind)).toEqual(['sent']);
});

test('moved, another one replaces it; given up, it is withdrawn', async () => {
  const expected = await createExpected(site);
  await follow(site, expected.sessionId);
  const at = new Date(site.clock.now().getTime() + 9 * 24 * HOUR);
  await setDates(db(), expected.sessionId, [{ starts_at: at, ends_at: new Date(at.getTime() + 3 * HOUR) }]);
  await follow(site, expected.sessionId);
  const [old, moved] = await issuedIn(db(), { session_id: expected.sessionId });
  expect(moved?.replaces_id).toBe(old?.id);
  const { email } = expected.employers[0]?.people[0] ?? {};
  const subjects = (await mailsIn(db(), { recipient: email as string })).map(({ subject }) => subject);
  expect(subjects.at(-1)).toContain('Votre nouvelle convocation');
  await setEnrolment(db(), expected.employers[0]?.enrolments[0] as number, { state: 'withdrawn' });
  await follow(site, expected.sessionId);
  expect((await eventsOf(db(), moved?.id as number)).at(-1)).toMatchObject({ kind: 'withdrawn', by: null });
});

test('once the session is over, what people were told stays as it is', async () => {
  const expected = await createExpected(site);
  await follow(site, expected.sessionId);
  site.clock.set(new Date(site.clock.now().getTime() + 30 * 24 * HOUR));
  await setEnrolment(db(), expected.employers[0]?.enrolments[0] as number, { state: 'absent' });
  await follow(site, expected.sessionId);
  const [one, ...others] = await issuedIn(db(), { session_id: expected.sessionId });
  expect(others).toEqual([]);
  expect((await eventsOf(db(), one?.id as number)).map(({ kind }) => kind)).toEqual(['sent']);
});
