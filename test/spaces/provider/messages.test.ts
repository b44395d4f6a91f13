import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  chosenAmong,
  groupsOf,
  MOST_PER_AUTHOR,
  MOST_PER_SESSION,
  whyTooMany,
} from '#follow-up/messages/rules.ts';
import { forgetOldMessages, sendMessage } from '#follow-up/messages/service.ts';
import { createAction, createSession } from '../../support/catalogue.ts';
import { HOUR } from '../../support/database.ts';
import { setEnrolment } from '../../support/enrolments.ts';
import {
  dateMessages,
  forgetMessages,
  messagesIn,
  recipientsOf,
  writeMessages,
} from '../../support/follow-up.ts';
import { journalOf } from '../../support/journal.ts';
import { forgetMails, mailsIn } from '../../support/mails.ts';
import { closeAccount, createUser, reopenAccount } from '../../support/people.ts';
import { first } from '../../support/rows.ts';
import { recordStatements } from '../../support/statements.ts';
import { addPerson, type Body, createBody, type Person } from './support.ts';

/** « Écrire aux participants »: chosen, read again, sent once each, kept, and bounded. */
let body: Body;
let enrolled: Person;
let second: Person;
let waiting: Person;
let asked: Person;
beforeAll(async () => {
  body = await createBody();
  enrolled = await addPerson(body, 'enrolled', { firstName: 'Ève', lastName: 'Inscrite' });
  second = await addPerson(body, 'enrolled', { firstName: 'Zoé', lastName: 'Seconde' });
  waiting = await addPerson(body, 'preregistered', { lastName: 'Préinscrite <script>' });
  asked = await addPerson(body, 'requested', { lastName: 'Demandeuse' });
});
afterAll(() => body.site.close());
beforeEach(async () => {
  await forgetMessages(db());
  await forgetMails(db());
});

const page = () => `/parcourspro/prestataire/seances/${body.sessionId}/messages`;
const words = { objet: 'Salle changée', message: 'Bonjour,\n\nRendez-vous <b>salle 12</b>.' };
const post = (fields: Record<string, string | string[]>, visitor = body.asTrainer) =>
  visitor.submit(`${page()}/nouveau`, fields, '/mon-compte');
