import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendSurveys } from '#follow-up/surveys/answering/invitations.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../../support/app.ts';
import { DAY } from '../../support/database.ts';
import { setEnrolment } from '../../support/enrolments.ts';
import { surveyOf, tickedAnswers, writtenAnswers } from '../../support/follow-up.ts';
import { createUser } from '../../support/people.ts';
import { recordStatements } from '../../support/statements.ts';
import { createPastSession, type Over, publishFor } from './attendance.ts';

let site: TestSite;
let over: Over;
let provider: Visitor;
let fields: Record<'overall' | 'content' | 'leading' | 'practical' | 'reuse' | 'useful' | 'better', string>;
const links = new Map<string, string>();

beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
  await publishFor(site);
  site.clock.advance(DAY);
  over = await createPastSession(site, 6);
  await sendSurveys(site.dependencies);
  await site.runJobs();
  for (const { email } of over.people) links.set(email, site.mailbox.latestLink(email));
  const names = [...(await site.visitor().get(linkOf(0))).text.matchAll(/name="(question_\d+)"/g)].map(
    (one) => one[1],
  );
  const [overall, content, leading, practical, reuse, useful, better] = [...new Set(names)] as string[];
  fields = { overall, content, leading, practical, reuse, useful, better } as typeof fields;
  const { db } = site.dependencies;
  const user = await createUser(db, { affiliations: { [over.providerId]: ['provider'] } });
  provider = await site.signedIn(user.email);
  await provider.submit('/parcourspro/profil', { profil: `provider:${over.providerId}` }, '/mes-structures');
});
afterAll(() => site.close());

const person = (index: number) => over.people[index] as Over['people'][0];
const linkOf = (index: number) => links.get(person(index).email) ?? '';
const resultsPath = () => `/parcourspro/prestataire/questionnaires/${over.sessionId}`;
const answers = (overall: number, useful = '') => ({
  [fields.overall]: overall,
  [fields.content]: 4,
  [fields.leading]: 5,
  [fields.practical]: 3,
  [fields.reuse]: 1,
  [fields.useful]: useful,
  [fields.better]: '',
});

describe('bad input', () => {
  test.each([
    ['nothing', () => ({})],
    ['a wrong note', () => ({ ...answers(9) })],
    ['twice the same field', () => ({ ...answers(3), [fields.overall]: ['1', '2'] })],
    ['unreadable text', () => ({ ...answers(3), [fields.useful]: 'a\u0000b' })],
    ['a text too long', () => ({ ...answers(3), [fields.useful]: 'x'.repeat(1001) })],
  ])('%s is refused, the rest is kept', async (_, typed) => {
    const page = await site.visitor().submit(linkOf(0), typed() as Record<string, string>);
    expect(page.status).toBe(422);
    expect(page.text).toContain('à corriger');
    if (Object.keys(typed()).length > 0)
      expect(page.text).toMatch(new RegExp(`id="${fields.leading}_5"[^>]*checked`));
  });

  test('a link that leads nowhere says what to do', async () => {
    const page = await site.visitor().get('/parcourspro/questionnaire/rien');
    expect(page.status).toBe(404);
    expect(page.text).toContain('Ce lien n’est pas valable');
  });

  test('the way back is under the profile that it needs', async () => {
    const { text } = await provider.get(linkOf(0));
    expect(text).toContain('Questionnaire de satisfaction');
    expect(text).not.toContain('href="/parcourspro/mon-espace/passees"');
    expect(text).toContain('name="suite" value="/parcourspro/mon-espace/passees"');
    expect((await site.visitor().get(linkOf(0))).text).not.toContain('/parcourspro/mon-espace');
  });

  test('somebody else’s questionnaire does not exist', async () => {
    const browser = await site.signedIn(person(1).email);
    const other = `/parcourspro/mon-espace/demandes/${person(0).enrolmentId}/questionnaire`;
    expect((await browser.get(other)).status).toBe(404);
    expect((await browser.submit(other, answers(1), '/mes-structures')).status).toBe(404);
  });

  test('nothing was kept of all that', async () => {
    const { db } = site.dependencies;
    expect(await tickedAnswers(db)).toEqual([]);
    expect(await writtenAnswers(db)).toEqual([]);
  });
});

