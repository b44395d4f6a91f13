import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendSurveys } from '#follow-up/surveys/answering/invitations.ts';
import { answerSurvey } from '#follow-up/surveys/answering/service.ts';
import { createTestSite, readable, type TestSite, type Visitor } from '../../support/app.ts';
import { kindOf } from '../../support/catalogue.ts';
import { DAY } from '../../support/database.ts';
import { emptyDraft, questionsOf } from '../../support/follow-up.ts';
import { lastEntry } from '../../support/journal.ts';
import { createUser, type TestUser } from '../../support/people.ts';
import { first } from '../../support/rows.ts';
import { recordStatements } from '../../support/statements.ts';
import { createPastSession, publishFor } from './attendance.ts';

let site: TestSite;
let agent: TestUser;
let manager: Visitor;
let kindId: number;
beforeAll(async () => {
  site = await createTestSite({ now: '2026-03-02T09:00:00Z' });
  const { db } = site.dependencies;
  agent = await createUser(db, { isAgencyManager: true });
  manager = await site.signedIn(agent.email);
  kindId = (await kindOf(db, 'webinaire')).id;
});
afterAll(() => site.close());

const page = () => `/agence/questionnaires/${kindId}`;
const labels = async () =>
  [...(await manager.get(page())).text.matchAll(/<h3>\d+\. (?:<a [^>]*>)?([^<]+)/g)].map((one) => one[1]);
const questions = () => questionsOf(site.dependencies.db, kindId);

test('the agency writes, orders, looks at and publishes the questions of a kind', async () => {
  const { db } = site.dependencies;
  expect((await manager.get('/agence/questionnaires')).text).toContain('Rien n’est envoyé');
  const before = await labels();
  const added = await manager.submit(
    `${page()}/questions`,
    {
      label: 'Quelle durée ?',
      type: 'choice',
      choices: 'Plus courte\r\nPareille\r\n\r\nPlus longue',
      is_required: '1',
    },
    `${page()}/questions/nouvelle`,
  );
  expect(added.status).toBe(303);
  expect(await labels()).toEqual([...before, 'Quelle durée ?']);
  const id = (await questions()).find(({ label }) => label === 'Quelle durée ?')?.id;
  await manager.submit(`${page()}/questions/${id}/monter`, {}, page());
  expect((await labels()).at(-2)).toBe('Quelle durée ?');
  await manager.submit(`${page()}/questions/${id}`, { label: 'Quelle durée préférez-vous ?', type: 'text' });
  expect((await questions()).find((one) => one.id === id)).toMatchObject({
    type: 'text',
    choices: [],
    is_required: false,
  });
  const [first] = await labels();
  await manager.submit(`${page()}/questions/${await firstId()}/supprimer`, {}, page());
  expect(await labels()).not.toContain(first);
  expect((await manager.get(`${page()}/apercu`)).text).toContain('Quelle durée préférez-vous');

  await manager.submit(`${page()}/publier`, {}, page());
  expect((await manager.get(page())).text).toContain('Version 1, en service depuis le 2\u00a0mars');
  const entry = await lastEntry(db, 'questionnaire.published');
  expect(entry?.details).toEqual({ action_kind: 'Webinaire', version: 1, questions: 7 });
  expect((await manager.get('/agence/journal')).text).toContain('Questionnaire de satisfaction publié');
});

const firstId = async () => Number(/id="question-(\d+)"/.exec((await manager.get(page())).text)?.[1]);

test('a published version never changes: a new one is made from it, or given up', async () => {
  const published = await firstId();
  for (const end of ['', '/supprimer', '/monter']) {
    const sent = await manager.submit(
      `${page()}/questions/${published}${end}`,
      { label: 'Autre', type: 'text' },
      '/agence/modeles/nouveau?demandes=account_request',
    );
    expect(sent.status, end).toBe(404);
  }
  await manager.submit(`${page()}/brouillon`, {}, page());
  await manager.submit(`${page()}/brouillon`, {}, page());
  const copied = await firstId();
  expect(copied).not.toBe(published);
  expect((await manager.get(page())).text).toContain('Brouillon de la version 2');
  await manager.submit(`${page()}/brouillon/abandonner`, {}, page());
  expect(await firstId()).toBe(published);
});