const hidden = (html: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
const db = () => body.site.dependencies.db;
const messages = () => messagesIn(db());
const emails = () => mailsIn(db(), { kind: 'session.message.person' });

async function confirm(fields: Record<string, string | string[]>) {
  const preview = await post({ ...words, ...fields });
  expect(preview.status).toBe(200);
  return {
    preview,
    fields: {
      ...words,
      etape: 'confirmer',
      cle: hidden(preview.text, 'cle'),
      personnes: hidden(preview.text, 'personnes'),
    },
  };
}

describe('who is chosen', () => {
  const person = fc.record({
    enrolmentId: fc.integer({ min: 1, max: 60 }),
    name: fc.string(),
    structureName: fc.string(),
    state: fc.constantFrom('waitlisted', 'preregistered', 'enrolled', 'attended', 'absent'),
    mustConfirm: fc.boolean(),
  });
  const people = fc.uniqueArray(person, { selector: ({ enrolmentId }) => enrolmentId });
  test('each once, nobody who is not in the list, and every group has as many as it says', () => {
    fc.assert(
      fc.property(people, fc.array(fc.integer({ min: 1, max: 90 })), (list, ids) => {
        const all = list as never[];
        const groups = groupsOf(all);
        for (const { group, count } of groups)
          expect(chosenAmong(all, { groups: [group], ids: [] })).toHaveLength(count);
        const chosen = chosenAmong(all, { groups: ['toString', ...groups.map(({ group }) => group)], ids });
        expect(new Set(chosen).size).toBe(chosen.length);
        expect(chosen.length).toBe(list.length);
      }),
    );
  });

  test.each([
    [0, 0, undefined],
    [MOST_PER_SESSION - 1, MOST_PER_AUTHOR - 1, undefined],
    [MOST_PER_SESSION, 0, 'pour une session'],
    [0, MOST_PER_AUTHOR, 'par personne'],
  ])('%i of the session and %i of the author today', (ofSession, ofAuthor, why) => {
    const refusal = whyTooMany({ ofSession, ofAuthor });
    if (why) expect(refusal).toContain(why);
    else expect(refusal).toBeUndefined();
  });
});

describe('a message', () => {
  test('chosen by state, read again, sent once each with the author to answer to, and kept', async () => {
    const form = await body.asTrainer.get(`${page()}/nouveau`);
    expect(form.text).toContain('Inscrits (2)');
    expect(form.text).toContain('Préinscrits (1)');
    expect(form.text).not.toContain('Demandeuse');
    const { preview, fields } = await confirm({ groupe: 'inscrits' });
    expect(preview.text).toContain('Rien n’est encore envoyé');
    expect(preview.text).toContain('&lt;b&gt;salle 12&lt;/b&gt;');
    expect(preview.text).not.toContain('<b>salle 12');
    expect(await messages()).toEqual([]);
    const sent = await post(fields);
    expect(sent.status).toBe(303);
    const message = first(await messages());
    expect(message).toMatchObject({ author_id: body.trainer.id, subject: words.objet, body: words.message });
    expect((await recipientsOf(db(), message.id)).sort()).toEqual(
      [enrolled.enrolmentId, second.enrolmentId].sort(),
    );
    await body.site.runJobs();
    const [mail] = body.site.mailbox.to(enrolled.email).filter(({ subject }) => subject === words.objet);
    expect(mail?.text).toContain('> Rendez-vous <b>salle 12</b>.');
    expect(mail?.html).toContain('&lt;b&gt;salle 12&lt;/b&gt;');
    expect(mail?.text).toContain(`Votre réponse ira à Prénom`);
    expect(mail?.text).not.toContain('ne répondez pas');
    expect(JSON.stringify(mail)).toContain(body.trainer.email);
    expect(body.site.mailbox.to(waiting.email).some(({ subject }) => subject === words.objet)).toBe(false);
    const list = await body.asTrainer.get(page());
    expect(list.text).toContain('2\u00a0personnes');
    const shown = await body.asTrainer.get(`${page()}/${message.id}`);
    expect(shown.text).toContain('Zoé Seconde');
    expect(await journalOf(db(), 'training_session.message_sent')).toMatchObject([
      {
        actor_id: body.trainer.id,
        subject_kind: 'session_message',
        subject_id: message.id,
        details: { people: 2 },
      },
    ]);
  });

  test('sent twice, also at the same moment, it leaves once', async () => {
    const { fields } = await confirm({ personne: String(waiting.enrolmentId) });
    const token = await body.asTrainer.token('/mon-compte');
    const both = await Promise.all(
      [1, 2].map(() => body.asTrainer.post(`${page()}/nouveau`, { _csrf: token, ...fields })),
    );
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    expect(await messages()).toHaveLength(1);
    expect(await emails()).toHaveLength(1);
    const again = await post(fields);
    expect(again.status).toBe(303);
    expect(await emails()).toHaveLength(1);
  });

  test('modified after the preview: the words and the people are kept', async () => {
    const { fields } = await confirm({ personne: [String(enrolled.enrolmentId)] });
    const back = await post({ ...fields, etape: 'modifier' });
    expect(back.status).toBe(200);
    expect(back.text).toContain(`value="${enrolled.enrolmentId}" checked`);
    expect(back.text).not.toContain(`value="${second.enrolmentId}" checked`);
    expect(back.text).toContain('Rendez-vous &lt;b&gt;salle 12&lt;/b&gt;.</textarea>');
  });

  test('who left the session meanwhile, who was never in it, and who may not be known get nothing', async () => {
    const leaver = await addPerson(body, 'preregistered', { lastName: 'Partante' });
    const other = await createSession(db(), {
      actionId: body.actionId,
      now: body.site.clock.now(),
      startsInDays: 60,
    });
    const elsewhere = await addPerson(body, 'enrolled', { sessionId: other });
    await forgetMails(db());
    const ids = [leaver, elsewhere, asked, second].map(({ enrolmentId }) => enrolmentId);
    await setEnrolment(db(), leaver.enrolmentId, { state: 'withdrawn' });
    const by = { role: 'provider', userId: body.trainer.id, way: 'page' } as const;
    const message = { subject: 'Objet', body: 'Texte', enrolmentIds: ids, formKey: randomUUID() };
    const sent = await sendMessage(body.site.dependencies, body.sessionId, by, message);
    expect(sent?.people).toBe(1);
    expect((await emails()).map(({ recipient }) => recipient)).toEqual([second.email]);
    await expect(
      sendMessage(body.site.dependencies, body.sessionId, by, {
        ...message,
        enrolmentIds: [asked.enrolmentId],
        formKey: randomUUID(),
      }),
    ).rejects.toThrow('rien n’a été envoyé');
    expect(await messages()).toHaveLength(1);
    const forged = await post({ ...words, etape: 'confirmer', cle: randomUUID(), personnes: ids.join(',') });
    expect(forged.status).toBe(303);
    expect((await emails()).map(({ recipient }) => recipient)).toEqual([second.email, second.email]);
  });

  test('whoever lost the right meanwhile sends nothing', async () => {
    const outsider = await createUser(body.site.dependencies.db);
    const by = { role: 'provider', userId: outsider.id, way: 'page' } as const;
    await expect(
      sendMessage(body.site.dependencies, body.sessionId, by, {
        subject: 'Objet',
        body: 'Texte',
        enrolmentIds: [second.enrolmentId],
        formKey: randomUUID(),
      }),
    ).rejects.toThrow('plus le droit');
    expect(await messages()).toEqual([]);
  });

  test('more than a day allows: refused with everything typed kept, until the day is over', async () => {
    for (let index = 0; index < MOST_PER_SESSION; index += 1) {
      const { fields } = await confirm({ groupe: 'inscrits' });
      expect((await post(fields)).status).toBe(303);
    }
    const { fields } = await confirm({ groupe: 'inscrits' });
    const refused = await post(fields);
    expect(refused.status).toBe(429);
    expect(refused.text).toContain('attendez demain');
    expect(refused.text).toContain('value="Salle changée"');
    expect(await messages()).toHaveLength(MOST_PER_SESSION);
    await dateMessages(db(), new Date(+body.site.clock.now() - 25 * HOUR));
    expect((await post(fields)).status).toBe(303);
  });

  test.each([
    ['nothing', {}, ['Choisissez au moins une personne', 'Indiquez l’objet', 'Écrivez le message']],
    ['nobody', words, ['Choisissez au moins une personne']],
    ['somebody else', { ...words, personne: ['0', 'x', '2000000000'] }, ['Choisissez au moins une personne']],
    ['a long subject', { ...words, objet: 'x'.repeat(121), groupe: 'inscrits' }, ['120 caractères au plus']],
    [
      'a long text',
      { ...words, message: 'x'.repeat(4001), groupe: 'inscrits' },
      ['4\u202f000 caractères au plus'],
    ],
    ['two subjects', { ...words, objet: ['a', 'b'], groupe: 'inscrits' }, ['envoyé plusieurs fois']],
    ['controls', { ...words, objet: 'a\u0007', groupe: 'inscrits' }, ['illisibles']],
  ])('%s: refused, and the typing kept', async (_what, fields, why) => {
    const response = await post(fields as Record<string, string>);
    expect(response.status).toBe(422);
    for (const one of why) expect(response.text).toContain(one);
    const places = why.map((one) => response.text.indexOf(one));
    expect(places, 'the summary follows the page').toEqual(places.toSorted((a, b) => a - b));
    expect(await messages()).toEqual([]);
  });

  test('a subject of several lines cannot add a header', async () => {
    const { fields } = await confirm({ groupe: 'inscrits', objet: 'Salle\r\nBcc: autre@example.org' });
    expect((await post({ ...fields, objet: 'Salle\r\nBcc: autre@example.org' })).status).toBe(303);
    expect(first(await messages()).subject).toBe('Salle Bcc: autre@example.org');
  });

  test('another body reads nothing of it; the agency reads all, and its words are forgotten after a year', async () => {
    const { fields } = await confirm({ groupe: 'inscrits' });
    await post(fields);
    const { id } = first(await messages());
    for (const path of [page(), `${page()}/nouveau`, `${page()}/${id}`])
      expect((await body.asStranger.get(path)).status).toBe(404);
    expect((await post(fields, body.asStranger)).status).toBe(404);
    const agency = await createUser(body.site.dependencies.db, { isAgencyManager: true });
    const asAgency = await body.site.signedIn(agency.email);
    expect((await asAgency.get('/agence/messages')).text).toContain(words.objet);
    const whole = await asAgency.get(`/agence/messages/${id}`);
    expect(whole.text).toContain('&lt;b&gt;salle 12&lt;/b&gt;');
    expect(whole.text).toContain('Ève Inscrite');
    await forgetOldMessages({ db: db(), clock: { now: () => new Date('2027-03-02T08:00:00Z') } });
    expect(first(await messages()).body).toBe(words.message);
    await forgetOldMessages({ db: db(), clock: { now: () => new Date('2027-03-03T08:00:00Z') } });
    expect((await messages())[0]).toMatchObject({ subject: 'Objet effacé', body: '' });
    expect((await asAgency.get(`/agence/messages/${id}`)).text).toContain('effacé un an après');
  });

  test('each page takes four statements at most', async () => {
    for (const path of [page(), `${page()}/nouveau`]) {
      await body.asTrainer.get(path);
      const statements = await recordStatements(() => body.asTrainer.get(path));
      expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4);
    }
  });
});