test('the link works without signing in, and once; results come with the third answer', async () => {
  const visitor = site.visitor();
  const sent = await visitor.submit(linkOf(0), answers(5, 'Les cas pratiques.'));
  expect(sent.status).toBe(303);
  expect((await visitor.get(linkOf(0))).text).toContain('Merci, votre réponse est enregistrée');
  expect((await visitor.submit(linkOf(0), answers(1), '/connexion')).status).toBe(409);

  // From « Mon espace » too.
  const own = `/parcourspro/mon-espace/demandes/${person(1).enrolmentId}/questionnaire`;
  const browser = await site.signedIn(person(1).email);
  expect((await browser.submit(own, answers(4, '<b>Le groupe</b>'))).status).toBe(303);
  const hidden = readable((await provider.get(resultsPath())).text);
  expect(hidden).toContain('Les résultats ne sont pas encore montrés');
  expect(hidden).not.toContain('Les cas pratiques.');
  expect((await provider.get(`${resultsPath()}/resultats.csv`)).text).not.toContain('Les cas pratiques.');

  await site.visitor().submit(linkOf(2), answers(2, '=1+1'));
  const shown = await provider.get(resultsPath());
  const statements = await recordStatements(() => provider.get(resultsPath()));
  expect(statements.length).toBeLessThanOrEqual(4);
  expect(Buffer.byteLength(shown.text)).toBeLessThan(60 * 1024);
  expect(shown.text).toContain('3\u00a0réponses sur 6\u00a0personnes interrogées');
  expect(shown.text).toContain('moyenne <strong>3,7</strong> sur 5');
  expect(shown.text).toContain('&lt;b&gt;Le groupe&lt;/b&gt;');
  expect(shown.text).toMatch(/<svg class="chart chart--wide" role="img"/);
  expect(shown.text).not.toMatch(/ style="|<style/);
  for (const { email } of over.people) expect(shown.text).not.toContain(email);
  const csv = (await provider.get(`${resultsPath()}/resultats.csv`)).text;
  expect(csv).toContain(";'=1+1;");
  expect(csv).toMatch(/satisfait de cette action[^;]*;5 – Tout à fait;1;33;/);
});

test('no row ties an answer to a person or to a moment', async () => {
  const { db } = site.dependencies;
  const { rows } = await db.raw(
    `select table_name || '.' || column_name as name from information_schema.columns
      where table_name in ('survey_counts', 'survey_texts') order by 1`,
  );
  expect(rows.map((row: { name: string }) => row.name)).toEqual([
    'survey_counts.answers',
    'survey_counts.question_id',
    'survey_counts.session_id',
    'survey_counts.value',
    'survey_texts.body',
    'survey_texts.id',
    'survey_texts.question_id',
    'survey_texts.session_id',
  ]);
  // One transaction wrote all texts, the last one: it tells of none in particular.
  const written = await db.raw(
    'select count(distinct xmin::text)::int as writers, count(*)::int as texts from survey_texts',
  );
  expect(written.rows[0]).toEqual({ writers: 1, texts: 3 });
});

test('sent twice at the same moment, the answers count once', async () => {
  const { db } = site.dependencies;
  const visitor = site.visitor();
  const token = await visitor.token(linkOf(3));
  const before = (await surveyOf(db, over.sessionId))?.answers ?? 0;
  await Promise.all(
    [1, 2, 3, 4].map(() => visitor.post(linkOf(3), { _csrf: token, ...answers(5, 'Une fois') })),
  );
  expect((await surveyOf(db, over.sessionId))?.answers).toBe(before + 1);
  expect((await writtenAnswers(db)).filter(({ body }) => body === 'Une fois')).toHaveLength(1);
});

test('people who answer at the same moment are all counted', async () => {
  const { db } = site.dependencies;
  await Promise.all(
    [4, 5].map((index) => site.visitor().submit(linkOf(index), answers(5, `Texte ${index}`))),
  );
  expect((await surveyOf(db, over.sessionId))?.answers).toBe(6);
  const content = Number(fields.content.replace('question_', ''));
  const counted = await tickedAnswers(db, { session_id: over.sessionId, question_id: content });
  expect(counted.map((one) => one.answers)).toEqual([6]);
  const written = (await writtenAnswers(db)).filter((one) => one.session_id === over.sessionId);
  expect(written).toHaveLength(6);
});

test('somebody no longer counted as present answers no more', async () => {
  const next = await createPastSession(site, 1);
  await sendSurveys(site.dependencies);
  await site.runJobs();
  const [only] = next.people as [Over['people'][0]];
  const path = site.mailbox.latestLink(only.email);
  await setEnrolment(site.dependencies.db, only.enrolmentId, { state: 'absent' });
  expect((await site.visitor().get(path)).status).toBe(404);
});

test('the sessions of the training body are listed; another body’s results do not exist', async () => {
  const other = await createPastSession(site, 1);
  await sendSurveys(site.dependencies);
  const list = await provider.get('/parcourspro/prestataire/questionnaires');
  expect(list.text).toContain(`/parcourspro/prestataire/questionnaires/${over.sessionId}`);
  expect(list.text).not.toContain(`/parcourspro/prestataire/questionnaires/${other.sessionId}`);
  for (const end of ['', '/resultats.csv']) {
    const path = `/parcourspro/prestataire/questionnaires/${other.sessionId}${end}`;
    expect((await provider.get(path)).status).toBe(404);
  }
});