test('two publications at once make one version', async () => {
  await manager.submit(`${page()}/brouillon`, {}, page());
  const token = await manager.token(page());
  const sent = await Promise.all([1, 2].map(() => manager.post(`${page()}/publier`, { _csrf: token })));
  expect(sent.map((one) => one.status).sort()).toEqual([303, 404]);
});

test.each([
  ['nothing', {}, 'Écrivez la question.'],
  ['an unknown kind of answer', { label: 'Q', type: 'etoiles' }, 'Choisissez une sorte de réponse.'],
  ['one choice', { label: 'Q', type: 'choice', choices: 'Un' }, 'au moins deux choix'],
  ['the same choice twice', { label: 'Q', type: 'choice', choices: 'Un\nUn' }, 'Deux choix sont identiques.'],
  [
    'eleven choices',
    { label: 'Q', type: 'choice', choices: 'abcdefghijk'.split('').join('\n') },
    'choix au plus',
  ],
  ['a long question', { label: 'x'.repeat(201), type: 'text' }, 'trop long'],
])('%s is refused, the typing is kept', async (_, typed, message) => {
  await manager.submit(`${page()}/brouillon`, {}, page());
  const sent = await manager.submit(`${page()}/questions`, typed, `${page()}/questions/nouvelle`);
  expect(sent.status).toBe(422);
  expect(sent.text).toContain(message);
  if ('choices' in typed) expect(sent.text).toContain(typed.choices.split('\n')[0]);
});

test('an empty draft stops the questionnaire; where nothing is in use it cannot be published', async () => {
  const { db } = site.dependencies;
  const { id: other } = await kindOf(db, 'reunion');
  await emptyDraft(db, other);
  const refused = await manager.submit(`/agence/questionnaires/${other}/publier`, {}, page());
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('n’a pas encore de question');
});

test('totals of a kind and of an action leave small sessions out', async () => {
  const { db } = site.dependencies;
  const formation = await publishFor(site);
  site.clock.advance(DAY);
  manager = await site.signedIn(agent.email);
  const large = await createPastSession(site, 3);
  const small = await createPastSession(site, 2, { providerId: large.providerId, actionId: large.actionId });
  await sendSurveys(site.dependencies);
  const overall = first(await questionsOf(db, formation));
  for (const [over, value] of [[large, 4] as const, [small, 1] as const]) {
    for (const { enrolmentId } of over.people) {
      const answers = { ticked: [{ questionId: overall.id, value }], texts: [] };
      await answerSurvey(site.dependencies, { enrolmentId, sessionId: over.sessionId }, answers);
    }
  }
  const results = `/agence/questionnaires/${formation}/resultats`;
  for (const path of [results, `${results}?version=1&action=${large.actionId}`]) {
    const shown = readable((await manager.get(path)).text);
    expect(shown).toContain('5\u00a0réponses sur 5\u00a0personnes interrogées');
    expect(shown).toContain('moyenne <strong>4</strong> sur 5');
    expect(shown).toContain('moins de 3 réponses');
    expect((await recordStatements(() => manager.get(path))).length).toBeLessThanOrEqual(4);
  }
  const csv = (await manager.get(`${results}.csv`)).text;
  expect(csv).toContain('4 – Plutôt oui;3;100;');
  expect(csv).toContain('1 – Pas du tout;0;0;');
  expect((await manager.get(`/agence/questionnaires/sessions/${small.sessionId}`)).text).toContain(
    'pas encore montrés',
  );
  for (const odd of ['?version=99', '?version=x&action=%00', '?action=999999']) {
    expect([200, 404]).toContain((await manager.get(`${results}${odd}`)).status);
  }
});