test('messages to several sessions at the same moment: not one more than the author may send', async () => {
  const { dependencies, clock } = body.site;
  const sessions: { sessionId: number; enrolmentId: number }[] = [];
  for (let index = 0; index < 6; index += 1) {
    const { id: actionId } = await createAction(db(), { providerId: body.providerId });
    const sessionId = await createSession(db(), { actionId, now: clock.now() });
    const { enrolmentId } = await addPerson({ ...body, actionId, sessionId }, 'preregistered');
    sessions.push({ sessionId, enrolmentId });
  }
  await writeMessages(db(), body.sessionId, body.trainer.id, clock.now(), MOST_PER_AUTHOR - 1);
  const by = { role: 'provider', userId: body.trainer.id, way: 'page' } as const;
  const outcomes = await Promise.allSettled(
    sessions.map(({ sessionId, enrolmentId }) =>
      sendMessage(dependencies, sessionId, by, {
        subject: 'Salle',
        body: 'Bonjour',
        enrolmentIds: [enrolmentId],
        formKey: randomUUID(),
      }),
    ),
  );
  const refused = outcomes.filter((one) => one.status === 'rejected');
  expect(refused.map(({ reason }) => reason.name)).toEqual(Array(5).fill('TooManyMessages'));
  expect(await messages()).toHaveLength(MOST_PER_AUTHOR);
});

test('a message is offered to no closed account, and goes to none that is closed meanwhile', async () => {
  const { fields } = await confirm({ groupe: 'inscrits' });
  await closeAccount(db(), second.id, body.site.clock.now());
  try {
    const form = await body.asTrainer.get(`${page()}/nouveau`);
    expect(form.text).toContain('Inscrits (1)');
    expect(form.text).not.toContain('Zoé Seconde');
    // Read again with her among the people, and sent when her account is closed: to the other alone.
    await post(fields);
    const written = (await emails()).map(({ recipient }) => recipient);
    expect(written).not.toContain(second.email);
  } finally {
    await reopenAccount(db(), second.id);
  }
});
